import { describe, expect, it } from 'vitest'
import type { ChargerDecision, Decision, Write } from '../../../shared/model/decision.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { controlledChargers } from './controlled-charger.ts'
import { createOverrides } from './overrides.ts'
import { createPlant, depot, profile } from './test-support/plant.ts'
import { siteAbilities } from '../../../shared/charger/abilities-of.ts'

const armedPlant = async (site: unknown = depot(), pause = true) => {
  const plant = createPlant({ site, profile: profile({ pause }) })
  for (let index = 1; index <= 6; index += 1) plant.plugIn(`cp${index}`)
  await plant.run(4)
  await plant.arm()
  await plant.run(120)
  return plant
}
const emptyDecision: ChargerDecision = {
  targetA: 0,
  state: 'override',
  phases: ['L1'],
  boundBy: [],
  why: '',
  inputAgeMs: null,
}
let intents = 0
const wish = (limitA: number, more: object = {}) => ({
  intentId: `intent-${(intents += 1)}`,
  chargerId: 'cp1',
  limitA,
  ttlS: 60,
  reason: 'driver in a hurry',
  who: 'Operator',
  ...more,
})

describe('override', () => {
  it('goes from pending to written to verified, ends by itself, and every step is audited', async () => {
    const plant = await armedPlant()
    const made = await plant.controller.setOverride(wish(10))
    expect(made).toMatchObject({ state: 'pending', effectiveA: 10, clampedBy: null })
    await plant.run(1)
    expect(plant.controller.state().overrides[0]).toMatchObject({ state: 'verified', effectiveA: 10 })
    expect(plant.last().chargers['cp1']).toMatchObject({
      state: 'override',
      targetA: 10,
      why: '10 A: override at 10 A by Operator',
    })
    expect(plant.charger('cp1').limitA).toBe(10)
    await plant.run(60)
    expect(plant.controller.state().overrides[0]).toMatchObject({ state: 'expired' })
    await plant.run(60)
    expect(plant.target('cp1')).toBeGreaterThanOrEqual(16)
    expect(plant.audit.map((row) => row.action)).toEqual([
      'arm',
      'override-pending',
      'override-written',
      'override-verified',
      'override-expired',
    ])
  })

  it('raises above the share only step by step into room that lasts, and never above a hard limit', async () => {
    const plant = await armedPlant()
    await plant.controller.setOverride(wish(32, { ttlS: 600 }))
    expect(plant.target('cp1')).toBe(17)
    expect(plant.controller.state().overrides[0]?.clampedBy?.detail).toBe(
      'room for 32 A must last 10 s before a raise, 0 s so far',
    )
    await plant.run(12)
    expect(plant.target('cp1')).toBe(21)
    await plant.run(40, () => expect(plant.current('f1', 'L1')).toBeLessThanOrEqual(63.01))
    expect(plant.controller.state().overrides[0]).toMatchObject({ state: 'verified', effectiveA: 32, clampedBy: null })
    plant.buildingA['f1'] = { L1: 0, L2: 40, L3: 0 }
    await plant.run(10)
    expect(plant.controller.state().overrides[0]).toMatchObject({
      limitA: 32,
      effectiveA: 23,
      clampedBy: { kind: 'circuit-limit', circuitId: 'f1', phase: 'L2' },
    })
    expect(plant.target('cp2')).toBe(0)
  })

  it('never rises on a late reading, beside the words that nothing is raised', async () => {
    const plant = await armedPlant()
    await plant.controller.setOverride(wish(6, { ttlS: 600 }))
    await plant.run(30)
    plant.deadMeters.add('m1')
    await plant.run(1)
    await plant.controller.setOverride(wish(32, { ttlS: 600 }))
    await plant.run(2, () => expect(plant.target('cp1')).toBeLessThanOrEqual(6))
    expect(plant.last().notes.join()).toContain('nothing below it is raised')
    plant.deadMeters.delete('m1')
    await plant.run(5, () => expect(plant.target('cp1')).toBeLessThanOrEqual(6))
    await plant.run(8)
    expect(plant.target('cp1')).toBe(10)
  })

  it('resumes a paused charger only after the resume delay, like every other raise', async () => {
    const plant = await armedPlant(depot({ control: { resumeDelay: 30 } }))
    plant.buildingA['f1'] = { L1: 62, L2: 62, L3: 62 }
    await plant.run(15)
    expect(plant.target('cp1')).toBe(0)
    await plant.controller.setOverride(wish(16, { ttlS: 600 }))
    plant.buildingA['f1'] = { L1: 0, L2: 0, L3: 0 }
    await plant.run(25, () => expect(plant.target('cp1')).toBe(0))
    await plant.run(15)
    expect(plant.target('cp1')).toBeGreaterThanOrEqual(6)
  })

  it('is held to the fallback while sight is lost', async () => {
    const plant = await armedPlant()
    await plant.controller.setOverride(wish(20, { ttlS: 600 }))
    await plant.run(20)
    plant.deadMeters.add('m1')
    await plant.run(8)
    expect(plant.controller.state().overrides[0]).toMatchObject({ effectiveA: 6, clampedBy: { kind: 'fallback' } })
    expect(plant.charger('cp1').limitA).toBe(6)
  })

  it('of 0 stays 0 when the charger stops being readable, and is never called verified at more', async () => {
    const plant = await armedPlant(depot({ fallback: 10 }))
    await plant.controller.setOverride(wish(0, { ttlS: 600, reason: 'somebody works on it' }))
    await plant.run(10)
    plant.charger('cp1').readable = false
    await plant.run(15, () => {
      expect(plant.target('cp1')).toBe(0)
      expect(plant.charger('cp1').limitA).toBe(0)
    })
    expect(plant.last().chargers['cp1']).toMatchObject({
      state: 'fallback',
      why: 'Paused: override at 0 A by Operator',
    })
    expect(plant.controller.state().overrides[0]).toMatchObject({ effectiveA: 0, state: 'verified' })
  })

  it('is failed, never verified, where more than it asked for stays in force', async () => {
    const seen: string[] = []
    const clock = createFakeClock()
    const plant = createPlant({ site: depot() })
    await plant.run(4)
    const { site } = plant
    const [charger] = controlledChargers(site, siteAbilities(site, new Map([['test', profile()]])))
    const overrides = createOverrides(
      site,
      clock,
      () => 'o',
      new Map(charger === undefined ? [] : [['cp1', charger]]),
      (override) => {
        seen.push(override.state)
      },
    )
    const decision = (targetA: number): Decision => ({
      ...plant.last(),
      chargers: { cp1: { ...emptyDecision, targetA } },
    })
    overrides.set(wish(10), null, null)
    overrides.decided(decision(12), () => null)
    const write: Write = {
      id: 'w',
      chargerId: 'cp1',
      atMs: 0,
      limitA: 12,
      reason: 'fallback',
      decisionId: null,
      state: 'verified',
      readBackA: 12,
      why: null,
      settledAtMs: 1,
    }
    overrides.follow(write)
    expect(overrides.list()[0]).toMatchObject({
      state: 'failed',
      effectiveA: 12,
      why: '12 A stay in force: this charger cannot be told less now',
    })
    overrides.decided(decision(10), () => null)
    overrides.follow({ ...write, limitA: 10 })
    expect(seen).toEqual(['pending', 'failed', 'pending', 'verified'])
  })

  it('is refused with the remedy', async () => {
    const plant = await armedPlant()
    expect(await plant.controller.setOverride(wish(4))).toMatchObject({
      state: 'refused',
      why: '4 A is below the minimum of cp1: set 0 to pause it, or at least 6 A',
    })
    expect(await plant.controller.setOverride(wish(10, { chargerId: 'cp9' }))).toMatchObject({
      state: 'refused',
      why: 'there is no charger cp9 at this site',
    })
    const watching = createPlant({ site: depot() })
    await watching.run(4)
    expect(await watching.controller.setOverride(wish(10))).toMatchObject({
      state: 'refused',
      why: 'control is not armed: this site is only watched; arm it first, then set the override',
    })
    expect(watching.writes).toEqual([])
    expect(watching.audit.map((row) => row.action)).toEqual(['override-refused'])
    const stubborn = await armedPlant(depot(), false)
    expect((await stubborn.controller.setOverride(wish(0))).why).toContain('cannot be paused by its limit')
  })

  it('is one intent however often it is sent, and a second one replaces the first', async () => {
    const plant = await armedPlant()
    const intent = wish(10)
    const [first, again] = await Promise.all([
      plant.controller.setOverride(intent),
      plant.controller.setOverride(intent),
    ])
    expect(again.id).toBe(first.id)
    await plant.controller.setOverride(wish(12))
    expect(plant.controller.state().overrides.map((override) => override.state)).toEqual(['cancelled', 'pending'])
  })

  it('is cancelled by a person and by disarming', async () => {
    const plant = await armedPlant()
    const made = await plant.controller.setOverride(wish(0))
    await plant.run(3)
    expect(plant.charger('cp1').limitA).toBe(0)
    expect(
      await plant.controller.cancelOverride({ overrideId: made.id, who: 'Operator', reason: 'done' }),
    ).toMatchObject({ state: 'cancelled', why: 'done' })
    await expect(
      plant.controller.cancelOverride({ overrideId: 'nope', who: 'Operator', reason: 'done' }),
    ).rejects.toThrow('there is no override nope')
    await plant.controller.setOverride(wish(10))
    const leaving = plant.controller.disarm({ who: 'Operator', reason: 'end' })
    await plant.run(3)
    await leaving
    expect(plant.controller.state().overrides.at(-1)).toMatchObject({
      state: 'cancelled',
      why: 'control was disarmed by Operator: end',
    })
  })

  it('fails when the write fails, and recovers with the charger', async () => {
    const plant = await armedPlant()
    plant.charger('cp1').fault = 'refuse'
    await plant.controller.setOverride(wish(10, { ttlS: 600 }))
    await plant.run(2)
    expect(plant.controller.state().overrides[0]).toMatchObject({ state: 'failed', why: 'exception 4' })
    plant.charger('cp1').fault = 'none'
    await plant.run(30)
    expect(plant.controller.state().overrides[0]).toMatchObject({ state: 'verified', effectiveA: 10 })
  })

  it('ends on time when the computer clock is set back', async () => {
    const plant = await armedPlant()
    await plant.controller.setOverride(wish(10))
    plant.clock.setUtc(plant.clock.nowMs() - 86_400_000)
    await plant.run(62)
    expect(plant.controller.state().overrides[0]?.state).toBe('expired')
  })
})

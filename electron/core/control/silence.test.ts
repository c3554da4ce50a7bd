import { describe, expect, it } from 'vitest'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { createPlant, depot, profile } from './test-support/plant.ts'

const register = { address: 90, type: 'uint16' as const, scale: 1 }
const kinds: readonly ChargerProfile['watchdog'][] = [
  { kind: 'poll', timeoutS: 60 },
  { kind: 'setpoint-validity', timeoutS: 60 },
  { kind: 'lifebit', timeoutS: 10, register, value: 1 },
  { kind: 'token', timeoutS: 15, register, value: 1 },
  { kind: 'timeout-write', timeoutS: 60, register, value: 60 },
]

/** One charger ignores its limit and draws 32 A, two others obey, and the building takes most of a feeder of 63 A. */
const rebellion = async (watchdog: ChargerProfile['watchdog'], how: 'ignore' | 'stubborn' = 'ignore') => {
  const plant = createPlant({ site: depot(), profile: profile({ watchdog }) })
  for (const id of ['cp1', 'cp2', 'cp3']) {
    plant.plugIn(id)
    plant.charger(id).ownFallbackA = 6
  }
  await plant.run(4)
  await plant.arm()
  await plant.run(120)
  if (how === 'ignore') plant.charger('cp1').fault = 'ignore'
  else plant.plugIn('cp1', { stubborn: true })
  plant.charger('cp1').limitA = 32
  plant.buildingA['f1'] = { L1: 45, L2: 45, L3: 45 }
  return plant
}

describe('a charger that does not do as it is told while a circuit above it is over its limit', () => {
  for (const watchdog of kinds)
    for (const how of ['ignore', 'stubborn'] as const)
      it(`is no longer fed, so that its own watchdog brings it down: ${watchdog.kind}, ${how}`, async () => {
        const plant = await rebellion(watchdog, how)
        const timeoutS = 'timeoutS' in watchdog ? watchdog.timeoutS : NaN
        const seen: number[] = []
        await plant.run(35 + timeoutS, () => seen.push(plant.current('f1', 'L1')))
        expect(Math.max(...seen)).toBeGreaterThan(63)
        expect(plant.charger('cp1').drawnA).toBe(6)
        expect(plant.current('f1', 'L1')).toBeLessThanOrEqual(63)
        const told = plant.events.filter(({ kind }) => kind === 'watchdog-not-fed')
        expect(told).toHaveLength(1)
        expect(told[0]?.message).toContain('cp1')
        expect(told[0]?.message).toMatch(/f1, L\d carries [\d.]+ A of 63 A/)
        expect(plant.audit.filter(({ action }) => action === 'watchdog-not-fed')).toHaveLength(1)
        expect(plant.last().chargers['cp1']?.why).toContain('its watchdog is not fed')
        // The others are fed as ever.
        expect(plant.mayAsk('cp2')).toBe(true)
        expect(plant.charger('cp2').drawnA).toBeLessThanOrEqual(12)
      })

  it('is tried again where there is room for all it may draw, and stays fed when it obeys', async () => {
    const plant = await rebellion({ kind: 'poll', timeoutS: 60 })
    await plant.run(100)
    expect(plant.mayAsk('cp1')).toBe(false)
    plant.charger('cp1').fault = 'none'
    await plant.run(60)
    expect(plant.mayAsk('cp1'), 'no room for 32 A beside 45 A of the building').toBe(false)
    plant.buildingA['f1'] = { L1: 5, L2: 5, L3: 5 }
    await plant.run(90)
    expect(plant.mayAsk('cp1')).toBe(true)
    expect(plant.events.filter(({ kind }) => kind === 'watchdog-fed-again').map(({ message }) => message)).toEqual([
      expect.stringContaining('there is room for the 32 A it may draw'),
    ])
    await plant.run(60)
    expect(plant.last().chargers['cp1']?.state).toBe('allocated')
    expect(plant.events.at(-1)?.kind).not.toBe('watchdog-not-fed')
    expect(plant.charger('cp1').limitA).toBe(plant.target('cp1'))
  })

  it('is tried again after a quarter of an hour where there is none, and left alone again at once', async () => {
    const plant = await rebellion({ kind: 'lifebit', timeoutS: 10, register, value: 1 })
    let overS = 0
    await plant.run(60)
    await plant.run(3600, () => {
      if (plant.current('f1', 'L1') > 63.5) overS += 1
    })
    const kindsTold = plant.events.map(({ kind }) => kind).filter((kind) => kind.startsWith('watchdog'))
    expect(kindsTold.slice(0, 3)).toEqual(['watchdog-not-fed', 'watchdog-fed-again', 'watchdog-not-fed'])
    expect(kindsTold.length).toBeLessThanOrEqual(9)
    // Four tries of less than a minute in an hour.
    expect(overS).toBeLessThan(200)
  })

  it('is fed while nothing above it is over its limit: then it is better to see it', async () => {
    const plant = await rebellion({ kind: 'poll', timeoutS: 60 })
    plant.buildingA['f1'] = { L1: 5, L2: 5, L3: 5 }
    await plant.run(150)
    expect(plant.mayAsk('cp1')).toBe(true)
    expect(plant.events.filter(({ kind }) => kind.startsWith('watchdog'))).toEqual([])
  })

  it('is left alone by a disarm too, and not read after it until it has fallen', async () => {
    const plant = await rebellion({ kind: 'poll', timeoutS: 60 })
    await plant.run(30)
    expect(plant.mayAsk('cp1')).toBe(false)
    const before = plant.charger('cp1').writes.length
    const leaving = plant.controller.disarm({ who: 'Operator', reason: 'test' })
    await plant.run(4)
    await leaving
    expect(plant.charger('cp1').writes.length).toBe(before)
    expect(plant.audit.at(-1)).toMatchObject({ action: 'disarm', detail: { notAtFallback: ['cp1'] } })
    await plant.run(50, () => expect(plant.mayAsk('cp1')).toBe(false))
    expect(plant.charger('cp1').drawnA).toBe(6)
  })

  it('says that nothing here can bring it down where no watchdog would', async () => {
    const plant = await rebellion({ kind: 'none', note: 'test' })
    await plant.run(60)
    expect(plant.last().chargers['cp1']?.why).toContain('switch it off on site')
    expect(plant.events.filter(({ kind }) => kind === 'watchdog-cannot-help')).toHaveLength(1)
  })
})

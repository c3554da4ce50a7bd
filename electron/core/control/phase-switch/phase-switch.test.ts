import { describe, expect, it } from 'vitest'
import { phases } from '../../../../shared/model/phase.ts'
import type { Plant } from '../test-support/plant.ts'
import { fill, limitA, orders, small, started } from '../test-support/switching-depot.ts'
import { createPlant, profile } from '../test-support/plant.ts'

const terminals = [1, 2, 3]
const state = (plant: Plant, id: string) => plant.last().chargers[id]!.phaseSwitch!

describe('one phase and three', () => {
  it('goes to one phase where three have no room for the minimum, and charges on the phase of its terminal T1', async () => {
    const plant = await started()
    plant.plugIn('cp2')
    fill(plant, 38, 10, 38)
    await plant.run(20)
    expect(plant.target('cp2')).toBe(0)
    expect(state(plant, 'cp2')).toMatchObject({ stage: 'waiting', on: 3, to: 1, phases: ['L2'], boundMs: 30_000 })
    await plant.run(100)
    expect(orders(plant, 'cp2').map(({ to }) => to)).toEqual([1])
    expect(state(plant, 'cp2')).toMatchObject({ stage: 'steady', on: 1, phases: ['L2'], switches: 1 })
    expect(plant.last().chargers['cp2']!.phases).toEqual(['L2'])
    expect(plant.target('cp2')).toBe(30)
    expect(plant.current('f1', 'L2')).toBeGreaterThan(35)
    expect(plant.events.map(({ message }) => message)).toContain(
      'cp2 charges on one phase now (L2), as it says itself, 6 s after it was told',
    )
  })

  it('goes back to three phases when they have room that lasts, paused all the while and counted on all of them', async () => {
    const plant = await started()
    plant.plugIn('cp2')
    fill(plant, 38, 10, 38)
    await plant.run(120)
    fill(plant, 5, 10, 5)
    const seen: string[] = []
    await plant.run(200, () => {
      const { stage } = state(plant, 'cp2')
      if (stage === 'switching') {
        expect(plant.target('cp2')).toBe(0)
        expect(plant.last().chargers['cp2']!.phases).toEqual(['L1', 'L2', 'L3'])
        expect(plant.last().chargers['cp2']!.boundBy[0]!.kind).toBe('phase-switch')
        expect(plant.last().chargers['cp2']!.why).toMatch(
          /^Paused: it was told to go to three phases .*says so \(\d+ s at most\)$/,
        )
      }
      if (seen.at(-1) !== stage) seen.push(stage)
    })
    expect(seen.slice(-4)).toEqual(['waiting', 'pausing', 'switching', 'steady'])
    expect(orders(plant, 'cp2').map(({ to, drawnA }) => [to, drawnA < 1])).toEqual([
      [1, true],
      [3, true],
    ])
    expect(plant.charger('cp2').drawnA).toBeGreaterThan(25)
  })

  it('does nothing while it is not armed, for one that is fixed, and for a car that takes one phase anyway', async () => {
    const idle = createPlant({ site: small(), profile: profile({ terminals, switches: true }) })
    idle.plugIn('cp2')
    fill(idle, 38, 10, 38)
    await idle.run(60)
    expect(orders(idle, 'cp2')).toEqual([])
    const fixed = await started(small({ phases: 'fixed' }))
    fixed.plugIn('cp2')
    fill(fixed, 38, 10, 38)
    await fixed.run(60)
    expect(orders(fixed, 'cp2')).toEqual([])
    expect(fixed.last().chargers['cp2']!.phaseSwitch).toBeUndefined()
    const oneCar = await started()
    oneCar.plugIn('cp2', { phases: ['L2'] })
    await oneCar.run(40)
    fill(oneCar, 38, 10, 38)
    await oneCar.run(60)
    fill(oneCar, 5, 10, 5)
    await oneCar.run(100)
    expect(orders(oneCar, 'cp2').filter(({ to }) => to === 3)).toEqual([])
  })

  it('gives up after two tries, says so, and counts it on all its phases', async () => {
    for (const fault of ['deaf', 'refuse'] as const) {
      const plant = await started()
      plant.charger('cp2').contactor.fault = fault
      plant.plugIn('cp2')
      fill(plant, 38, 10, 38)
      await plant.run(220)
      expect(orders(plant, 'cp2')).toHaveLength(2)
      expect(state(plant, 'cp2').stage).toBe('given-up')
      expect(plant.target('cp2')).toBe(0)
      expect(plant.events.filter(({ kind }) => kind === 'phase-switch-failed')).toHaveLength(2)
    }
  })

  it('one that does not say on how many phases it is is never switched; an order nobody confirmed leaves it counted on all', async () => {
    const mute = await started()
    mute.charger('cp2').contactor.fault = 'mute'
    mute.plugIn('cp2')
    fill(mute, 38, 10, 38)
    await mute.run(60)
    expect(orders(mute, 'cp2')).toEqual([])
    expect(state(mute, 'cp2').on).toBeNull()
    const later = await started()
    later.plugIn('cp2')
    fill(later, 38, 10, 38)
    await later.run(200, () => {
      if (orders(later, 'cp2').length > 0) later.charger('cp2').contactor.fault = 'mute'
    })
    expect(later.last().chargers['cp2']!.phases).toEqual(['L1', 'L2', 'L3'])
    expect(later.target('cp2')).toBe(0)
  })

  it('one that says one phase and draws on three is counted on three', async () => {
    const plant = await started()
    plant.charger('cp2').contactor.fault = 'stuck'
    plant.plugIn('cp2')
    fill(plant, 30, 10, 30)
    await plant.run(30)
    fill(plant, 36, 10, 36)
    await plant.run(90)
    expect(orders(plant, 'cp2').map(({ to }) => to)).toEqual([1])
    let overS = 0
    await plant.run(60, () => {
      overS = Math.max(...phases.map((phase) => plant.current('f1', phase))) > limitA + 0.5 ? overS + 1 : 0
      expect(overS).toBeLessThan(15)
    })
  })

  it('a person’s override, a lost meter and a disarm end a pause before anything was told', async () => {
    for (const befall of [
      (plant: Plant) =>
        void plant.controller.setOverride({
          who: 'X',
          reason: 'y',
          scope: { kind: 'charger', id: 'cp2' },
          limitA: 6,
          expiresInS: 600,
        } as never),
      (plant: Plant) => void plant.deadMeters.add('m1'),
      (plant: Plant) => void plant.controller.disarm({ who: 'X', reason: 'y' }),
    ]) {
      const plant = await started()
      plant.plugIn('cp2')
      fill(plant, 38, 10, 38)
      let isDone = false
      await plant.run(120, () => {
        if (!isDone && state(plant, 'cp2').lastedMs >= 28_000) {
          isDone = true
          befall(plant)
        }
      })
      expect(isDone).toBe(true)
      expect(orders(plant, 'cp2')).toEqual([])
    }
  })

  it('never gives one phase more than the national rule on imbalance allows', async () => {
    const plant = await started(small({}, { imbalance: 'de' }))
    plant.plugIn('cp2')
    fill(plant, 38, 5, 38)
    await plant.run(150, () => expect(plant.charger('cp2').drawnA).toBeLessThanOrEqual(20.01))
    expect(state(plant, 'cp2').on).toBe(1)
    expect(plant.target('cp2')).toBe(20)
  })
})

import { describe, expect, it } from 'vitest'
import { createPlant, depot, profile } from './test-support/plant.ts'

const held = async () => {
  const plant = createPlant({ site: depot({ control: { increaseDelay: 5, increaseStep: 32 } }) })
  plant.charger('cp1').ownCeilingA = 8
  plant.charger('cp1').limitA = 8
  for (const id of ['cp1', 'cp2', 'cp3']) plant.plugIn(id)
  await plant.run(4)
  await plant.arm()
  await plant.run(120)
  return plant
}

describe('a charger with a lower limit of its own', () => {
  it('is told of once and counted at what it holds, so the others get the rest', async () => {
    const plant = await held()
    expect(plant.target('cp1')).toBe(8)
    expect(plant.last().chargers['cp1']?.why).toMatch(/^8 A: holds 8 A of \d+ A, a limit of its own$/)
    expect(plant.target('cp2') + plant.target('cp3')).toBe(55)
    expect(plant.events.filter(({ kind }) => kind === 'charger-own-limit').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^cp1 holds 8 A of \d+ A: a limit of its own \(its menu, cable or temperature\)/),
    ])
    expect(plant.controller.facts().chargers.get('cp1')?.ownLimit).toMatchObject({ heldA: 8 })
  })

  it('is not written again and again, and asked for more a few times an hour only', async () => {
    const plant = await held()
    const before = plant.charger('cp1').writes.length
    await plant.run(600)
    // Its limit expires and is rewritten; nothing above what it holds is tried.
    expect(
      plant
        .charger('cp1')
        .writes.slice(before)
        .filter(({ limitA }) => limitA !== 8),
    ).toEqual([])
    await plant.run(3000)
    const tried = plant
      .charger('cp1')
      .writes.slice(before)
      .filter(({ limitA }) => limitA > 8)
    expect(tried.length).toBeGreaterThanOrEqual(2)
    expect(tried.length).toBeLessThanOrEqual(5)
    expect(plant.events.filter(({ kind }) => kind === 'charger-own-limit')).toHaveLength(1)
    expect(plant.events.filter(({ kind }) => kind === 'charger-problem')).toEqual([])
  })

  it('gets its share again when it takes more', async () => {
    const plant = await held()
    plant.charger('cp1').ownCeilingA = Infinity
    await plant.run(1000)
    expect(plant.target('cp1')).toBe(21)
    expect(plant.controller.facts().chargers.get('cp1')?.ownLimit ?? null).toBeNull()
  })

  it('is asked anew with the next car, which may have another cable', async () => {
    const plant = await held()
    plant.charger('cp1').ownCeilingA = Infinity
    plant.unplug('cp1')
    await plant.run(10)
    plant.plugIn('cp1')
    await plant.run(90)
    expect(plant.target('cp1')).toBe(21)
  })

  it('that holds less than can be charged with is told its share all the same: it may begin any moment', async () => {
    const plant = createPlant({ site: depot() })
    plant.charger('cp1').ownCeilingA = 0
    plant.charger('cp1').limitA = 0
    plant.plugIn('cp1', { status: 'connected' })
    await plant.run(4)
    await plant.arm()
    await plant.run(120)
    expect(plant.target('cp1')).toBe(32)
    const writes = plant.charger('cp1').writes.length
    await plant.run(120)
    // Only what its watchdog needs.
    expect(plant.charger('cp1').writes.length - writes).toBeLessThanOrEqual(7)
  })
})

describe('a charger that does not take what it is told', () => {
  it('is a fact for as long as it is so: it ignores writes, holds more, or draws more', async () => {
    for (const how of ['ignore', 'refuse', 'stubborn'] as const) {
      const plant = createPlant({ site: depot() })
      for (const id of ['cp1', 'cp2', 'cp3']) plant.plugIn(id)
      await plant.run(4)
      await plant.arm()
      await plant.run(60)
      expect(plant.controller.facts().chargers.get('cp1')?.disobeys ?? null, how).toBeNull()
      if (how === 'stubborn') plant.plugIn('cp1', { stubborn: true })
      else plant.charger('cp1').fault = how
      plant.buildingA['f1'] = { L1: 20, L2: 20, L3: 20 }
      await plant.run(60)
      expect(plant.controller.facts().chargers.get('cp1')?.disobeys, how).toContain('cp1')
      plant.charger('cp1').fault = 'none'
      plant.plugIn('cp1')
      await plant.run(200)
      expect(plant.controller.facts().chargers.get('cp1')?.disobeys ?? null, how).toBeNull()
    }
  })
})

describe('words', () => {
  it('a fault does not read as no vehicle', async () => {
    const plant = createPlant({ site: depot() })
    plant.plugIn('cp1', { status: 'fault' })
    plant.plugIn('cp2', { status: 'unavailable' })
    await plant.run(10)
    expect(plant.last().chargers['cp1']?.why).toBe('6 A: says it has a fault: it charges nobody until that is mended')
    expect(plant.last().chargers['cp2']?.why).toBe('6 A: says it is out of service: it charges nobody')
    expect(plant.last().chargers['cp3']?.why).toContain('no vehicle connected')
  })

  it('an override between two steps is explained by the step', async () => {
    const plant = createPlant({ site: depot(), profile: profile({ resolution: 0.5 }) })
    plant.plugIn('cp1')
    await plant.run(4)
    await plant.arm()
    await plant.run(60)
    const intent = { intentId: 'o', who: 'Operator', reason: 'test', chargerId: 'cp1', limitA: 13.77, ttlS: 600 }
    await plant.controller.setOverride(intent)
    await plant.run(30)
    const override = plant.controller.state().overrides.at(-1)
    expect(override).toMatchObject({
      effectiveA: 13.5,
      clampedBy: { kind: 'step', limitA: 13.5 },
      why: '13.77 A asked for, it takes steps of 0.5 A: 13.5 A',
    })
    expect(plant.last().chargers['cp1']?.why).toBe('13.5 A: override at 13.77 A, in steps of 0.5 A by Operator')
  })
})

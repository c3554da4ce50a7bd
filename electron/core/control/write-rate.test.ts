import { describe, expect, it } from 'vitest'
import { createPlant, depot, profile } from './test-support/plant.ts'

const armed = async (resolution = 1) => {
  const site = depot({ chargers: 2, control: { increaseDelay: 1, increaseStep: 32 } })
  const plant = createPlant({ site, profile: profile({ resolution }) })
  plant.plugIn('cp1')
  await plant.run(4)
  await plant.arm()
  await plant.run(60)
  return plant
}

describe('the rate of writes to one charger', () => {
  it('is bounded however often a person changes his mind, and the last word arrives', async () => {
    const plant = await armed()
    const before = plant.charger('cp1').writes.length
    for (let turn = 0; turn < 200; turn += 1) {
      await plant.controller.setOverride({
        intentId: `i${turn}`,
        who: 'Operator',
        reason: 'test',
        chargerId: 'cp1',
        limitA: turn % 2 === 0 ? 16 : 8,
        ttlS: 600,
      })
      await plant.clock.advance(100)
    }
    expect(plant.charger('cp1').writes.length - before).toBeLessThanOrEqual(11)
    await plant.run(30)
    expect(plant.charger('cp1').limitA).toBe(8)
    expect(plant.controller.state().overrides.at(-1)?.state).toBe('verified')
  })

  it('is bounded also where every wish is a little lower than the one before', async () => {
    const plant = await armed(0.5)
    const before = plant.charger('cp1').writes.length
    for (let turn = 0; turn < 50; turn += 1) {
      await plant.controller.setOverride({
        intentId: `i${turn}`,
        who: 'Operator',
        reason: 'test',
        chargerId: 'cp1',
        limitA: 31 - turn / 2,
        ttlS: 600,
      })
      await plant.clock.advance(400)
    }
    expect(plant.charger('cp1').writes.length - before).toBeLessThanOrEqual(11)
    await plant.run(5)
    expect(plant.charger('cp1').limitA).toBe(6.5)
  })

  it('holds back nothing that a circuit needs: a reduction goes at once, also right after a write', async () => {
    const plant = await armed()
    await plant.controller.setOverride({
      intentId: 'o',
      who: 'Operator',
      reason: 'test',
      chargerId: 'cp1',
      limitA: 30,
      ttlS: 600,
    })
    await plant.clock.advance(300)
    const written = plant.charger('cp1').writes.at(-1)
    plant.buildingA['f1'] = { L1: 50, L2: 50, L3: 50 }
    await plant.run(8)
    const next = plant.charger('cp1').writes.find(({ limitA, atMs }) => limitA < 30 && atMs > (written?.atMs ?? 0))
    expect(next?.limitA).toBeLessThanOrEqual(16)
    expect((next?.atMs ?? Infinity) - (written?.atMs ?? 0)).toBeLessThan(2000)
    expect(plant.current('f1', 'L1')).toBeLessThanOrEqual(63)
  })
})

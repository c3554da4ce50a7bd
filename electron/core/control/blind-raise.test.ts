import { describe, expect, it } from 'vitest'
import { createPlant, depot, type Plant } from './test-support/plant.ts'

const ids = ['cp1', 'cp2', 'cp3']
const load = (amperes: number) => ({ L1: amperes, L2: amperes, L3: amperes })

interface Declared {
  readonly main?: number
  readonly f1?: number
  readonly f2?: number
}
const declared = (otherLoad: Declared): unknown => {
  const site = depot({ control: { resumeDelay: 20 } }) as { circuits: { id: keyof Declared; otherLoad?: number }[] }
  for (const circuit of site.circuits) {
    const amperes = otherLoad[circuit.id]
    if (amperes !== undefined) circuit.otherLoad = amperes
  }
  return site
}

/** Three cars on a feeder whose building load leaves them nothing. */
const pausedForRoom = async (site: unknown = declared({})): Promise<Plant> => {
  const plant = createPlant({ site })
  for (const id of ids) plant.plugIn(id)
  await plant.run(4)
  await plant.arm()
  await plant.run(60)
  plant.buildingA['f1'] = load(60)
  await plant.run(40)
  expect(ids.map(plant.target)).toEqual([0, 0, 0])
  return plant
}

describe('a meter that falls silent while chargers are paused for lack of room', () => {
  it('raises nobody: no other load is declared, so nothing says that the fallback fits', async () => {
    const plant = await pausedForRoom()
    plant.deadMeters.add('m1')
    await plant.run(60, () => {
      expect(ids.map((id) => plant.charger(id).limitA)).toEqual([0, 0, 0])
      expect(plant.current('f1', 'L1')).toBeLessThanOrEqual(63)
    })
    expect(plant.last().chargers['cp1']?.state).toBe('fallback')
    expect(plant.last().chargers['cp1']?.why).toMatch(
      /^Paused: meter m1 of f1 silent for \d+\.\d s: not raised from 0 A to the fallback of 6 A, because the most other load of f1 is not declared \(otherLoad\)$/,
    )
  })

  it('raises nobody where the declared worst case leaves no room for what is not under control', async () => {
    const plant = await pausedForRoom(declared({ main: 0, f1: 30, f2: 0 }))
    plant.charger('cp1').readable = false
    plant.deadMeters.add('m1')
    await plant.run(60, () => expect(['cp2', 'cp3'].map((id) => plant.charger(id).limitA)).toEqual([0, 0]))
    expect(plant.last().chargers['cp2']?.why).toContain('74 A could flow on f1, L1, above its 63 A')
  })

  it('gives the fallback where the declared worst case says that it fits, after the others had time to come down', async () => {
    const plant = await pausedForRoom(declared({ main: 0, f1: 40, f2: 0 }))
    plant.buildingA['f1'] = load(40)
    plant.deadMeters.add('m1')
    await plant.run(12, () => expect(ids.map(plant.target)).toEqual([0, 0, 0]))
    await plant.run(10)
    expect(ids.map(plant.target)).toEqual([6, 6, 6])
    expect(plant.current('f1', 'L1')).toBeLessThanOrEqual(63)
  })

  it('raises nobody when control ends either', async () => {
    const plant = await pausedForRoom()
    const leaving = plant.controller.disarm({ who: 'Operator', reason: 'done' })
    await plant.run(4)
    await leaving
    expect(ids.map((id) => plant.charger(id).limitA)).toEqual([0, 0, 0])
    expect(['cp4', 'cp5'].map((id) => plant.charger(id).limitA)).toEqual([6, 6])
  })
})

describe('a program that stood still', () => {
  it.each([3, 8, 20, 3600])('raises nothing on what it saw before, %d s ago', async (seconds) => {
    const plant = await pausedForRoom(declared({}))
    plant.buildingA['f1'] = load(20)
    await plant.run(10)
    plant.standStill(seconds)
    plant.buildingA['f1'] = load(60)
    // Its connections come back a moment after it does.
    for (const id of ['m0', 'm1', 'm2']) plant.deadMeters.add(id)
    await plant.run(2, () => expect(ids.map(plant.target)).toEqual([0, 0, 0]))
    plant.deadMeters.clear()
    await plant.run(40, () => {
      expect(ids.map(plant.target)).toEqual([0, 0, 0])
      expect(plant.current('f1', 'L1')).toBeLessThanOrEqual(63)
    })
  })

  it('counts no room as lasting that nobody saw last', async () => {
    const plant = await pausedForRoom(declared({}))
    plant.buildingA['f1'] = load(20)
    await plant.run(10)
    plant.standStill(60)
    await plant.run(18, () => expect(ids.map(plant.target)).toEqual([0, 0, 0]))
    await plant.run(10)
    expect(plant.target('cp1')).toBeGreaterThanOrEqual(6)
  })
})

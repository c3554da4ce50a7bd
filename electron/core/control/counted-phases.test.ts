import { describe, expect, it } from 'vitest'
import { whyOf } from '../../../shared/allocation/why.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import { createPlant, depot, profile, type Plant } from './test-support/plant.ts'

/** One charger of the depot alone, f1 with a meter or without; `change` sees the site file and the plant before anything runs. */
const begin = (isMetered: boolean, declared: readonly Phase[], prepare: (plant: Plant) => void): Plant => {
  const site = depot({ chargers: 1 }) as {
    circuits: { id: string; meter?: string; name?: string }[]
    chargers: { circuit: string; phases?: readonly Phase[] }[]
  }
  for (const circuit of site.circuits) {
    circuit.name = { main: 'Main board', f1: 'Garage', f2: 'Yard' }[circuit.id] ?? ''
    if (circuit.id === 'f1' && !isMetered) delete circuit.meter
  }
  for (const charger of site.chargers) Object.assign(charger, { circuit: 'f1', phases: declared })
  const plant = createPlant({ site, profile: profile({ terminals: [1, 2, 3].slice(0, declared.length) }) })
  prepare(plant)
  return plant
}
/** Other load of the main board comes and goes, so the limit and with it the current of the charger changes. */
const unsteadily = (plant: Plant, seconds: number, each: () => void = () => undefined): Promise<void> => {
  let second = 0
  return plant.run(seconds, () => {
    second += 1
    const amperes = second % 80 < 40 ? 20 : 84
    plant.buildingA['main'] = { L1: amperes, L2: amperes, L3: amperes }
    each()
  })
}
const sentences = (plant: Plant): readonly string[] => whyOf(plant.site, plant.last(), 'cp1', 0)?.counted ?? []

describe('a charger that is counted where one would not look for it says why', () => {
  it('below a circuit without a meter, until the meter above has seen its current move', async () => {
    const plant = begin(false, ['L1'], (made) => {
      made.plugIn('cp1', { phases: ['L1'] })
      made.buildingA['main'] = { L1: 20, L2: 20, L3: 20 }
    })
    await plant.run(4)
    await plant.arm()
    await plant.run(4)
    expect(plant.last().chargers['cp1']?.phases).toEqual(['L1', 'L2', 'L3'])
    expect(plant.last().chargers['cp1']?.counted).toEqual([
      { kind: 'unmeasured-circuit', phases: ['L2', 'L3'], circuitId: 'f1', meteredId: 'main' },
    ])
    expect(sentences(plant)).toEqual([
      'Counted on L2 and L3 too, where it is not declared: Garage has no meter, and the meter of Main board has not seen its current move ' +
        "on all the phases that are declared. This ends once it has, as the charger's current changes; a meter at Garage makes it needless.",
    ])
    // What may be its current or other load is a range, and the truth is inside.
    const truthA = 20
    const { otherLoadA = NaN, otherLoadMostA = NaN } = { ...plant.last().circuits['main']?.L2 }
    expect(otherLoadA).toBeLessThan(truthA - 1)
    expect(otherLoadMostA).toBeCloseTo(truthA, 0)
    await unsteadily(plant, 240)
    expect(plant.last().chargers['cp1']).toMatchObject({ phases: ['L1'] })
    expect(plant.last().chargers['cp1']?.counted).toBeUndefined()
  })

  it('where its own meter shows no current, until the meter above has stood still there', async () => {
    const plant = begin(true, ['L1', 'L2', 'L3'], (made) => made.plugIn('cp1', { phases: ['L1'] }))
    await plant.run(4)
    await plant.arm()
    const said = new Set<string>()
    await plant.run(30)
    await unsteadily(plant, 300, () => sentences(plant).forEach((sentence) => said.add(sentence)))
    expect([...said]).toEqual([
      'Counted on L2 and L3 although its own meter shows no current there: that may be a sensor that is missing. ' +
        'The room goes to others once a meter above stood still there while its current changed several times.',
    ])
    expect(plant.last().chargers['cp1']?.phases).toEqual(['L1'])
  })

  it('where its map is contradicted', async () => {
    const plant = begin(true, ['L1'], (made) => {
      made.charger('cp1').shows = { L1: 'L2' }
      made.plugIn('cp1', { phases: ['L2'] })
    })
    await plant.run(4)
    await plant.arm()
    await unsteadily(plant, 240)
    expect(plant.last().chargers['cp1']?.counted).toEqual([{ kind: 'seen-there', phases: ['L2'] }])
    expect(sentences(plant)[0]).toContain('a meter above saw its current move there')
  })

  it('and nothing where it is where one would look for it', async () => {
    const plant = begin(true, ['L1', 'L2', 'L3'], (made) => made.plugIn('cp1'))
    await plant.run(4)
    await plant.arm()
    await plant.run(60)
    expect(sentences(plant)).toEqual([])
  })
})

import { createPlant, depot, type DepotOptions, type Plant } from './plant.ts'

/** Circuits and phases whose true current is above the limit now. */
export const overLimit = (plant: Plant): string[] =>
  plant.site.circuits.flatMap((circuit) =>
    (['L1', 'L2', 'L3'] as const)
      .filter((phase) => plant.current(circuit.id, phase) > (circuit.limit ?? Infinity) + 0.01)
      .map((phase) => `${circuit.id} ${phase} ${plant.current(circuit.id, phase)}`),
  )

/** An armed depot whose chargers all have a car and have settled. */
export const charged = async (count = 6, options: DepotOptions = {}) => {
  const plant = createPlant({ site: depot({ chargers: count, ...options }) })
  for (let index = 1; index <= count; index += 1) plant.plugIn(`cp${index}`)
  await plant.run(4)
  await plant.arm()
  await plant.run(180)
  return plant
}

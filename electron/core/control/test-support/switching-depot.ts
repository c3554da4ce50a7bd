import { createPlant, depot, profile, type Contactor, type Plant } from './plant.ts'

const terminals = [1, 2, 3]
export const limitA = 40

/** One feeder of 40 A with two chargers that may be switched, the second with its phases rotated. */
export const small = (more: object = {}, grid: object = {}): unknown => {
  const site = depot({ chargers: 2 }) as { chargers: object[]; circuits: object[]; grid: object }
  return {
    ...site,
    grid: { limit: 100, ...grid },
    circuits: [
      { id: 'main', meter: 'm0', limit: 100 },
      { id: 'f1', parent: 'main', meter: 'm1', limit: limitA },
      { id: 'f2', parent: 'main', meter: 'm2', limit: 63 },
    ],
    chargers: site.chargers.map((charger, index) => ({
      ...charger,
      circuit: 'f1',
      fallback: 0,
      ...(index === 1 ? { phases: ['L2', 'L3', 'L1'] } : {}),
      phaseSwitching: { toOne: 30, toThree: 60, perHour: 4, ...more },
    })),
    control: { margin: 1, increaseDelay: 2, increaseStep: 16, resumeDelay: 5 },
  }
}

export const started = async (site: unknown = small(), seed = 1): Promise<Plant> => {
  const plant = createPlant({ site, profile: profile({ terminals, switches: true }), seed })
  await plant.run(3)
  await plant.arm()
  return plant
}
/** The building's load on the feeder, A. */
export const fill = (plant: Plant, l1: number, l2: number, l3: number): unknown =>
  Object.assign(plant.buildingA['f1'] ?? {}, { L1: l1, L2: l2, L3: l3 })

export const orders = (plant: Plant, id: string): Contactor['orders'] => plant.charger(id).contactor.orders

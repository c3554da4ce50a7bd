import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../shared/test-support/seeded-random.ts'
import { fuzzRuns, fuzzTimeoutMs } from '../../shared/test-support/fuzz.ts'
import { loaded } from '../simulator/test-support/run-world.ts'
import { wiredWorld } from './test-support/wired-world.ts'

/** Two sites of five minutes among the tests, a thousand of two and a half in `npm run fuzz`: what every check needs, twice. */
const isLong = fuzzRuns > 100_000
const sites = isLong ? 1000 : 2
const seconds = isLong ? 150 : 300

/** A depot with loads, cables, meters and hours of its own. */
const randomDepot = (seed: number) => {
  const random = seededRandom(seed)
  const between = (low: number, high: number) => low + (high - low) * random()
  const found = loaded('depot')
  const scenario = structuredClone(found.scenario)
  const { simulation } = scenario
  simulation.startHour = between(0, 24)
  simulation.loads = simulation.loads.map((load) => ({
    ...load,
    amperes: Object.fromEntries(Object.entries(load.amperes).map(([phase, amps]) => [phase, amps * between(0.2, 1.6)])),
    powerFactor: between(0.68, 1),
    variation: between(0.005, 0.1),
  }))
  for (const circuit of Object.values(simulation.circuits)) circuit.ohm *= between(0.5, 2)
  for (const meter of Object.values(simulation.meters)) meter.accuracyPercent = between(0.05, 1)
  return { ...found, scenario }
}

describe('the passive wiring checks', () => {
  it(
    `find nothing on ${sites} healthy random sites`,
    () => {
      for (let seed = 1; seed <= sites; seed += 1) {
        const run = wiredWorld('depot', seed, randomDepot(seed))
        run.watch(seconds)
        const bad = run.bad().map(({ meterId, check }) => `seed ${seed}, ${meterId} ${check.title}: ${check.says}`)
        expect(bad).toEqual([])
      }
    },
    fuzzTimeoutMs * 10,
  )
})

import { perPhase, type PerPhase, type Phase } from '../../../shared/model/phase.ts'
import type { Site } from '../../../shared/site/site.ts'
import { createRandom } from '../random.ts'
import {
  createBreaker,
  drawResidualDevice,
  drawSpecimen,
  type Breaker,
  type ResidualDevice,
  type Trip,
} from './breaker.ts'
import type { Charger } from './charger.ts'
import type { CircuitState } from './network.ts'
import { magnitude } from './phasor.ts'

/** Standing leakage of a charger and of the car on it while it charges, milliamperes (editable assumptions). */
const chargerLeakMa = 0.3
const carLeakMa = 1.2

/** Milliamperes to earth by the circuit they come from. */
export const leakageOf = (
  chargers: Iterable<Charger>,
  faults: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> => {
  const leaking = new Map(faults)
  for (const charger of chargers) {
    const { circuit } = charger.settings
    const isCharging = charger.currents().some((current) => current > 0)
    leaking.set(
      circuit,
      (leaking.get(circuit) ?? 0) + (charger.isPowered() ? chargerLeakMa : 0) + (isCharging ? carLeakMa : 0),
    )
  }
  return leaking
}

export interface Surge {
  readonly circuit: string
  readonly phase: Phase
  readonly peakA: number
}

interface Placed {
  readonly breaker: Breaker
  readonly residual: ResidualDevice | null
  aboveSinceS: number | null
  leakingMa: number
}

type SiteParts = Pick<Site, 'circuits'>

/** The breakers of a site, each a specimen of its own by the seed. */
export const createBreakers = ({ circuits }: SiteParts, seed: number) => {
  const placed = new Map<string, Placed>(
    circuits.flatMap(({ id, breaker }): [string, Placed][] => {
      if (breaker === undefined) return []
      const random = createRandom(seed, `breaker ${id}`)
      const specimen = drawSpecimen(breaker, random)
      const { rcd } = breaker
      const residual =
        rcd === undefined
          ? null
          : drawResidualDevice(rcd.rating, rcd.delay === 'S', createRandom(seed, `residual ${id}`))
      return [[id, { breaker: createBreaker(specimen), residual, aboveSinceS: null, leakingMa: 0 }]]
    }),
  )
  const parentOf = new Map(circuits.map(({ id, parent }) => [id, parent]))
  /** A circuit and all that feed it. */
  const upFrom = (id: string): readonly string[] => {
    const path: string[] = []
    for (let at: string | undefined = id; at !== undefined && !path.includes(at); at = parentOf.get(at)) path.push(at)
    return path
  }
  /** What is drawn below a circuit, its own among it. */
  const below = <T>(entries: Iterable<T>, circuitOf: (entry: T) => string, id: string): T[] =>
    [...entries].filter((entry) => upFrom(circuitOf(entry)).includes(id))

  const stepResidual = (id: string, each: Placed, leakage: ReadonlyMap<string, number>, atS: number): void => {
    const leaking = below(leakage, ([circuit]) => circuit, id).reduce((sum, [, ma]) => sum + ma, 0)
    // What is switched off does not leak.
    each.leakingMa = each.breaker.trip() === null ? leaking : 0
    if (each.residual === null) return
    if (leaking < each.residual.tripMa || each.breaker.trip() !== null) each.aboveSinceS = null
    else each.aboveSinceS ??= atS
    if (each.aboveSinceS !== null && atS - each.aboveSinceS >= each.residual.patienceS)
      each.breaker.open('residual', null, atS)
  }

  return {
    isOpen: (id: string, phase: Phase): boolean => placed.get(id)?.breaker.isOpen(phase) ?? false,
    trip: (id: string): Trip | null => placed.get(id)?.breaker.trip() ?? null,
    heat: (id: string): PerPhase<number> | null => placed.get(id)?.breaker.heat() ?? null,
    specimen: (id: string) => placed.get(id)?.breaker.specimen ?? null,
    residual: (id: string): ResidualDevice | null => placed.get(id)?.residual ?? null,
    /** Residual current through it, milliamperes. */
    leakageMa: (id: string): number => placed.get(id)?.leakingMa ?? 0,
    /** Whether it was open. */
    close: (id: string): boolean => placed.get(id)?.breaker.close() ?? false,
    step: (
      states: ReadonlyMap<string, CircuitState>,
      surges: readonly Surge[],
      leakage: ReadonlyMap<string, number>,
      stepS: number,
      atS: number,
    ): void => {
      for (const [id, each] of placed) {
        const current = states.get(id)?.current
        if (current === undefined) continue
        const currentA = perPhase((phase) => magnitude(current[phase]))
        const surging = surges.length === 0 ? [] : below(surges, ({ circuit }) => circuit, id)
        const peakA = perPhase((phase) =>
          surging.reduce((most, surge) => (surge.phase === phase ? most + surge.peakA : most), currentA[phase]),
        )
        each.breaker.step(currentA, peakA, stepS, atS)
        stepResidual(id, each, leakage, atS)
      }
    },
  }
}
export type Breakers = ReturnType<typeof createBreakers>

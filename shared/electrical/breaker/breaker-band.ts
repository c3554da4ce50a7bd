import { coldTripS } from './bound.ts'
import type { BreakerModel } from './model.ts'
import type { TimeBand } from './thermal-bounds.ts'

export interface BandPoint extends TimeBand {
  readonly currentA: number
}

/** How a breaker of a model trips at a constant current, from cold. */
export interface BreakerBand {
  /** Earliest and latest trip, s, at an RMS current, A; Infinity: not at this current. */
  readonly at: (currentA: number) => TimeBand
  /** The band as points for a chart, from just above the earliest pickup to `mostA`, evenly on a logarithmic scale. */
  readonly curve: (mostA: number, points?: number) => readonly BandPoint[]
  readonly model: BreakerModel
}

/** The standard's own gaps can cross at a single current (a magnetic band inside a thermal one): the latest is never before the earliest. */
const ordered = (earlyS: number, lateS: number): TimeBand => ({ earlyS, lateS: Math.max(earlyS, lateS) })

export const breakerBand = (model: BreakerModel): BreakerBand => {
  const at = (currentA: number): TimeBand => ordered(coldTripS(model.early, currentA), coldTripS(model.late, currentA))
  return {
    at,
    curve: (mostA, points = 160) => {
      const fromA = model.conventional.noTripA
      if (!(mostA > fromA)) return []
      return Array.from({ length: points }, (_, index) => {
        const currentA = fromA * (mostA / fromA) ** ((index + 1) / points)
        return { currentA, ...at(currentA) }
      })
    },
    model,
  }
}

import { breakerModel } from '../electrical/breaker/breaker-model.ts'
import type { BreakerModel } from '../electrical/breaker/model.ts'
import { advanceBounds, coldBounds, timeToTrip, usedBand } from '../electrical/breaker/thermal-bounds.ts'
import { stretchesOf, type PoleReadings } from '../electrical/breaker/trail.ts'
import type { Phase } from '../model/phase.ts'
import type { SiteBreaker } from '../site/site.ts'

/** Another breaker in the same place, or another setting of the same: its rating (Ir where there is a trip unit), A, and its curve. */
export interface BreakerWish {
  readonly ratingA: number
  readonly curve: SiteBreaker['curve']
}

/** What the recorded current would have done to it, of its hottest pole. Percent of the thermal margin used, 100 is the trip; times UTC ms. */
export interface WhatIf {
  readonly phase: Phase
  /** Highest of all moments, for the fastest and the slowest breaker of the type. */
  readonly earlyPercent: number
  readonly latePercent: number
  /** When the fastest and the slowest would have tripped; null: not within the record. */
  readonly earlyTripMs: number | null
  readonly lateTripMs: number | null
  /** Had the last current stayed: seconds from the end of the record to the trip; Infinity: it carries it for good. */
  readonly lastA: number | null
  readonly goesOnS: { readonly earlyS: number; readonly lateS: number } | null
}

/** Points of a maker's curve and a magnetic setting belong to the breaker that is there; what stands around it stays. */
export const wishedBreaker = (
  { points: _points, instantaneous, tripUnit, ...breaker }: SiteBreaker,
  { ratingA, curve }: BreakerWish,
): SiteBreaker => ({
  ...breaker,
  curve,
  ...(curve === breaker.curve && instantaneous !== undefined ? { instantaneous } : {}),
  ...(tripUnit === undefined ? { rating: ratingA } : { tripUnit: { ...tripUnit, ir: ratingA } }),
})

/** The load before the record is taken to be that of its first minute, for so long that every element was as warm as it gets, s. */
const settledS = 7200
const firstMinuteMs = 60_000

const rmsOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)

const poleOf = (phase: Phase, readings: PoleReadings, model: BreakerModel): WhatIf | null => {
  const stretches = stretchesOf(readings)
  const [begin] = stretches
  const seen = stretches.flatMap(({ currentA }) => (currentA === null ? [] : [currentA]))
  if (begin === undefined || seen.length === 0) return null
  const minute = stretches.filter(({ fromMs }) => fromMs - begin.fromMs < firstMinuteMs)
  const past = rmsOf(minute.flatMap(({ currentA }) => (currentA === null ? [] : [currentA])))
  let bounds = advanceBounds(coldBounds, past, settledS, model)
  let [earlyPercent, latePercent] = [0, 0]
  let [earlyTripMs, lateTripMs]: [number | null, number | null] = [null, null]
  for (const { fromMs, seconds, currentA } of stretches) {
    bounds = advanceBounds(bounds, currentA, seconds, model)
    const { early, late } = usedBand(bounds)
    earlyPercent = Math.max(earlyPercent, early.hot)
    latePercent = Math.max(latePercent, late.cold)
    if (early.hot >= 100) earlyTripMs ??= fromMs + 1000 * seconds
    if (late.cold >= 100) lateTripMs ??= fromMs + 1000 * seconds
  }
  const lastA = seen.at(-1) ?? null
  const goesOnS = lastA === null || earlyTripMs !== null ? null : timeToTrip(bounds, lastA, model)
  return { phase, earlyPercent, latePercent, earlyTripMs, lateTripMs, lastA, goesOnS }
}

/**
 * The recorded current of each pole against another breaker: would it have held to the end of the record, and with how much margin. It knows
 * what was polled: neither a surge of some milliseconds nor a current to earth is in it.
 */
export const whatIfBreaker = (
  breaker: SiteBreaker,
  wish: BreakerWish,
  poles: readonly { readonly phase: Phase; readonly readings: PoleReadings }[],
): WhatIf | { readonly why: string } => {
  const model = breakerModel(wishedBreaker(breaker, wish))
  if ('why' in model) return model
  const judged = poles.flatMap(({ phase, readings }) => poleOf(phase, readings, model) ?? [])
  const [first, ...rest] = judged
  if (first === undefined) return { why: 'no current of this circuit is in the record' }
  return rest.reduce((worst, one) => (one.earlyPercent > worst.earlyPercent ? one : worst), first)
}

export type WhatIfState = 'trips' | 'may-trip' | 'holds'
export const whatIfState = ({ earlyTripMs, lateTripMs }: WhatIf): WhatIfState =>
  lateTripMs !== null ? 'trips' : earlyTripMs !== null ? 'may-trip' : 'holds'

import { advanceRun, advanceUnseenHot, coldRun, hottestRun, tripS, usedShare, type Bound, type Run } from './bound.ts'
import type { BreakerModel } from './model.ts'

/**
 * The thermal image of one pole as a band: the fastest and the slowest breaker of its model, each run twice because the past is not
 * fully known. `cold` takes every unknown current for 0, `hot` for the most that would not have tripped it; known current pulls the two
 * together. A fold: `advanceBounds` over the readings, each holding for its own time. Plain data.
 */
export interface RunPair {
  readonly cold: Run
  readonly hot: Run
}
export interface ThermalBounds {
  readonly early: RunPair
  readonly late: RunPair
}

type Ends = Pick<BreakerModel, 'early' | 'late'>

/** Shares nearer than this are one run from then on, the hot one: a billionth of a trip. */
const forgotten = 1e-9

const unknownPair = (bound: Bound): RunPair => ({ cold: coldRun, hot: hottestRun(bound) })

/** Nothing is known of what flowed before. */
export const unknownBounds = ({ early, late }: Ends): ThermalBounds => ({
  early: unknownPair(early),
  late: unknownPair(late),
})

const coldPair: RunPair = { cold: coldRun, hot: coldRun }
/** Known to have been without current for long. */
export const coldBounds: ThermalBounds = { early: coldPair, late: coldPair }

const advancePair = (pair: RunPair, currentA: number | null, seconds: number, bound: Bound): RunPair => {
  if (currentA === null)
    return { cold: advanceRun(pair.cold, 0, seconds, bound), hot: advanceUnseenHot(pair.hot, seconds, bound) }
  const hot = advanceRun(pair.hot, currentA, seconds, bound)
  if (pair.hot === pair.cold) return { cold: hot, hot }
  const cold = advanceRun(pair.cold, currentA, seconds, bound)
  return hot.heat - cold.heat < forgotten && hot.dose - cold.dose < forgotten ? { cold: hot, hot } : { cold, hot }
}

/**
 * `seconds` at a constant RMS current of this pole, A; null: it was not seen. Several readings within one interval go in as the root of
 * their mean square: an arithmetic mean would understate the heat.
 */
export const advanceBounds = (
  bounds: ThermalBounds,
  currentA: number | null,
  seconds: number,
  { early, late }: Ends,
): ThermalBounds => ({
  early: advancePair(bounds.early, currentA, seconds, early),
  late: advancePair(bounds.late, currentA, seconds, late),
})

/** Thermal margin used, percent: 100 is the trip. */
export interface UsedBand {
  /** Of the fastest breaker, on either assumption about the past. */
  readonly early: { readonly cold: number; readonly hot: number }
  readonly late: { readonly cold: number; readonly hot: number }
  /** Over all: no breaker of the model has used less or more than this. */
  readonly low: number
  readonly high: number
}

const percent = (run: Run): number => 100 * usedShare(run)

export const usedBand = (bounds: ThermalBounds): UsedBand => {
  const early = { cold: percent(bounds.early.cold), hot: percent(bounds.early.hot) }
  const late = { cold: percent(bounds.late.cold), hot: percent(bounds.late.hot) }
  return {
    early,
    late,
    low: Math.min(early.cold, early.hot, late.cold, late.hot),
    high: Math.max(early.cold, early.hot, late.cold, late.hot),
  }
}

export interface TimeBand {
  readonly earlyS: number
  readonly lateS: number
}

/** Seconds until the earliest and the latest trip if this current stays; Infinity: not at this current; 0: it may have tripped already. */
export const timeToTrip = (bounds: ThermalBounds, currentA: number, { early, late }: Ends): TimeBand => {
  const earlyHotS = tripS(bounds.early.hot, currentA, early)
  const earlyColdS = bounds.early.cold === bounds.early.hot ? earlyHotS : tripS(bounds.early.cold, currentA, early)
  const lateHotS = tripS(bounds.late.hot, currentA, late)
  const lateColdS = bounds.late.cold === bounds.late.hot ? lateHotS : tripS(bounds.late.cold, currentA, late)
  return {
    earlyS: Math.min(earlyColdS, earlyHotS, lateColdS, lateHotS),
    lateS: Math.max(earlyColdS, earlyHotS, lateColdS, lateHotS),
  }
}

/** Further apart than this, percent points, the past still matters; reached 3 tau after an unknown start. Editable assumption. */
export const widestSettledPercent = 5

/** Margin used on the early bound, percent, at the hot end (the side of caution); null while the past still matters. */
export const settledPercent = ({ early }: UsedBand): number | null =>
  early.hot - early.cold > widestSettledPercent ? null : early.hot

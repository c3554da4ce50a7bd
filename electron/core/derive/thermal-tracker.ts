import { breakerCurves, effectiveRatingA } from '../../../shared/electrical/breaker-curves.ts'
import {
  advanceKnown,
  advanceUnknown,
  bandUsedPercent,
  unknownHeating,
  type ThermalBand,
} from '../../../shared/electrical/thermal-band.ts'
import type { ThermalCurve } from '../../../shared/electrical/thermal-image.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import type { SiteBreaker } from '../../../shared/site/site.ts'

/** A missing current is held this long, ms; a longer gap counts as unknown from its beginning. Editable assumption. */
export const holdMs = 5000

export interface ThermalUse {
  readonly percent: number | null
  readonly why: string | null
}

/** What is remembered of one pole; it is changed in place. */
export interface ThermalState {
  /** null: nothing is known yet. */
  band: ThermalBand | null
  /** Time up to which `band` is worked out, and the band at the last good sample, from where a long gap is judged. */
  atMs: number | null
  known: { readonly atMs: number; readonly x: number; readonly band: ThermalBand } | null
  /** Of the readings since the last step. */
  squares: number
  count: number
}
export const newPole = (): ThermalState => ({ band: null, atMs: null, known: null, squares: 0, count: 0 })

/** The heating of one pole over time, on the early curve. `noteSample` takes every polled reading, `step` moves on to now. */
export interface ThermalTracker {
  readonly noteSample: (currentA: number) => void
  readonly step: (sample: Sample, nowMs: number) => ThermalUse
}

const seconds = (ms: number) => ms / 1000

/** Mean square of the readings since the last step: an arithmetic mean would understate the heat. */
const takeX = (state: ThermalState, sample: Sample, ratingA: number): number | null => {
  if (sample.value === null) return null
  const square = state.count > 0 ? state.squares / state.count : sample.value * sample.value
  state.squares = 0
  state.count = 0
  return Math.sqrt(square) / ratingA
}

const heated = (
  band: ThermalBand,
  known: ThermalState['known'],
  x: number | null,
  elapsedMs: number,
  nowMs: number,
  curve: ThermalCurve,
): ThermalBand => {
  if (x !== null && elapsedMs <= holdMs) return advanceKnown(band, x, seconds(elapsedMs), curve)
  if (x !== null || known === null) return advanceUnknown(band, seconds(elapsedMs), curve)
  return nowMs - known.atMs <= holdMs
    ? advanceKnown(band, known.x, seconds(elapsedMs), curve)
    : // Holding was wrong after all: the whole gap is unknown.
      advanceUnknown(known.band, seconds(nowMs - known.atMs), curve)
}

const track = (curve: ThermalCurve, ratingA: number, state: ThermalState): ThermalTracker => ({
  noteSample: (currentA) => {
    state.squares += currentA * currentA
    state.count += 1
  },
  step: (sample, nowMs) => {
    const x = takeX(state, sample, ratingA)
    const fromMs = state.atMs
    state.atMs = nowMs
    let band = state.band ?? unknownHeating(curve)
    // A clock set back must not let an old reading be held for as long as that.
    if (state.known !== null && state.known.atMs > nowMs) state.known = { ...state.known, atMs: nowMs }
    // The first step, or a clock set back: nothing elapsed that we know of.
    if (fromMs !== null && nowMs > fromMs) band = heated(band, state.known, x, nowMs - fromMs, nowMs, curve)
    state.band = band
    if (x !== null) state.known = { atMs: nowMs, x, band }
    const percent = bandUsedPercent(band, curve)
    return percent !== null
      ? { percent, why: null }
      : {
          percent: null,
          why: 'the current before is not known: a number comes when about two minutes of readings outweigh it',
        }
  },
})

/** A tracker for a pole of this breaker, or one that says why there is none. */
export const createThermalTracker = (breaker: SiteBreaker | undefined, state = newPole()): ThermalTracker => {
  const none = (why: string): ThermalTracker => ({ noteSample: () => undefined, step: () => ({ percent: null, why }) })
  if (breaker === undefined) return none('the site file names no breaker for this circuit')
  const curves = breakerCurves(breaker)
  return 'why' in curves ? none(curves.why) : track(curves.early, effectiveRatingA(breaker), state)
}

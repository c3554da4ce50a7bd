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

/** The heating of one pole over time, on the early curve. `noteSample` takes every polled reading, `step` moves on to now. */
export interface ThermalTracker {
  readonly noteSample: (currentA: number) => void
  readonly step: (sample: Sample, nowMs: number) => ThermalUse
}

const seconds = (ms: number) => ms / 1000

const track = (curve: ThermalCurve, ratingA: number): ThermalTracker => {
  let band: ThermalBand = unknownHeating(curve)
  /** Time up to which `band` is worked out, and the band at the last good sample, from where a long gap is judged. */
  let atMs: number | null = null
  let known: { readonly atMs: number; readonly x: number; readonly band: ThermalBand } | null = null
  let squares = 0
  let count = 0

  /** Mean square of the readings since the last step: an arithmetic mean would understate the heat. */
  const takeX = (sample: Sample): number | null => {
    if (sample.value === null) return null
    const square = count > 0 ? squares / count : sample.value * sample.value
    squares = 0
    count = 0
    return Math.sqrt(square) / ratingA
  }

  return {
    noteSample: (currentA) => {
      squares += currentA * currentA
      count += 1
    },
    step: (sample, nowMs) => {
      const x = takeX(sample)
      const fromMs = atMs
      atMs = nowMs
      // A clock set back must not let an old reading be held for as long as that.
      if (known !== null && known.atMs > nowMs) known = { ...known, atMs: nowMs }
      // The first step, or a clock set back: nothing elapsed that we know of.
      if (fromMs !== null && nowMs > fromMs) {
        const elapsedMs = nowMs - fromMs
        if (x !== null && elapsedMs <= holdMs) band = advanceKnown(band, x, seconds(elapsedMs), curve)
        else if (x !== null) band = advanceUnknown(band, seconds(elapsedMs), curve)
        else if (known !== null && nowMs - known.atMs <= holdMs)
          band = advanceKnown(band, known.x, seconds(elapsedMs), curve)
        else if (known !== null) {
          // Holding was wrong after all: the whole gap is unknown.
          band = advanceUnknown(known.band, seconds(nowMs - known.atMs), curve)
        } else band = advanceUnknown(band, seconds(elapsedMs), curve)
      }
      if (x !== null) known = { atMs: nowMs, x, band }
      const percent = bandUsedPercent(band, curve)
      return percent !== null
        ? { percent, why: null }
        : {
            percent: null,
            why: 'the current before is not known: a number comes when about two minutes of readings outweigh it',
          }
    },
  }
}

/** A tracker for a pole of this breaker, or one that says why there is none. */
export const createThermalTracker = (breaker: SiteBreaker | undefined): ThermalTracker => {
  const none = (why: string): ThermalTracker => ({ noteSample: () => undefined, step: () => ({ percent: null, why }) })
  if (breaker === undefined) return none('the site file names no breaker for this circuit')
  const curves = breakerCurves(breaker)
  return 'why' in curves ? none(curves.why) : track(curves.early, effectiveRatingA(breaker))
}

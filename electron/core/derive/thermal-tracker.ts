import type { Bound } from '../../../shared/electrical/breaker/bound.ts'
import { breakerModel } from '../../../shared/electrical/breaker/breaker-model.ts'
import {
  advanceBounds,
  settledPercent,
  timeToTrip,
  unknownBounds,
  usedBand,
  type ThermalBounds,
} from '../../../shared/electrical/breaker/thermal-bounds.ts'
import type { ThermalReading } from '../../../shared/model/image.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import type { SiteBreaker } from '../../../shared/site/site.ts'

/** A missing current is held this long, ms; a longer gap counts as unknown from its beginning. Editable assumption. */
export const holdMs = 5000

export interface ThermalUse {
  readonly percent: number | null
  readonly why: string | null
  /** The whole band, from the first step on; null where there is no model. */
  readonly band: ThermalReading | null
}

/** What is remembered of one pole; it is changed in place. */
export interface ThermalState {
  /** null: nothing is known yet. */
  bounds: ThermalBounds | null
  /** Time up to which `bounds` is worked out, and the bounds at the last good sample, from where a long gap is judged. */
  atMs: number | null
  known: { readonly atMs: number; readonly currentA: number; readonly bounds: ThermalBounds } | null
  /** Of the readings since the last step. */
  squares: number
  count: number
}
export const newPole = (): ThermalState => ({ bounds: null, atMs: null, known: null, squares: 0, count: 0 })

/** The heating of one pole over time, as a band. `noteSample` takes every polled reading, `step` moves on to now. */
export interface ThermalTracker {
  readonly noteSample: (currentA: number) => void
  readonly step: (sample: Sample, nowMs: number) => ThermalUse
  /** Seconds until the earliest breaker would trip if this current stayed, null: never; null alone: nothing is known of its heat. */
  readonly tripIn: (amperes: number) => { readonly earlyS: number | null } | null
  /** From now on it is this breaker: its trip unit says so. What was used up so far stays. */
  readonly setBreaker: (breaker: SiteBreaker) => void
}

interface Ends {
  readonly early: Bound
  readonly late: Bound
}

const seconds = (ms: number) => ms / 1000

/** Root of the mean square of the readings since the last step: an arithmetic mean would understate the heat. */
const takeRms = (state: ThermalState, sample: Sample): number | null => {
  if (sample.value === null) return null
  const square = state.count > 0 ? state.squares / state.count : sample.value * sample.value
  state.squares = 0
  state.count = 0
  return Math.sqrt(square)
}

const heated = (
  bounds: ThermalBounds,
  known: ThermalState['known'],
  currentA: number | null,
  elapsedMs: number,
  nowMs: number,
  ends: Ends,
): ThermalBounds => {
  if (currentA !== null && elapsedMs <= holdMs) return advanceBounds(bounds, currentA, seconds(elapsedMs), ends)
  if (currentA !== null || known === null) return advanceBounds(bounds, null, seconds(elapsedMs), ends)
  return nowMs - known.atMs <= holdMs
    ? advanceBounds(bounds, known.currentA, seconds(elapsedMs), ends)
    : // Holding was wrong after all: the whole gap is unknown.
      advanceBounds(known.bounds, null, seconds(nowMs - known.atMs), ends)
}

/** Hundredths are finer than any breaker, and the frame is not made longer than it need be. */
const rounded = (value: number): number => Math.round(value * 100) / 100
const finite = (value: number): number | null => (value === Infinity ? null : rounded(value))

const bandReading = (bounds: ThermalBounds, currentA: number | null, ends: Ends): ThermalReading => {
  const { early, late, low, high } = usedBand(bounds)
  const times = currentA === null ? null : timeToTrip(bounds, currentA, ends)
  return {
    lowPercent: rounded(low),
    highPercent: rounded(high),
    early: { cold: rounded(early.cold), hot: rounded(early.hot) },
    late: { cold: rounded(late.cold), hot: rounded(late.hot) },
    toTrip: times === null ? null : { earlyS: finite(times.earlyS), lateS: finite(times.lateS) },
  }
}

const neverWhy = 'no current of it has been read yet'
const stillWhy = 'the current before is not known: a single number comes when about two minutes of readings outweigh it'

const stepOf = (ends: Ends, state: ThermalState, sample: Sample, nowMs: number): ThermalUse => {
  const currentA = takeRms(state, sample)
  const fromMs = state.atMs
  state.atMs = nowMs
  let bounds = state.bounds ?? unknownBounds(ends)
  // A clock set back must not let an old reading be held for as long as that.
  if (state.known !== null && state.known.atMs > nowMs) state.known = { ...state.known, atMs: nowMs }
  // The first step, or a clock set back: nothing elapsed that we know of.
  if (fromMs !== null && nowMs > fromMs) bounds = heated(bounds, state.known, currentA, nowMs - fromMs, nowMs, ends)
  state.bounds = bounds
  if (currentA !== null) state.known = { atMs: nowMs, currentA, bounds }
  // Before the first reading there is nothing to show: "0 to 100 %" of a circuit nobody measures would look like knowledge.
  if (state.known === null) return { percent: null, why: neverWhy, band: null }
  const percent = settledPercent(usedBand(bounds))
  return { percent, why: percent === null ? stillWhy : null, band: bandReading(bounds, sample.value, ends) }
}

const modelOf = (breaker: SiteBreaker | undefined): Ends | { readonly why: string } =>
  breaker === undefined ? { why: 'the site file names no breaker for this circuit' } : breakerModel(breaker)

/** A tracker for a pole of this breaker; where there is no model it says why. */
export const createThermalTracker = (breaker: SiteBreaker | undefined, state = newPole()): ThermalTracker => {
  // Not kept: it follows from the site file, and from the settings in every image (circuits.ts sets it anew).
  const inForce = { model: modelOf(breaker) }
  return {
    noteSample: (currentA) => {
      if ('why' in inForce.model) return
      state.squares += currentA * currentA
      state.count += 1
    },
    step: (sample, nowMs) =>
      'why' in inForce.model
        ? { percent: null, why: inForce.model.why, band: null }
        : stepOf(inForce.model, state, sample, nowMs),
    tripIn: (amperes) =>
      'why' in inForce.model || state.bounds === null || state.known === null
        ? null
        : { earlyS: finite(timeToTrip(state.bounds, amperes, inForce.model).earlyS) },
    setBreaker: (other) => {
      inForce.model = modelOf(other)
    },
  }
}

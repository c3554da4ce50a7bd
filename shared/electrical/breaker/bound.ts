/**
 * One end of a breaker's tolerance band: the fastest or the slowest device that its standard, its settings or its maker's curve
 * allow. All currents are amperes RMS of one pole, all times seconds; what derates the breaker is already in the amperes.
 *
 * Two things may trip it: `heat`, an element that warms up and cools (thermal-image.ts), and a `dose` that counts along a
 * time-current curve (part of the time used up, dt / t(I)) for what no single time constant describes: trip units, fuses, maker's
 * points, the magnetic part. Where both are there, whichever is first trips.
 */

import { currentAtOf, timeOnPoints, type CurvePoint } from './curve-points.ts'

export interface Heat {
  /** Above this current it trips in the end. */
  readonly pickupA: number
  readonly tauS: number
}

export type Stage =
  /** Trips after a fixed time. */
  | { readonly kind: 'definite'; readonly fromA: number; readonly seconds: number }
  /** I^2 t = constant. */
  | { readonly kind: 'inverse'; readonly fromA: number; readonly ampereSquaredSeconds: number }
  /** A time-current curve. Above its last point the time stays, or falls with I^2 t. */
  | { readonly kind: 'points'; readonly points: readonly CurvePoint[]; readonly beyond: 'stays' | 'falls' }

export interface Bound {
  readonly heat: Heat | null
  readonly stages: readonly Stage[]
  /** The dose falls with this time constant while nothing counts; 0: it is forgotten at once. */
  readonly coolTauS: number
}

/** State of one bound on one assumption about the past: shares of what trips it, 1 is the trip. Plain data. */
export interface Run {
  readonly heat: number
  readonly dose: number
}

/** Cold: without current for long. */
export const coldRun: Run = { heat: 0, dose: 0 }

/** Just below the trip: what may be this hot without having tripped. */
const almostOne = 1 - 1e-9

/** As hot as an element can be that has not tripped. */
export const hottestRun = (bound: Bound): Run => ({ heat: bound.heat === null ? 0 : almostOne, dose: 0 })

/** Unknown current: at most what has not tripped it, so the element comes up to the trip and what was counted stays. */
export const advanceUnseenHot = (run: Run, seconds: number, { heat }: Bound): Run =>
  heat === null
    ? run
    : // An element already hotter than that does not cool by not being watched.
      { ...run, heat: Math.max(run.heat, almostOne + (run.heat - almostOne) * Math.exp(-seconds / heat.tauS)) }

/** A dose runs to this and no further: what comes after a trip that did not happen says nothing. */
const mostDose = 10

/** The dose holds between this share of the pickup and the pickup, and falls below (as trip units do; editable assumption). */
const holdShare = 0.97

const fromA = (stage: Stage): number => (stage.kind === 'points' ? (stage.points[0]?.[0] ?? Infinity) : stage.fromA)

const stageS = (stage: Stage, currentA: number): number => {
  if (currentA < fromA(stage)) return Infinity
  switch (stage.kind) {
    case 'definite':
      return stage.seconds
    case 'inverse':
      return stage.ampereSquaredSeconds / (currentA * currentA)
    case 'points':
      return timeOnPoints(stage.points, currentA, stage.beyond)
  }
}

/** Time the dose takes from 0 to the trip at this current, s; Infinity where no stage counts. */
const doseS = ({ stages }: Bound, currentA: number): number => {
  let soonest = Infinity
  for (const stage of stages) soonest = Math.min(soonest, stageS(stage, currentA))
  return soonest
}

/** Current from which the dose counts, A. */
const countsFromA = (stages: readonly Stage[]): number => {
  let least = Infinity
  for (const stage of stages) least = Math.min(least, fromA(stage))
  return least
}

/** Current above which something trips in the end, A. */
export const pickupA = ({ heat, stages }: Bound): number => Math.min(heat?.pickupA ?? Infinity, countsFromA(stages))

const advanceDose = (bound: Bound, dose: number, currentA: number, seconds: number): number => {
  if (bound.stages.length === 0) return 0
  // Most steps of most breakers: nothing counts and nothing is left to cool.
  if (dose === 0 && currentA < countsFromA(bound.stages)) return 0
  const fullS = doseS(bound, currentA)
  if (fullS !== Infinity) return Math.min(mostDose, dose + seconds / fullS)
  if (dose === 0 || currentA >= holdShare * countsFromA(bound.stages)) return dose
  return bound.coolTauS === 0 ? (seconds > 0 ? 0 : dose) : dose * Math.exp(-seconds / bound.coolTauS)
}

/** After `seconds` at a constant current (its sign says nothing): exact for any length, so splitting it changes nothing. */
export const advanceRun = (run: Run, currentA: number, seconds: number, bound: Bound): Run => {
  const magnitudeA = Math.abs(currentA)
  const { heat } = bound
  const target = heat === null ? 0 : (magnitudeA * magnitudeA) / (heat.pickupA * heat.pickupA)
  return {
    heat: heat === null ? 0 : target + (run.heat - target) * Math.exp(-seconds / heat.tauS),
    dose: advanceDose(bound, run.dose, magnitudeA, seconds),
  }
}

/** Share of the thermal margin used: 1 is where it trips. */
export const usedShare = (run: Run): number => Math.max(run.heat, run.dose)

/** Seconds at a constant current until it trips; 0 when it already should have, Infinity when it never does. */
export const tripS = (run: Run, currentA: number, bound: Bound): number => {
  if (usedShare(run) >= 1) return 0
  const magnitudeA = Math.abs(currentA)
  const { heat } = bound
  const target = heat === null ? 0 : (magnitudeA * magnitudeA) / (heat.pickupA * heat.pickupA)
  const heatS = heat === null || target <= 1 ? Infinity : heat.tauS * Math.log((target - run.heat) / (target - 1))
  return Math.min(heatS, (1 - run.dose) * doseS(bound, magnitudeA))
}

/** Trip time from cold at a constant current, s. */
export const coldTripS = (bound: Bound, currentA: number): number => tripS(coldRun, currentA, bound)

/** The largest current that is borne from cold for `seconds`, A: the curve read the other way. */
export const currentForS = (bound: Bound, seconds: number, mostA: number): number =>
  currentAtOf((currentA) => coldTripS(bound, currentA), seconds, mostA)

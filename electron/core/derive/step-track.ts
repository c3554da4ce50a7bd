import { perPhase, phases, type PerPhase, type Phase } from '../../../shared/model/phase.ts'

/** Currents of L1, L2, L3 at one moment, A; null where nothing was measured. */
export interface Point {
  readonly atMs: number
  readonly amperes: readonly (number | null)[]
}
/** A per phase; null where that cannot be told. */
export type Change = PerPhase<number | null>

/** Oldest first. */
export type Track = readonly Point[]

/** A current that kept its level for a while. */
export interface Plateau {
  readonly sinceMs: number
  readonly untilMs: number
  readonly readings: number
  readonly meanA: readonly (number | null)[]
}

/** From one level to another, each held long enough to be compared with what a meter above saw. */
export interface CurrentStep {
  readonly from: Window
  readonly to: Window
}
export interface Window {
  readonly fromMs: number
  readonly toMs: number
}

/*
 * Editable assumptions. A car follows a new limit within 5 s (IEC 61851-1), a meter above shows it within its own window and poll
 * (about 3 s for the meters of the catalogue), and limits rise at most every 10 s by default: so a level that lasts 6 s is judged.
 */
const trackMs = 40_000
const leastBeforeMs = 2500
const judgedAfterMs = 6000
const leastAfterMs = 4000
const settleMs = 2000
const longestChangeMs = 12_000
const comparedMs = 3000
const levelEveryMs = 20_000
/** The charger's own reading may lag behind its current by this. */
const lagMs = 1500
/** Within this a level is the same level: noise and the ripple of a car's own control. */
const sameA = (levelA: number): number => Math.max(0.8, 0.06 * Math.abs(levelA))

export const append = (track: Track, point: Point): Track => {
  const last = track.at(-1)
  if (last !== undefined && last.atMs === point.atMs) return track
  if (last !== undefined && last.atMs > point.atMs) return [point]
  // Oldest first: what is too old stands in front.
  const fromMs = point.atMs - trackMs
  let first = 0
  while (first < track.length && (track[first]?.atMs ?? Infinity) <= fromMs) first += 1
  const longer = new Array<Point>(track.length - first + 1)
  for (let index = first; index < track.length; index += 1) longer[index - first] = track[index] as Point
  longer[track.length - first] = point
  return longer
}

export interface PlateauState {
  readonly before: Plateau | null
  readonly now: Plateau | null
  readonly judged: boolean
  /** When the level of this plateau is next worth a look, ms since it began. */
  readonly lookAtMs: number
}
export const noPlateau: PlateauState = { before: null, now: null, judged: false, lookAtMs: 0 }

export interface Followed {
  readonly state: PlateauState
  /** A step that is complete now; told once. */
  readonly step: CurrentStep | null
  /** A level that has lasted; told again while it does. */
  readonly level: Window | null
}

const belongs = (plateau: Plateau, point: Point): boolean =>
  plateau.meanA.every((mean, index) => {
    const value = point.amperes[index] ?? null
    if (mean === null || value === null) return mean === value
    return Math.abs(value - mean) <= sameA(mean)
  })

const extend = (plateau: Plateau, point: Point): Plateau => ({
  ...plateau,
  untilMs: point.atMs,
  readings: plateau.readings + 1,
  meanA: plateau.meanA.map((mean, index) => {
    const value = point.amperes[index] ?? null
    return mean === null || value === null ? null : mean + (value - mean) / (plateau.readings + 1)
  }),
})

const begin = (point: Point): Plateau => ({
  sinceMs: point.atMs,
  untilMs: point.atMs,
  readings: 1,
  meanA: point.amperes,
})

const isLevel = (plateau: Plateau | null): plateau is Plateau =>
  plateau !== null && plateau.readings >= 2 && plateau.untilMs - plateau.sinceMs >= leastBeforeMs

const stepBetween = (before: Plateau | null, now: Plateau, hasEnded: boolean): CurrentStep | null => {
  if (before === null || now.sinceMs - before.untilMs > longestChangeMs) return null
  if (now.untilMs - now.sinceMs < leastAfterMs) return null
  const beforeMs = before.untilMs - lagMs
  const toMs = hasEnded ? now.untilMs - lagMs : now.untilMs
  return {
    from: { fromMs: Math.max(before.sinceMs, beforeMs - comparedMs), toMs: beforeMs },
    to: { fromMs: Math.max(now.sinceMs + settleMs, toMs - comparedMs), toMs },
  }
}

/** A level this near to the one before is no step of its own: several of them together are one. */
const ownStepA = 2.5

const isNear = (before: Plateau, now: Plateau): boolean =>
  before.meanA.every((mean, index) => {
    const value = now.meanA[index] ?? null
    return mean === null || value === null ? mean === value : Math.abs(value - mean) < ownStepA
  })

/** The level the next step starts from, when this one has ended. */
const startOf = (before: Plateau | null, ended: Plateau): Plateau | null => {
  if (!isLevel(ended)) return before
  return before !== null && isNear(before, ended) && ended.untilMs - before.untilMs <= longestChangeMs ? before : ended
}

/** One more reading of a charger. */
export const follow = (state: PlateauState, point: Point): Followed => {
  const { now } = state
  const nothing = { step: null, level: null }
  if (now === null || point.atMs < now.untilMs) return { state: { ...noPlateau, now: begin(point) }, ...nothing }
  if (!belongs(now, point))
    return {
      state: { ...noPlateau, before: startOf(state.before, now), now: begin(point) },
      // Limits that rise every few seconds leave no level for long: what there was of it is judged when it ends.
      step: state.judged ? null : stepBetween(state.before, now, true),
      level: null,
    }
  const longer = extend(now, point)
  const ageMs = longer.untilMs - longer.sinceMs
  if (ageMs < Math.max(judgedAfterMs, state.lookAtMs)) return { state: { ...state, now: longer }, ...nothing }
  return {
    state: { before: null, now: longer, judged: true, lookAtMs: ageMs + levelEveryMs },
    step: state.judged ? null : stepBetween(state.before, longer, false),
    level: { fromMs: longer.untilMs - comparedMs, toMs: longer.untilMs },
  }
}

const phaseLevel = (track: Track, index: number, { fromMs, toMs }: Window): number | null => {
  let sum = 0
  let count = 0
  let least = Infinity
  let most = -Infinity
  for (const { atMs, amperes } of track) {
    if (atMs < fromMs - 1 || atMs > toMs + 1) continue
    const value = amperes[index] ?? null
    if (value === null) return null
    sum += value
    count += 1
    if (value < least) least = value
    if (value > most) most = value
  }
  if (count === 0) return null
  const mean = sum / count
  return most - least > 2 * sameA(mean) ? null : mean
}

/** A track is never changed once it is made: chargers that move together ask each other's for the same windows. */
const levels = new WeakMap<Track, { readonly window: Window; readonly level: Change }[]>()
const mostKept = 6

/** Mean level of each phase in a window; null where it was not measured or did not keep still. */
export const levelIn = (track: Track, window: Window): Change => {
  const known = levels.get(track) ?? []
  for (const each of known)
    if (each.window.fromMs === window.fromMs && each.window.toMs === window.toMs) return each.level
  const level = {
    L1: phaseLevel(track, 0, window),
    L2: phaseLevel(track, 1, window),
    L3: phaseLevel(track, 2, window),
  }
  if (known.length === 0) levels.set(track, known)
  if (known.length === mostKept) known.shift()
  known.push({ window, level })
  return level
}

/** How the currents of a track changed over a step. */
export const changeOver = (track: Track, step: CurrentStep): Change => {
  const from = levelIn(track, step.from)
  const to = levelIn(track, step.to)
  return perPhase((phase) => (from[phase] === null || to[phase] === null ? null : to[phase] - from[phase]))
}

/** Whether a phase was measured at all during a step, settled or not. */
export const isMeasuredIn = (track: Track, { from, to }: CurrentStep, phase: Phase): boolean =>
  track.some(({ atMs, amperes }) => atMs >= from.fromMs && atMs <= to.toMs && amperes[phases.indexOf(phase)] != null)

/**
 * Whether a phase went straight from its one level to the other. Control answers a rise of other load by falls of the chargers: before
 * and after the sum is the limit, and only the seconds between show that two things happened. `mostSlackA`: how far it may stray, A,
 * where that is less than the noise of its level.
 */
export const wentStraight = (track: Track, step: CurrentStep, phase: Phase, mostSlackA = Infinity): boolean => {
  const from = levelIn(track, step.from)[phase]
  const to = levelIn(track, step.to)[phase]
  if (from === null || to === null) return false
  const slackA = Math.min(mostSlackA, sameA(Math.max(Math.abs(from), Math.abs(to))))
  const index = phases.indexOf(phase)
  return track.every(({ atMs, amperes }) => {
    const value = amperes[index] ?? null
    if (value === null || atMs < step.from.fromMs || atMs > step.to.toMs) return true
    return value >= Math.min(from, to) - slackA && value <= Math.max(from, to) + slackA
  })
}

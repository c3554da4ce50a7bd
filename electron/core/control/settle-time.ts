import { noDemandMs, obeyMs, unusedMs } from './timing.ts'

/** How long a charger and its vehicle take to follow a raise, learnt from the raises they were given. Plain data. */
export interface SettleState {
  /** The limit of the last look, A. */
  readonly givenA: number
  /** A raise that is being followed: since when, the most it drew since, and when that last grew. null: none. */
  readonly raise: { readonly sinceMs: number; readonly mostA: number; readonly grewMs: number | null } | null
  /** Of the last raises it followed, ms, newest last. */
  readonly learntMs: readonly number[]
}
export const nothingLearnt: SettleState = { givenA: 0, raise: null, learntMs: [] }

/** A smaller change is noise of a meter, A; within this of its limit it has followed. Editable assumptions. */
const growsA = 0.3
const reachedA = 1
/** What was learnt of the last raises counts: cars come and go. */
const keptRaises = 5
/** Waited beyond what it was ever seen to take; and never less than a car may take to follow at all. */
const spareMs = 5000
const shortestMs = obeyMs + spareMs

const learn = (state: SettleState, tookMs: number): SettleState => ({
  ...state,
  raise: null,
  learntMs: [...state.learntMs, tookMs].slice(-keptRaises),
})

/** One look: the limit it holds and the highest phase current it draws, A. */
export const stepSettle = (before: SettleState, nowMs: number, givenA: number, drawnA: number): SettleState => {
  if (givenA < before.givenA) return { ...before, givenA, raise: null }
  if (givenA > before.givenA) return { ...before, givenA, raise: { sinceMs: nowMs, mostA: drawnA, grewMs: null } }
  const { raise } = before
  if (raise === null) return before
  const grows = drawnA > raise.mostA + growsA
  const followed = grows ? { ...raise, mostA: drawnA, grewMs: nowMs } : raise
  const state = { ...before, raise: followed }
  if (drawnA >= givenA - reachedA) return learn(state, nowMs - raise.sinceMs)
  // It rose and then stayed where it is: that is all it takes.
  if (followed.grewMs !== null && nowMs - followed.grewMs >= obeyMs)
    return learn(state, followed.grewMs - raise.sinceMs)
  // It did not move at all: nothing is learnt from a car that wants no more.
  return followed.grewMs === null && nowMs - raise.sinceMs >= noDemandMs ? { ...state, raise: null } : state
}

/** The longest of the last raises, ms; null: it has followed none yet. */
export const settleMs = ({ learntMs }: SettleState): number | null =>
  learntMs.length === 0 ? null : Math.max(...learntMs)

/** How long a vehicle leaves some of its limit unused before others get it, ms. */
export const unusedAfterMs = (state: SettleState): number => {
  const learnt = settleMs(state)
  return learnt === null ? unusedMs : Math.min(noDemandMs, Math.max(shortestMs, learnt + spareMs))
}

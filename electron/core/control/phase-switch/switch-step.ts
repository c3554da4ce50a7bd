import type { PhaseCount, SwitchCause } from '../../../../shared/model/phase-switch.ts'
import type { PhaseSwitching } from '../../../../shared/site/phase-switching-schema.ts'

/** Another number of phases is better at this moment. */
export interface Wish {
  readonly to: PhaseCount
  readonly cause: SwitchCause
}

/** Plain data; times monotonic, ms. */
export type SwitchState = {
  /** What it is doing; `since` the beginning. */
  readonly stage: 'steady' | 'pausing' | 'switching'
  readonly sinceMs: number
  /** The wish that waits or is being fulfilled, and since when it has lasted. */
  readonly wish: (Wish & { readonly sinceMs: number }) | null
  /** Since when it has drawn nothing at a limit of 0 A, while it is pausing. */
  readonly stillSinceMs: number | null
  /** Told to the charger, or not yet; of the stage `switching`. */
  readonly told: 'no' | 'sent' | 'done'
  /** Times of the switches of the last hour: a switch counts from the moment it is told. */
  readonly switchedMs: readonly number[]
  readonly failures: number
  readonly failed: string | null
}

export const noSwitch: SwitchState = {
  stage: 'steady',
  sinceMs: -Infinity,
  wish: null,
  stillSinceMs: null,
  told: 'no',
  switchedMs: [],
  failures: 0,
  failed: null,
}

export interface SwitchMoment {
  readonly nowMs: number
  /** What it says it is on; null: not read, or nothing anybody may act on. */
  readonly on: PhaseCount | null
  /** What would be better now; null: it is where it should be, or nobody can tell. */
  readonly wish: Wish | null
  /** Armed, in sight, nobody's override, no vehicle that left. */
  readonly mayBegin: boolean
  /** It says a limit of 0 A, and its currents are none. */
  readonly isStill: boolean
  readonly rules: PhaseSwitching
  readonly settleMs: number
  /** Shortest time between two switches by its document, ms. */
  readonly spacingMs: number
}

export const hourMs = 3_600_000
/** A car stops within 5 s of a pilot that says 0 A (IEC 61851-1), and its charger may take as long to show it. Editable assumption. */
export const longestPauseMs = 60_000
/** So long without current before a contactor is moved: one reading may be from before. Editable assumption. */
export const stillMs = 3000
export const mostFailures = 2

export const dwellMs = (rules: PhaseSwitching, to: PhaseCount): number =>
  (to === 1 ? rules.toOne : rules.toThree) * 1000

export const recent = ({ switchedMs }: SwitchState, nowMs: number): readonly number[] =>
  switchedMs.filter((atMs) => nowMs - atMs < hourMs)

export const isSpent = (state: SwitchState, { nowMs, rules }: Pick<SwitchMoment, 'nowMs' | 'rules'>): boolean =>
  recent(state, nowMs).length >= rules.perHour

const rest = (state: SwitchState, nowMs: number): SwitchState => ({
  ...state,
  stage: 'steady',
  sinceMs: nowMs,
  wish: null,
  stillSinceMs: null,
  told: 'no',
})

export const failSwitch = (state: SwitchState, why: string, nowMs: number): SwitchState => ({
  ...rest(state, nowMs),
  failures: state.failures + 1,
  failed: why,
})

const steady = (state: SwitchState, moment: SwitchMoment): SwitchState => {
  const { nowMs, on, wish, mayBegin, rules, spacingMs } = moment
  const switchedMs = recent(state, nowMs)
  const kept = { ...state, switchedMs }
  if (wish === null || wish.to === on || on === null || !mayBegin || state.failures >= mostFailures)
    return state.wish === null && switchedMs.length === state.switchedMs.length ? state : { ...kept, wish: null }
  const sinceMs = state.wish?.to === wish.to ? state.wish.sinceMs : nowMs
  const waiting = { ...kept, wish: { ...wish, sinceMs } }
  const needed = dwellMs(rules, wish.to)
  // Where it is now it must have been for as long, too: a wish that was there before the last switch ended proves nothing.
  const lastMs = switchedMs.at(-1) ?? -Infinity
  const mayNow =
    nowMs - sinceMs >= needed &&
    nowMs - Math.max(lastMs, state.sinceMs) >= Math.max(needed, spacingMs) &&
    !isSpent(kept, moment)
  return mayNow ? { ...waiting, stage: 'pausing', sinceMs: nowMs, stillSinceMs: null } : waiting
}

const pausing = (state: SwitchState, moment: SwitchMoment): SwitchState => {
  const { nowMs, wish, mayBegin, isStill } = moment
  if (state.wish === null || wish?.to !== state.wish.to || !mayBegin) return rest(state, nowMs)
  if (nowMs - state.sinceMs > longestPauseMs)
    return failSwitch(state, `its vehicle did not stop within ${longestPauseMs / 1000} s of being paused`, nowMs)
  if (!isStill) return state.stillSinceMs === null ? state : { ...state, stillSinceMs: null }
  const stillSinceMs = state.stillSinceMs ?? nowMs
  if (nowMs - stillSinceMs < stillMs) return { ...state, stillSinceMs }
  return { ...state, stage: 'switching', sinceMs: nowMs, told: 'no', switchedMs: [...recent(state, nowMs), nowMs] }
}

/** How long a switch may take in all: twice what it is given, and the time of some readings. */
export const longestSwitchMs = (settleMs: number): number => 2 * settleMs + 10_000

const switching = (state: SwitchState, { nowMs, on, settleMs }: SwitchMoment): SwitchState => {
  if (state.wish === null) return rest(state, nowMs)
  const lastedMs = nowMs - state.sinceMs
  // A register may say at once what was written: the contactors are given their time all the same.
  if (state.told === 'done' && on === state.wish.to && lastedMs >= settleMs)
    return { ...rest(state, nowMs), failures: 0, failed: null }
  if (lastedMs <= longestSwitchMs(settleMs)) return state
  const said = on === null ? 'it does not say where it is' : `it still says ${on}`
  return failSwitch(
    state,
    `${Math.round(lastedMs / 1000)} s after it was told to charge on ${state.wish.to} ${said}`,
    nowMs,
  )
}

/** The next state of one charger between one phase and three. Pure. */
export const stepSwitch = (state: SwitchState, moment: SwitchMoment): SwitchState => {
  switch (state.stage) {
    case 'steady':
      return steady(state, moment)
    case 'pausing':
      return pausing(state, moment)
    case 'switching':
      return switching(state, moment)
  }
}

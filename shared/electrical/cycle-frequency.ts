/** The power frequency of IEC 61000-4-30, 5.1: whole cycles in a window divided by the time they take. Windows follow the clock. */

/** A mark of a half cycle with its time, UTC epoch ms. */
export interface TimedMark {
  readonly atMs: number
  readonly isSeen: boolean
}

export interface FrequencyWindow {
  readonly fromMs: number
  readonly toMs: number
  readonly cycles: number
  /** Null: not every crossing of the window was seen. */
  readonly hz: number | null
}

export interface FrequencyState {
  readonly window: number | null
  readonly firstMs: number
  readonly lastMs: number
  /** Half cycles since the first mark of the window. */
  readonly halves: number
  /** The last mark at an even number of half cycles: the end of the last whole cycle. */
  readonly wholeMs: number
  readonly isComplete: boolean
}
export const noFrequency: FrequencyState = {
  window: null,
  firstMs: 0,
  lastMs: 0,
  halves: 0,
  wholeMs: 0,
  isComplete: false,
}

/** The first window is not whole: it is told only from the second on. */
export const stepFrequency = (
  state: FrequencyState,
  mark: TimedMark,
  windowMs: number,
): { readonly state: FrequencyState; readonly done: FrequencyWindow | null } => {
  const window = Math.floor(mark.atMs / windowMs)
  if (window === state.window) {
    const halves = state.halves + 1
    const wholeMs = halves % 2 === 0 ? mark.atMs : state.wholeMs
    return {
      state: { ...state, lastMs: mark.atMs, halves, wholeMs, isComplete: state.isComplete && mark.isSeen },
      done: null,
    }
  }
  const follows = state.window !== null && window === state.window + 1
  const begun: FrequencyState = {
    window,
    firstMs: mark.atMs,
    lastMs: mark.atMs,
    halves: 0,
    wholeMs: mark.atMs,
    isComplete: mark.isSeen && follows,
  }
  if (state.window === null) return { state: begun, done: null }
  const cycles = Math.floor(state.halves / 2)
  const isKnown = state.isComplete && follows && cycles > 0
  return {
    state: begun,
    done: {
      fromMs: state.window * windowMs,
      toMs: (state.window + 1) * windowMs,
      cycles,
      hz: isKnown ? (cycles * 1000) / (state.wholeMs - state.firstMs) : null,
    },
  }
}

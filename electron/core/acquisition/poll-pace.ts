/** How well a device keeps its beat: a state and pure steps on it. */
export interface PollPace {
  /** Sweeps that could not start in time and were skipped. */
  readonly skipped: number
  /** When the last sweep began, monotonic; null before the first. */
  readonly sweepStartMs: number | null
  /** The period that is reached, smoothed, ms. */
  readonly sweepMs: number | null
}

export const newPace: PollPace = { skipped: 0, sweepStartMs: null, sweepMs: null }

const smoothing = 0.2

/** The first block of a sweep is asked for now, after `missed` periods in which it was not. */
export const sweepBegan = (pace: PollPace, missed: number, nowMs: number): PollPace => {
  const took = pace.sweepStartMs === null ? null : nowMs - pace.sweepStartMs
  const { sweepMs } = pace
  return {
    skipped: pace.skipped + missed,
    sweepStartMs: nowMs,
    sweepMs: took === null ? sweepMs : sweepMs === null ? took : sweepMs + smoothing * (took - sweepMs),
  }
}

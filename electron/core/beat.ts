import type { Clock, Stop } from './ports.ts'

/** One cycle a second: the declared reaction time of the site to anything that is not an overload. */
export const cyclePeriodMs = 1000

export interface Beat {
  readonly start: () => void
  readonly stop: () => void
  readonly timing: () => { readonly durationMs: number; readonly latenessMs: number }
}

/**
 * Beats once a period, locked to the monotonic clock: a late beat does not move the next ones, and beats that could not start are
 * skipped, never queued.
 */
export const createBeat = (clock: Clock, beat: () => void): Beat => {
  let cancel: Stop | null = null
  let dueMs = 0
  let timing = { durationMs: 0, latenessMs: 0 }
  const schedule = (): void => {
    cancel = clock.after(Math.max(0, dueMs - clock.monotonicMs()), () => {
      const startedMs = clock.monotonicMs()
      const latenessMs = startedMs - dueMs
      dueMs += cyclePeriodMs * Math.max(1, Math.ceil((startedMs - dueMs + 1) / cyclePeriodMs))
      schedule()
      beat()
      timing = { latenessMs, durationMs: clock.monotonicMs() - startedMs }
    })
  }
  return {
    start: () => {
      dueMs = clock.monotonicMs() + cyclePeriodMs / 4
      schedule()
    },
    stop: () => {
      cancel?.()
      cancel = null
    },
    timing: () => timing,
  }
}

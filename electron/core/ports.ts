/**
 * What every part of the core needs from the world. `io/` implements it with Node, tests with memory and a fake clock. A port that fewer need
 * lies beside them: `lines/`, `chargers/charger-link.ts`, `record/recorder.ts`, `site-lock.ts`, the `*-ports.ts` of the parts.
 */
export type Stop = () => void

export interface Clock {
  /** UTC, epoch milliseconds. */
  nowMs(): number
  /** Never goes back; for durations and periods. */
  monotonicMs(): number
  /** Time since this computer was started, its sleep counted; where the system tells. For telling a sleep from a clock that was set. */
  sinceBootMs?(): number
  /** Runs the task once after the delay; the returned function prevents it. */
  after(delayMs: number, task: () => void): Stop
}

export interface Log {
  debug(message: string, data?: Record<string, unknown>): void
  info(message: string, data?: Record<string, unknown>): void
  warn(message: string, data?: Record<string, unknown>): void
  error(message: string, data?: Record<string, unknown>): void
}

export type NewId = () => string

import type { Clock, Stop } from '../ports.ts'

export interface FakeClock extends Clock {
  /**
   * Moves time on by `ms`, running every timer that falls due on the way, in order and at its own time. After each timer all
   * promises are settled before the next one runs, so code that awaits sees the same order as on a real clock.
   */
  advance(ms: number): Promise<void>
  /** Settles all promises without moving time. */
  settle(): Promise<void>
  /** Sets UTC without moving monotonic time: the computer's clock was corrected. */
  setUtc(epochMs: number): void
  /** Time passes and nothing runs: the process was stopped. What fell due meanwhile runs with the next `advance`. */
  standStill(ms: number): void
  /** Timers not yet run: 0 after a clean stop. */
  pending(): number
}

interface Timer {
  readonly dueMs: number
  readonly order: number
  readonly task: () => void
}

/** A turn of the real event loop: every microtask, however long its chain, is done before it comes. */
const realTurn = setImmediate
const turn = () =>
  new Promise<void>((resolve) => {
    realTurn(resolve)
  })

/** 2026-11-23 10:00 UTC unless told otherwise; monotonic time starts at 1000 so that nobody mistakes one for the other. */
export const createFakeClock = (startMs: number = Date.UTC(2026, 10, 23, 10)): FakeClock => {
  let monotonic = 1000
  let utcOffset = startMs - monotonic
  let order = 0
  const timers = new Set<Timer>()

  const after = (delayMs: number, task: () => void): Stop => {
    if (Number.isNaN(delayMs)) throw new Error('after(NaN): a delay must be a number')
    order += 1
    const timer: Timer = { dueMs: monotonic + Math.max(0, delayMs), order, task }
    timers.add(timer)
    return () => {
      timers.delete(timer)
    }
  }

  const nextDue = (untilMs: number): Timer | null => {
    let next: Timer | null = null
    for (const timer of timers) {
      if (timer.dueMs > untilMs) continue
      if (next === null || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order))
        next = timer
    }
    return next
  }

  const advance = async (ms: number): Promise<void> => {
    const untilMs = monotonic + ms
    await turn()
    for (let timer = nextDue(untilMs); timer !== null; timer = nextDue(untilMs)) {
      timers.delete(timer)
      monotonic = Math.max(monotonic, timer.dueMs)
      timer.task()
      await turn()
    }
    monotonic = untilMs
    await turn()
  }

  return {
    nowMs: () => monotonic + utcOffset,
    monotonicMs: () => monotonic,
    after,
    advance,
    settle: turn,
    setUtc: (epochMs) => {
      utcOffset = epochMs - monotonic
    },
    standStill: (ms) => {
      monotonic += ms
    },
    pending: () => timers.size,
  }
}

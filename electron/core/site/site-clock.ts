import type { Clock, Stop } from '../ports.ts'
import type { Moment } from './site-input.ts'

interface Due {
  readonly atMs: number
  readonly order: number
  readonly task: () => void
}

/**
 * The time inside the site. Within a turn it stands at the moment of the turn, so that nothing depends on how fast this computer is;
 * between turns it is the world's, for those who look in (may this charger be asked now?). What the site wants done later waits
 * here until a turn of kind `due` comes.
 */
export interface SiteClock {
  /** `nowMs` is site time. */
  readonly site: Clock
  /** The same durations, and `nowMs` by the calendar. */
  readonly wall: Clock
  readonly aheadMs: () => number
  readonly begin: (moment: Moment) => void
  readonly end: () => void
  /** A turn has begun and not ended. */
  readonly isInTurn: () => boolean
  /** When the earliest thing is due, monotonic; null when nothing waits. */
  readonly nextDueMs: () => number | null
  /** Does the earliest thing that is due by now; false when there is none. */
  readonly runDue: () => boolean
}

export const createSiteClock = (world: () => Moment): SiteClock => {
  // Nothing here is kept: the site is saved between turns, while nothing waits.
  const dues = new Set<Due>()
  let order = 0
  let turn: Moment | null = null
  const now = (): Moment => turn ?? world()
  const earliest = (): Due | null => {
    let first: Due | null = null
    for (const due of dues)
      if (first === null || due.atMs < first.atMs || (due.atMs === first.atMs && due.order < first.order)) first = due
    return first
  }
  const after = (delayMs: number, task: () => void): Stop => {
    order += 1
    const due: Due = { atMs: now().monotonicMs + Math.max(0, delayMs), order, task }
    dues.add(due)
    return () => {
      dues.delete(due)
    }
  }
  const monotonicMs = (): number => now().monotonicMs
  return {
    site: { nowMs: () => now().siteMs, monotonicMs, after },
    wall: { nowMs: () => now().utcMs, monotonicMs, after },
    aheadMs: () => now().aheadMs,
    begin: (moment) => {
      turn = moment
    },
    end: () => {
      turn = null
    },
    isInTurn: () => turn !== null,
    nextDueMs: () => earliest()?.atMs ?? null,
    runDue: () => {
      const due = earliest()
      if (due === null || due.atMs > now().monotonicMs) return false
      dues.delete(due)
      due.task()
      return true
    },
  }
}

import type { Facts } from './facts.ts'
import { agreesWithinMs, startTrustedClock, stepTrustedClock, type TrustedClock } from './trusted-clock.ts'

export interface RetentionTime {
  /** When the file is open: its last trusted time goes on, or where it has none that of its newest row. */
  start(facts: Facts, newestMs: number | null): void
  /** The time that rows are deleted by when rows of this time are stored: theirs, unless a clock that jumped gave it to them. */
  at(rowMs: number): number
  /** From where on rows lie ahead of the clock; null while the clock itself is in doubt. */
  aheadOfMs(): number | null
  /** Keeps the trusted time now and then, so that it outlives the program. */
  note(facts: Facts): void
  save(facts: Facts): void
}

const factName = 'trusted_ms'
const saveEveryMs = 600_000

/** The trusted clock with this computer's two clocks. */
export const createRetentionTime = (
  wallMs: () => number = () => Date.now(),
  monotonicMs: () => number = () => performance.now(),
): RetentionTime => {
  let clock: TrustedClock = startTrustedClock(null, wallMs(), monotonicMs())
  let savedMs = -Infinity
  /** Rows that follow each other closely go on by themselves, whatever this computer's clock says of them. */
  let followedMs: number | null = null
  const step = () => {
    clock = stepTrustedClock(clock, wallMs(), monotonicMs())
    return clock
  }
  const save = (facts: Facts) => {
    savedMs = monotonicMs()
    facts.set(factName, String(Math.round(step().trustedMs)))
  }
  return {
    start: (facts, newestMs) => {
      const kept = Number(facts.get(factName) ?? NaN)
      const known = Number.isFinite(kept) ? kept : newestMs
      clock = startTrustedClock(known, wallMs(), monotonicMs())
      followedMs = known
    },
    at: (rowMs) => {
      const { trustedMs } = step()
      const follows = followedMs === null || Math.abs(rowMs - followedMs) <= agreesWithinMs
      if (!follows && rowMs > trustedMs) return Math.min(trustedMs, followedMs ?? trustedMs)
      followedMs = rowMs
      return rowMs
    },
    aheadOfMs: () => (step().doubt === null ? wallMs() + agreesWithinMs : null),
    note: (facts) => {
      if (monotonicMs() - savedMs >= saveEveryMs) save(facts)
    },
    save,
  }
}

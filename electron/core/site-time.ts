import type { Clock } from './ports.ts'

/**
 * Time for everything in the core that has an age. It begins as UTC and goes on by the monotonic clock, the computer's sleep counted,
 * so whoever sets the calendar moves no age, no duration and no decision. What people read is UTC again: see utc.ts.
 */
export interface SiteTime {
  /** `nowMs` is site time. */
  readonly clock: Clock
  /** The same durations, and `nowMs` as the calendar shows it: for stamps. */
  readonly wall: Clock
  /** What to add to a site time for the calendar's of the same moment, as the calendar is now, ms; 0 until it is set. */
  readonly aheadMs: () => number
  /** The site time of a stamp the calendar gave a moment ago, e.g. when a reply was complete. */
  readonly ofStamp: (utcMs: number) => number
}

/** Two clocks read one after the other differ by their rounding; a difference up to this is none, ms. */
const sameMs = 20
/** A sleep shorter than this can't be told from the resolution of the time since boot, ms. */
const leastSleepMs = 2000
/** A reply is handed on at once: a stamp older than this when it arrives was made before the calendar was set, ms. */
const freshStampMs = 250

/** Time slept so far. The calendar moves in a sleep, so the time since boot, which costs a system call, is asked only when it did. */
const createSleepCount = (raw: Clock): (() => number) => {
  const gapMs = (): number => (raw.sinceBootMs?.() ?? 0) - (raw.sinceBootMs === undefined ? 0 : raw.monotonicMs())
  const firstGapMs = gapMs()
  let offsetMs = raw.nowMs() - raw.monotonicMs()
  let sleptMs = 0
  return () => {
    const offsetNowMs = raw.nowMs() - raw.monotonicMs()
    if (raw.sinceBootMs === undefined || Math.abs(offsetNowMs - offsetMs) < leastSleepMs / 2) return sleptMs
    offsetMs = offsetNowMs
    const grownMs = gapMs() - firstGapMs
    if (grownMs - sleptMs >= leastSleepMs) sleptMs = grownMs
    return sleptMs
  }
}

export const createSiteTime = (raw: Clock): SiteTime => {
  const sleptMs = createSleepCount(raw)
  const monotonicMs = (): number => raw.monotonicMs() + sleptMs()
  const baseMs = raw.nowMs() - monotonicMs()
  const nowMs = (): number => Math.round(baseMs + monotonicMs())
  let knownAheadMs = 0
  const aheadMs = (): number => {
    const seenMs = raw.nowMs() - nowMs()
    if (Math.abs(seenMs - knownAheadMs) > sameMs) knownAheadMs = seenMs
    return knownAheadMs
  }
  return {
    clock: { ...raw, nowMs, monotonicMs },
    wall: { ...raw, nowMs: raw.nowMs, monotonicMs },
    aheadMs,
    ofStamp: (utcMs) => nowMs() - Math.min(Math.max(raw.nowMs() - utcMs, 0), freshStampMs),
  }
}

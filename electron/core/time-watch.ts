import type { ProgramFacts } from '../../shared/said/program-events.ts'

/** What the three clocks of a computer show at one moment, ms. */
export interface Clocks {
  /** UTC, epoch ms: a person or a time server may set it. */
  readonly utcMs: number
  /** Never goes back, and stands while the computer sleeps (on Linux). */
  readonly monotonicMs: number
  /** Time since the computer was started, sleep counted; null where the system does not tell. */
  readonly sinceBootMs: number | null
}

type TimeKind = 'clock-set' | 'asleep' | 'stood-still' | 'clock-set-or-asleep'
/** Time that did not pass as it should have between two cycles. */
export type TimeNews = { [K in TimeKind]: { readonly kind: K } & ProgramFacts[K] }[TimeKind]

/** A time server slews in small steps: below this nothing is told, ms. */
const leastStepMs = 1000
/** The resolution of the time since boot on some systems is 1 s; a sleep shorter than this is told as nothing, ms. */
const leastSleepMs = 2000
/** Cycles come once a second: after this long without one the program stood still, ms (editable assumption). */
const stillMs = 5000

/**
 * Tells a clock that was set from a sleep and from a program that stood still, by comparing what the clocks did between two
 * cycles. Without it a sleep is blamed on the meters' supply, and a clock that was set looks like an hour without readings.
 */
export const timeNews = (before: Clocks, now: Clocks): readonly TimeNews[] => {
  const news: TimeNews[] = []
  const passedMs = now.monotonicMs - before.monotonicMs
  if (passedMs > stillMs) news.push({ kind: 'stood-still', forMs: passedMs })
  const jumpMs = now.utcMs - before.utcMs - passedMs
  if (before.sinceBootMs === null || now.sinceBootMs === null) {
    if (jumpMs <= -leastStepMs) news.push({ kind: 'clock-set', byMs: jumpMs })
    else if (jumpMs >= leastStepMs) news.push({ kind: 'clock-set-or-asleep', byMs: jumpMs })
    return news
  }
  const sleptMs = now.sinceBootMs - before.sinceBootMs - passedMs
  const slept = sleptMs >= leastSleepMs ? sleptMs : 0
  if (slept > 0) news.push({ kind: 'asleep', forMs: slept })
  const setMs = jumpMs - slept
  if (Math.abs(setMs) >= leastStepMs && (slept === 0 || Math.abs(setMs) >= leastSleepMs))
    news.push({ kind: 'clock-set', byMs: setMs })
  return news
}

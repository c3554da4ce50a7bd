/** What the three clocks of a computer show at one moment, ms. */
export interface Clocks {
  /** UTC, epoch ms: a person or a time server may set it. */
  readonly utcMs: number
  /** Never goes back, and stands while the computer sleeps (on Linux). */
  readonly monotonicMs: number
  /** Time since the computer was started, sleep counted; null where the system does not tell. */
  readonly sinceBootMs: number | null
}

/** Time that did not pass as it should have between two cycles. */
export type TimeNews =
  /** The calendar was set: forward (`byMs` positive) or back. */
  | { readonly kind: 'clock-set'; readonly byMs: number }
  /** The computer slept: nothing was read, recorded or decided. */
  | { readonly kind: 'asleep'; readonly forMs: number }
  /** The program stood still: it was stopped, or the computer was too busy to run it. */
  | { readonly kind: 'stood-still'; readonly forMs: number }
  /** One of both, and this system does not say which. */
  | { readonly kind: 'clock-set-or-asleep'; readonly byMs: number }

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

const lasted = (ms: number): string => {
  const seconds = Math.round(Math.abs(ms) / 1000)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  return parts
    .filter(([count]) => count > 0)
    .slice(0, 2)
    .map(([count, unit]) => `${String(count)} ${unit}`)
    .join(' ')
}

/** The sentence of the journal. */
export const timeNewsText = (news: TimeNews): string => {
  switch (news.kind) {
    case 'clock-set':
      return (
        `This computer's clock was set ${news.byMs > 0 ? 'forward' : 'back'} by ${lasted(news.byMs)}. ` +
        (news.byMs > 0
          ? 'The time in between did not pass: it is no gap in the measurements.'
          : 'Times from before it and after it overlap.')
      )
    case 'asleep':
      return `This computer slept for ${lasted(news.forMs)}: nothing was read, recorded or controlled in that time. Set it to stay awake while it watches a site.`
    case 'stood-still':
      return `The program stood still for ${lasted(news.forMs)}: nothing was read, recorded or controlled in that time. It was stopped, or this computer was too busy.`
    case 'clock-set-or-asleep':
      return `This computer slept for ${lasted(news.byMs)} or its clock was set forward by that; this system does not tell which.`
  }
}

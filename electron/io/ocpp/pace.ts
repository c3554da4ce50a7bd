import type { Clock } from '../../core/ports.ts'

export interface Allowed {
  readonly perSecond: number
  /** At once, after a rest. */
  readonly burst: number
}

/** Messages of one charger; at once those of an offline queue. Editable assumption, as the next. */
export const messagesAllowed: Allowed = { perSecond: 50, burst: 500 }
/** Passwords that are checked, of all chargers: a check takes some ten milliseconds where only the hash is kept. */
export const passwordsAllowed: Allowed = { perSecond: 5, burst: 100 }

/** How long to wait after one more, ms: 0 while it is within its pace, so that one charger cannot take the program. */
export const createPace = (clock: Pick<Clock, 'monotonicMs'>, { perSecond, burst }: Allowed) => {
  let tokens = burst
  let atMs = clock.monotonicMs()
  return {
    take: (): number => {
      const nowMs = clock.monotonicMs()
      tokens = Math.min(burst, tokens + ((nowMs - atMs) / 1000) * perSecond) - 1
      atMs = nowMs
      return tokens >= 0 ? 0 : (-tokens / perSecond) * 1000
    },
  }
}

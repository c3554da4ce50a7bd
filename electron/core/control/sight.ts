import type { Sample } from '../../../shared/model/sample.ts'
import type { Clock } from '../ports.ts'

export interface Seen {
  readonly value: number
  readonly atMs: number
  readonly ageMs: number
}

export interface Sight {
  /** Takes note of a sample and answers the last good value with its age; null when there never was one. */
  readonly look: (key: string, sample: Sample | undefined) => Seen | null
  /** What was seen is known to be wrong: as if it never had been. */
  readonly forget: (key: string) => void
}

interface Known {
  value: number
  atMs: number
  monotonicMs: number
}

/**
 * Remembers the last good value per key so that one lost poll is not a loss of sight. Age is the larger of what the sample's
 * own time says and what passed here since it was first seen: a clock set back cannot keep a dead meter fresh.
 */
export const createSight = (clock: Clock): Sight => {
  const known = new Map<string, Known>()
  return {
    forget: (key) => {
      known.delete(key)
    },
    look: (key, sample) => {
      const before = known.get(key)
      const monotonicMs = clock.monotonicMs()
      if (sample !== undefined && sample.value !== null && sample.atMs !== null && sample.atMs !== before?.atMs) {
        known.set(key, { value: sample.value, atMs: sample.atMs, monotonicMs })
      }
      const now = known.get(key)
      if (now === undefined) return null
      return {
        value: now.value,
        atMs: now.atMs,
        ageMs: Math.max(clock.nowMs() - now.atMs, monotonicMs - now.monotonicMs),
      }
    },
  }
}

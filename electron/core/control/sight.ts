import type { Sample } from '../../../shared/model/sample.ts'
import type { Clock } from '../ports.ts'
import { forgetful, type Memory } from '../site/memory.ts'

export interface Seen {
  readonly value: number
  /** When it was read, by the monotonic clock: for comparing readings with each other. */
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
  readonly value: number
  /** The stamp it came with: another one is another reading. */
  readonly stampMs: number
  /** When it was read, monotonic. */
  readonly atMs: number
}

/** One look: when, and how far the calendar was from the monotonic clock. */
interface Look {
  readonly monotonicMs: number
  readonly offsetMs: number
}

/**
 * How long ago a reading that is new at this look was made: by its stamp, where that can be, which is after the look before; else by a
 * stamp made before the calendar was set in between.
 */
const unseenFor = (stampedAgoMs: number, now: Look, before: Look | undefined): number => {
  if (before === undefined) return Math.max(0, stampedAgoMs)
  const sinceMs = now.monotonicMs - before.monotonicMs
  const candidates = [stampedAgoMs, stampedAgoMs - (now.offsetMs - before.offsetMs)]
  const possible = candidates.find((ms) => ms >= -1 && ms <= sinceMs + 1)
  // Whole milliseconds: of a difference of two epoch times the fraction is noise.
  return Math.min(Math.max(Math.round(possible ?? stampedAgoMs), 0), sinceMs)
}

/**
 * Remembers the last good value per key so that one lost poll is not a loss of sight. Age is what passed by the monotonic clock since
 * it was read. What its own stamp says counts only for the time before it was first seen here, and no further back than the look
 * before, when it was not there yet: whoever sets the calendar makes no reading old and no dead meter fresh. `atMs` is monotonic too.
 */
export const createSight = (clock: Clock, memory: Memory = forgetful): Sight => {
  const { known, looks } = memory.keep('sight', { known: new Map<string, Known>(), looks: new Map<string, Look>() })
  return {
    forget: (key) => {
      known.delete(key)
    },
    look: (key, sample) => {
      const before = known.get(key)
      const monotonicMs = clock.monotonicMs()
      const look: Look = { monotonicMs, offsetMs: clock.nowMs() - monotonicMs }
      if (sample !== undefined && sample.value !== null && sample.atMs !== null && sample.atMs !== before?.stampMs) {
        const unseenMs = unseenFor(clock.nowMs() - sample.atMs, look, looks.get(key))
        known.set(key, { value: sample.value, stampMs: sample.atMs, atMs: monotonicMs - unseenMs })
      }
      looks.set(key, look)
      const now = known.get(key)
      if (now === undefined) return null
      return { value: now.value, atMs: now.atMs, ageMs: monotonicMs - now.atMs }
    },
  }
}

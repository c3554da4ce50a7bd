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
  value: number
  /** The stamp it came with: another one is another reading. */
  stampMs: number
  /** When it was read, monotonic. */
  atMs: number
}

/** One look: when, and how far the calendar was from the monotonic clock. */
interface Look {
  monotonicMs: number
  offsetMs: number
}

/**
 * How long ago a reading that is new at this look was made: by its stamp, where that can be, which is after the look before; else by a
 * stamp made before the calendar was set in between.
 */
const unseenFor = (stampedAgoMs: number, now: Readonly<Look>, before: Readonly<Look> | undefined): number => {
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
      // Asked for every value of every charger in every cycle: what is known is changed in place.
      let now = known.get(key)
      const monotonicMs = clock.monotonicMs()
      const nowMs = clock.nowMs()
      const offsetMs = nowMs - monotonicMs
      const last = looks.get(key)
      if (sample !== undefined && sample.value !== null && sample.atMs !== null && sample.atMs !== now?.stampMs) {
        const atMs = monotonicMs - unseenFor(nowMs - sample.atMs, { monotonicMs, offsetMs }, last)
        if (now === undefined) {
          now = { value: sample.value, stampMs: sample.atMs, atMs }
          known.set(key, now)
        } else {
          now.value = sample.value
          now.stampMs = sample.atMs
          now.atMs = atMs
        }
      }
      if (last === undefined) looks.set(key, { monotonicMs, offsetMs })
      else {
        last.monotonicMs = monotonicMs
        last.offsetMs = offsetMs
      }
      return now === undefined ? null : { value: now.value, atMs: now.atMs, ageMs: monotonicMs - now.atMs }
    },
  }
}

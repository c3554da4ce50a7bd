import type { Sample } from '../../../shared/model/sample.ts'
import type { Clock } from '../ports.ts'
import { forgetful, type Memory } from '../site/memory.ts'

export interface Seen {
  readonly value: number
  /** When it was read, by the monotonic clock: for comparing readings with each other. */
  readonly atMs: number
  readonly ageMs: number
}

/** Where the values under one key are remembered: found once, for every value of every charger is looked at in every cycle. */
export interface SightEntry {
  readonly key: string
  known: Known | undefined
  look: Look | undefined
}

export interface Sight {
  readonly entryOf: (key: string) => SightEntry
  /** Takes note of a sample and answers the last good value with its age; null when there never was one. */
  readonly look: (entry: SightEntry, sample: Sample | undefined) => Seen | null
  /** What was seen is known to be wrong: as if it never had been. */
  readonly forget: (entry: SightEntry) => void
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
const unseenFor = (
  stampedAgoMs: number,
  monotonicMs: number,
  offsetMs: number,
  before: Readonly<Look> | undefined,
): number => {
  if (before === undefined) return Math.max(0, stampedAgoMs)
  const sinceMs = monotonicMs - before.monotonicMs
  const isPossible = (ms: number): boolean => ms >= -1 && ms <= sinceMs + 1
  const movedMs = stampedAgoMs - (offsetMs - before.offsetMs)
  const possible = !isPossible(stampedAgoMs) && isPossible(movedMs) ? movedMs : stampedAgoMs
  // Whole milliseconds: of a difference of two epoch times the fraction is noise.
  return Math.min(Math.max(Math.round(possible), 0), sinceMs)
}

/**
 * Remembers the last good value per key so that one lost poll is not a loss of sight. Age is what passed by the monotonic clock since
 * it was read. What its own stamp says counts only for the time before it was first seen here, and no further back than the look
 * before, when it was not there yet: whoever sets the calendar makes no reading old and no dead meter fresh. `atMs` is monotonic too.
 */
export const createSight = (clock: Clock, memory: Memory = forgetful): Sight => {
  const { known, looks } = memory.keep('sight', { known: new Map<string, Known>(), looks: new Map<string, Look>() })
  // Not kept: a way to what is kept, found when it is first asked for, after a saved state was taken back.
  const entries = new Map<string, SightEntry>()
  return {
    entryOf: (key) => {
      const entry = entries.get(key) ?? { key, known: known.get(key), look: looks.get(key) }
      entries.set(key, entry)
      return entry
    },
    forget: (entry) => {
      known.delete(entry.key)
      entry.known = undefined
    },
    look: (entry, sample) => {
      // Asked for every value of every charger in every cycle: what is known is changed in entry.
      let now = entry.known
      const monotonicMs = clock.monotonicMs()
      const nowMs = clock.nowMs()
      const offsetMs = nowMs - monotonicMs
      const last = entry.look
      if (sample !== undefined && sample.value !== null && sample.atMs !== null && sample.atMs !== now?.stampMs) {
        const atMs = monotonicMs - unseenFor(nowMs - sample.atMs, monotonicMs, offsetMs, last)
        if (now === undefined) {
          now = { value: sample.value, stampMs: sample.atMs, atMs }
          entry.known = now
          known.set(entry.key, now)
        } else {
          now.value = sample.value
          now.stampMs = sample.atMs
          now.atMs = atMs
        }
      }
      if (last === undefined) {
        entry.look = { monotonicMs, offsetMs }
        looks.set(entry.key, entry.look)
      } else {
        last.monotonicMs = monotonicMs
        last.offsetMs = offsetMs
      }
      return now === undefined ? null : { value: now.value, atMs: now.atMs, ageMs: monotonicMs - now.atMs }
    },
  }
}

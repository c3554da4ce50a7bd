import type { Shelved } from '../../../shared/alarms/shelf.ts'
import { forgetful, type Memory } from '../site/memory.ts'

/** Which places of the alarm list a person has put aside, and until when. A restart forgets them: rather one alarm too many. */
export const createShelves = (memory: Memory = forgetful) => {
  const shelves = memory.keep('shelves', new Map<string, Shelved>())
  return {
    put: (place: string, shelved: Shelved) => shelves.set(place, shelved),
    take: (place: string) => shelves.delete(place),
    at: (place: string): Shelved | undefined => shelves.get(place),
    /** Places whose time is over; each is told once. A clock set back ends them all the sooner, never later. */
    ended: (atMs: number): readonly string[] => {
      const ended = [...shelves].filter(([, { atMs: sinceMs, untilMs }]) => atMs >= untilMs || atMs < sinceMs)
      for (const [place] of ended) shelves.delete(place)
      return ended.map(([place]) => place)
    },
  }
}

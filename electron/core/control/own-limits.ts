import type { Clock } from '../ports.ts'
import type { ChargerView } from './charger-watch.ts'
import { forgetful, type Memory } from '../site/memory.ts'

/** A charger applies less than it was told: its menu, its cable or its temperature. */
export interface OwnLimit {
  readonly heldA: number
  /** What it was told when that was seen, A. */
  readonly wantedA: number
}

interface Known extends OwnLimit {
  readonly sinceMs: number
  /** It is told its share again, to see whether it takes more now. */
  readonly isTried: boolean
}

/** What it holds may have changed without a word: it is asked this seldom, each time by one write up and one down. Editable assumption. */
const tryAgainMs = 900_000
const slackA = 0.25

/**
 * Remembers which chargers hold less than they were told, so that nobody writes the same limit again and again and the others get
 * what these cannot take. Another car may bring another cable: then, and every quarter of an hour, it is told its share again.
 */
export const createOwnLimits = (
  clock: Clock,
  tell: (id: string, limit: OwnLimit) => void,
  memory: Memory = forgetful,
) => {
  const { known, hadVehicle } = memory.keep('own-limits', {
    known: new Map<string, Known>(),
    hadVehicle: new Set<string>(),
  })
  const again = (id: string, item: Known): void => {
    known.set(id, { ...item, isTried: true, sinceMs: clock.monotonicMs() })
  }

  return {
    /** A read back, when its time to take the limit was over, showed less than was written. */
    holdsLess: (id: string, heldA: number, wantedA: number): void => {
      const before = known.get(id)
      const isNews = before === undefined || Math.abs(before.heldA - heldA) > slackA
      known.set(id, { heldA, wantedA, sinceMs: clock.monotonicMs(), isTried: false })
      if (isNews) tell(id, { heldA, wantedA })
    },
    /** It was seen to hold this. */
    holds: (id: string, heldA: number): void => {
      const item = known.get(id)
      if (item !== undefined && heldA > item.heldA + slackA) known.delete(id)
    },
    step: (views: readonly ChargerView[]): void => {
      for (const { charger, wants } of views) {
        const item = known.get(charger.id)
        const isGone = hadVehicle.has(charger.id) && !wants
        if (wants) hadVehicle.add(charger.id)
        else hadVehicle.delete(charger.id)
        if (item === undefined || item.isTried) continue
        if (isGone || clock.monotonicMs() - item.sinceMs >= tryAgainMs) again(charger.id, item)
      }
    },
    of: (id: string): OwnLimit | null => {
      const item = known.get(id)
      return item === undefined ? null : { heldA: item.heldA, wantedA: item.wantedA }
    },
    /** What it is counted with; null while it may be told its share. One that holds less than can be charged with may begin any moment. */
    capOf: (id: string, minimumA: number): OwnLimit | null => {
      const item = known.get(id)
      return item === undefined || item.isTried || item.heldA < minimumA ? null : item
    },
    reset: (): void => known.clear(),
  }
}

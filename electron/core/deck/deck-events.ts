import type { SiteEvent } from '../../../shared/model/event.ts'
import type { DeckMoment } from '../../../shared/api/deck-contract.ts'
import type { Stop } from '../ports.ts'

/** As many as a screen takes for its list. */
const mostMoments = 2000
/** Rows kept for the list of events; older ones are in the store. */
const mostRows = 20_000

type Rows = { reset: boolean; rows: SiteEvent[] }
interface Follower {
  readonly backlog: number
  readonly push: (value: Rows) => void
}

export interface DeckEvents {
  readonly set: (rows: readonly SiteEvent[]) => void
  /** The recording stands there now; `isAnew`: it did not come there by going on. */
  readonly moveTo: (atMs: number, isAnew: boolean) => void
  readonly follow: (backlog: number, push: (value: Rows) => void) => Stop
  readonly moments: () => DeckMoment[]
  /** The next event (or finding) after or before a time; null: there is none. */
  readonly step: (fromMs: number, to: 'next' | 'previous', of: 'event' | 'finding') => number | null
}

const findingKinds: readonly string[] = ['finding-raised', 'finding-cleared']

/** The events of a recording as they come about again while it is played. */
export const createDeckEvents = (): DeckEvents => {
  let rows: readonly SiteEvent[] = []
  /** How many of them lie at or before the position. */
  let passed = 0
  let atMs = -Infinity
  const followers = new Set<Follower>()

  const countTo = (ms: number): number => {
    const next = rows.findIndex((row) => row.atMs > ms)
    return next < 0 ? rows.length : next
  }
  const sendAnew = ({ backlog, push }: Follower): void =>
    push({ reset: true, rows: backlog === 0 ? [] : rows.slice(Math.max(0, passed - backlog), passed) })
  const moveTo = (ms: number, isAnew: boolean): void => {
    const before = passed
    atMs = ms
    passed = countTo(ms)
    if (isAnew || passed < before) {
      for (const follower of followers) sendAnew(follower)
      return
    }
    if (passed > before) for (const { push } of followers) push({ reset: false, rows: rows.slice(before, passed) })
  }
  const wanted = (of: 'event' | 'finding') => (row: SiteEvent) => of === 'event' || findingKinds.includes(row.kind)

  return {
    set: (given) => {
      rows = given.toSorted((one, other) => one.atMs - other.atMs).slice(-mostRows)
      moveTo(atMs, true)
    },
    moveTo,
    follow: (backlog, push) => {
      const follower: Follower = { backlog, push }
      followers.add(follower)
      sendAnew(follower)
      return () => followers.delete(follower)
    },
    moments: () =>
      rows.slice(-mostMoments).map(({ atMs: ms, kind, severity, message }) => ({
        atMs: ms,
        isFinding: findingKinds.includes(kind),
        severity,
        text: message,
      })),
    step: (fromMs, to, of) => {
      const fits = wanted(of)
      const found =
        to === 'next'
          ? rows.find((row) => row.atMs > fromMs && fits(row))
          : rows.findLast((row) => row.atMs < fromMs && fits(row))
      return found?.atMs ?? null
    },
  }
}

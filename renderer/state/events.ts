import { create } from 'zustand'
import type { SiteEvent } from '../../shared/model/event.ts'

/** Newest last; the screen keeps as many as it can list, older ones are read from the history. */
export const keptEvents = 2000

interface EventsState {
  readonly rows: readonly SiteEvent[]
  readonly arrived: boolean
  readonly ended: string | null
}
export const useEvents = create<EventsState>(() => ({ rows: [], arrived: false, ended: null }))

/** A reset replaces what was there (it begins with the backlog); otherwise rows are added once each, by id. */
export const mergeEvents = (
  known: readonly SiteEvent[],
  rows: readonly SiteEvent[],
  reset: boolean,
): readonly SiteEvent[] => {
  const base = reset ? [] : known
  const ids = new Set(base.map((row) => row.id))
  const added = rows.filter((row) => !ids.has(row.id) && ids.add(row.id))
  return [...base, ...added].slice(-keptEvents)
}

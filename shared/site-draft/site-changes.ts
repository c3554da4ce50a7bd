import { own } from '../own.ts'
import type { Site } from '../site/site.ts'
import { draftLists } from './edit-site.ts'
import { draftOf } from './draft.ts'

/** One difference between two texts of a site file. */
export interface SiteChange {
  /** `circuits.feeder-1.breaker.rating`; entries by their ids. */
  readonly path: string
  /** As it would stand in the file, in one line; null: nothing. */
  readonly before: string | null
  readonly after: string | null
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const shown = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))

const compare = (path: string, before: unknown, after: unknown): readonly SiteChange[] => {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  if (!isGroup(before) || !isGroup(after)) return [{ path, before: shown(before), after: shown(after) }]
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) => compare(path === '' ? key : `${path}.${key}`, own(before, key), own(after, key)))
}

/** Entries by id: one that moved in its list has not changed. */
const byId = (text: string): unknown => {
  const draft = draftOf(text)
  if (draft === null) return undefined
  const lists = draftLists.map((list) => [
    list,
    Object.fromEntries(draft.lists[list].map(({ id, ...entry }) => [id, entry] as const)),
  ])
  return { ...draft.top, ...Object.fromEntries(lists) }
}

/** What differs between two texts of a site file; comments and order do not count. */
export const siteChanges = (before: string, after: string): readonly SiteChange[] =>
  compare('', byId(before), byId(after))

/** The same of two sites as they were understood. */
export const openSiteChanges = (before: Site, after: Site): readonly SiteChange[] => {
  const listed = (site: Site): unknown => ({
    ...site,
    ...Object.fromEntries(
      draftLists.map((list) => [
        list,
        Object.fromEntries((site[list] ?? []).map(({ id, ...entry }) => [id, entry] as const)),
      ]),
    ),
  })
  return compare('', listed(before), listed(after))
}

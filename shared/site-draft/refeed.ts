import { feedSchema, type SiteFeed } from '../site/feed-schema.ts'
import type { SiteEdit } from './edit-site.ts'

export type FeedKind = SiteFeed['kind']
export const feedKinds = ['openmetrics', 'modbus-tcp', 'mqtt'] as const satisfies readonly FeedKind[]

/** What a feed of this kind begins with; an address of a broker can't be guessed and is asked for by the check. */
export const feedBegins: Readonly<Record<FeedKind, Readonly<Record<string, unknown>>>> = {
  openmetrics: { port: 9464 },
  'modbus-tcp': { port: 1502 },
  mqtt: {},
}

const keysOf = new Map<FeedKind, ReadonlySet<string>>(
  feedSchema.options.map((option) => [option.shape.kind.value, new Set(Object.keys(option.shape))]),
)

/** A feed of another kind: what only the kind before knew goes, so that no key is left that has no field. A port stands for what it serves, so it goes too. */
export const rekinded = (
  feed: Readonly<Record<string, unknown>> & { readonly id: string },
  kind: FeedKind,
): SiteEdit => {
  const known = keysOf.get(kind) ?? new Set<string>()
  const gone = Object.keys(feed).filter((key) => !known.has(key) || key === 'port')
  return {
    ...{ kind: 'set-many', list: 'feeds', id: feed.id },
    values: { ...Object.fromEntries(gone.map((key) => [key, undefined])), ...feedBegins[kind], kind },
  }
}

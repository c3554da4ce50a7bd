import type { feedsContract, FeedHealthRow } from '../../../shared/api/feeds-contract.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import { feedPicture, staledPicture, type FeedPicture } from '../../../shared/feed/feed-picture.ts'
import { registerRows } from '../../../shared/feed/register-map.ts'
import type { SiteFeed } from '../../../shared/site/feed-schema.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Journal } from '../journal.ts'
import type { Part } from '../part.ts'
import type { Clock, Stop } from '../ports.ts'
import type { SiteLock } from '../site-lock.ts'
import type { Feed, FeedState, OpenFeed } from './feed-ports.ts'

/** Screens hear of the feeds so often, ms; and a picture older than this is no news of now (ten of its periods). Editable. */
const tellEveryMs = 1000
const picturesMs = 10_000

export interface FeedsPorts {
  readonly site: Site
  readonly clock: Clock
  readonly journal: Journal
  readonly lock: SiteLock
  /** Pictures as the screens get them. */
  readonly listen: (listener: (live: Live) => void) => Stop
  /** Missing: this host opens no feeds, as in a test. */
  readonly openFeed?: OpenFeed
}

interface OpenedFeed {
  readonly entry: SiteFeed
  readonly feed: Feed
}

const nameOf = ({ id, name }: SiteFeed): string => name ?? id

const rowOf = ({ entry, feed }: OpenedFeed): FeedHealthRow => {
  const { state, served, servedAtMs, letGo } = feed.health()
  return {
    id: entry.id,
    name: nameOf(entry),
    kind: entry.kind,
    address: feed.address,
    state: state.kind,
    why: state.kind === 'failed' ? state.why : null,
    served,
    servedAtMs,
    letGo,
  }
}

/** Told once when it begins to fail and once when it is well again, not at every attempt. */
const createTeller = (journal: Journal, entry: SiteFeed) => {
  let last: FeedState['kind'] = 'opening'
  return (state: FeedState): void => {
    const before = last
    if (state.kind === 'opening' || state.kind === before) return
    last = state.kind
    const subject = { kind: 'site', id: entry.id } as const
    if (state.kind === 'failed')
      journal.write('feed-failed', 'warning', subject, { feed: nameOf(entry), why: state.why })
    else if (before === 'failed') journal.write('feed-open', 'info', subject, { feed: nameOf(entry) })
  }
}

/** Data feeds: what other systems read of this site. They only go out, and control knows nothing of them. */
export const createFeedsPart = (ports: FeedsPorts): Part<typeof feedsContract> => {
  const { site, clock, journal, lock, openFeed } = ports
  const entries = site.feeds ?? []
  let live: { readonly picture: Live; readonly atMs: number } | null = null
  const picture = (): FeedPicture | null => {
    if (live === null) return null
    const made = feedPicture(site, live.picture, clock.nowMs())
    return clock.monotonicMs() - live.atMs > picturesMs ? staledPicture(made) : made
  }
  // One program stands for a site to the outside: the one that controls it.
  const opened: readonly OpenedFeed[] =
    !lock.held || openFeed === undefined
      ? []
      : entries.map((entry) => ({
          entry,
          feed: openFeed(entry, { site, picture, onState: createTeller(journal, entry) }),
        }))
  const offWhy =
    entries.length === 0 || opened.length > 0
      ? null
      : lock.held
        ? 'this program opens no feeds'
        : 'another program has this site and feeds the other systems'
  let unlisten: Stop = () => undefined
  return {
    name: 'the data feeds',
    handlers: {
      'feeds.watch': (_input, push) => {
        let cancel: Stop = () => undefined
        const again = (): void => {
          push({ feeds: opened.map(rowOf), offWhy })
          cancel = clock.after(tellEveryMs, again)
        }
        again()
        return () => cancel()
      },
      'feeds.registers': () => Promise.resolve({ rows: [...registerRows(site)] }),
    },
    start: () => {
      if (opened.length === 0) return
      unlisten = ports.listen((told) => {
        live = { picture: told, atMs: clock.monotonicMs() }
      })
      for (const { feed } of opened) feed.start()
    },
    stop: async () => {
      unlisten()
      await Promise.all(opened.map(({ feed }) => feed.stop()))
    },
  }
}

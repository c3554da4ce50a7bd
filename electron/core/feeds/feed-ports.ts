/** What the core needs of a feed: it is opened, gets pictures, and says how it stands. io/feeds implements it, tests with memory. */
import type { FeedPicture } from '../../../shared/feed/feed-picture.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { SiteFeed } from '../../../shared/site/feed-schema.ts'

export type FeedState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open' }
  /** `why` says what to do; it is tried again by itself. */
  | { readonly kind: 'failed'; readonly why: string }

export interface FeedHealth {
  readonly state: FeedState
  /** How often something was read, or sent, since the start. */
  readonly served: number
  /** When last, UTC, epoch ms; null: not yet. */
  readonly servedAtMs: number | null
  /** Readers that were let go: to make room for others, or since they did not take their answer. */
  readonly letGo: number
}

export interface FeedWorld {
  readonly site: Site
  /** The picture of this moment; null before the first. Asked for when it is read or sent, so that ages are those of then. */
  readonly picture: () => FeedPicture | null
  /** Something of its health changed that a person should be told. */
  readonly onState: (state: FeedState) => void
}

export interface Feed {
  /** Where it can be read or goes to, for people, e.g. "http://127.0.0.1:9464/metrics". */
  readonly address: string
  readonly health: () => FeedHealth
  readonly start: () => void
  readonly stop: () => Promise<void>
}

export type OpenFeed = (feed: SiteFeed, world: FeedWorld) => Feed

import { create } from 'zustand'
import type { TripscopeContract } from '../../shared/api/contract.ts'
import type { ConnectedClient } from '../../shared/api/client.ts'
import type { Caller } from '../../shared/api/define.ts'
import type { Link } from '../../shared/api/link.ts'

export type AppClient = ConnectedClient<TripscopeContract>

/** How a host reaches the program: it keeps a link up, says when it is gone, and tries again by itself where it can. */
export interface Connector {
  start(listener: LinkListener): {
    readonly stop: () => void
    readonly retryNow: () => void
    /** Whether the page's own files can be fetched now. */
    readonly isServed: () => Promise<boolean>
  }
}
export interface LinkListener {
  up(link: Link): void
  /** `retryAtMs`: local time of the next attempt; null when there will be none. */
  down(why: string, retryAtMs: number | null): void
}

interface ConnectionState {
  readonly phase: 'connecting' | 'connected' | 'lost'
  readonly why: string | null
  readonly retryAtMs: number | null
  readonly everConnected: boolean
  readonly caller: Caller | null
  readonly client: AppClient | null
  /** The site that this screen is answered by; null: none, or not known yet. */
  readonly site: string | null
  readonly retryNow: () => void
  readonly isServed: () => Promise<boolean>
  /** What is shown comes from elsewhere now: all that was read is forgotten, and every view asks anew. */
  readonly beginAnew: () => void
  /** Turns this screen, and no other, to another open site. What it asked of the one before is over. */
  readonly showSite: (siteId: string) => void
}

export const useConnection = create<ConnectionState>(() => ({
  phase: 'connecting',
  why: null,
  retryAtMs: null,
  everConnected: false,
  caller: null,
  client: null,
  site: null,
  retryNow: () => undefined,
  isServed: () => Promise.resolve(false),
  beginAnew: () => undefined,
  showSite: () => undefined,
}))

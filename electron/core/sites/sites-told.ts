import type { OpenSite, OpenSites } from '../../../shared/api/sites-contract.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { Health } from '../../../shared/model/health.ts'
import type { Clock, Stop } from '../ports.ts'
import { headlineOf } from './site-headline.ts'
import { mostSites, type HeldSite } from './site-map.ts'

const tellEveryMs = 1000
const caller = { role: 'viewer', name: 'Tripscope' } as const

export interface ToldSite {
  readonly siteId: string
  readonly file: string | null
  readonly site: Pick<HeldSite, 'name' | 'handlers'>
  readonly problem: string | null
}
export interface ToldPorts {
  readonly list: () => readonly ToldSite[]
  readonly notOpened: () => OpenSites['notOpened']
  readonly clock: Clock
}

/** One site's own streams, begun anew when its handlers are others: it was opened anew. */
const createWatch = ({ handlers }: ToldSite['site']) => {
  let live: Live | null = null
  let health: Health | null = null
  const stops = [
    handlers.live(
      {},
      (value) => {
        live = value
      },
      caller,
    ),
    handlers.health(
      {},
      (value) => {
        health = value
      },
      caller,
    ),
  ]
  return {
    handlers,
    headline: () => headlineOf(live, health),
    stop: () => {
      for (const stop of stops) stop()
    },
  }
}

/** How every open site does, told to all who listen; nothing is watched while nobody does. */
export const createSitesTold = ({ list, notOpened, clock }: ToldPorts) => {
  const watches = new Map<string, ReturnType<typeof createWatch>>()
  const listeners = new Set<(sites: OpenSites) => void>()
  let stopTimer: Stop = () => undefined

  const watchOf = ({ siteId, site }: ToldSite) => {
    const running = watches.get(siteId)
    if (running?.handlers === site.handlers) return running
    running?.stop()
    const watch = createWatch(site)
    watches.set(siteId, watch)
    return watch
  }
  const now = (): OpenSites => {
    const all = list()
    const ids = new Set(all.map(({ siteId }) => siteId))
    for (const [siteId, watch] of watches)
      if (!ids.has(siteId)) {
        watch.stop()
        watches.delete(siteId)
      }
    const sites = all.map((told): OpenSite => {
      const { siteId, file, site, problem } = told
      const known = { siteId, name: site.name, file }
      try {
        return { ...known, problem, ...watchOf(told).headline() }
      } catch (error) {
        // A site that can't even say how it does must not silence the others.
        return { ...known, ...headlineOf(null, null), problem: `it does not say how it does: ${String(error)}` }
      }
    })
    return { sites, most: mostSites, notOpened: notOpened() }
  }
  const tell = (): void => {
    const sites = now()
    for (const listener of [...listeners]) listener(sites)
  }
  const goOn = (): void => {
    stopTimer = clock.after(tellEveryMs, goOn)
    tell()
  }
  return {
    /** At once, and about once a second. */
    listen: (listener: (sites: OpenSites) => void): Stop => {
      listeners.add(listener)
      if (listeners.size === 1) stopTimer = clock.after(tellEveryMs, goOn)
      listener(now())
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        stopTimer()
        for (const watch of watches.values()) watch.stop()
        watches.clear()
      }
    },
    /** Something was opened or closed: nobody waits a second for it. */
    tell: (): void => {
      if (listeners.size > 0) tell()
    },
  }
}
export type SitesTold = ReturnType<typeof createSitesTold>

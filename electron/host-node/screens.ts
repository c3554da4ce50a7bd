import { contract, type TripscopeContract } from '../../shared/api/contract.ts'
import type { Caller, Stop } from '../../shared/api/define.ts'
import { createIntentMemory, type IntentMemory } from '../../shared/api/intent-memory.ts'
import type { Link } from '../../shared/api/link.ts'
import { serveRooms, type ServeOptions } from '../../shared/api/server.ts'
import type { Room } from '../../shared/api/server-entrance.ts'
import { createScreenHandlers, type ScreenHandlers } from '../core/deck/screen-handlers.ts'
import type { Clock } from '../core/ports.ts'
import { createSitesHandlers } from '../core/sites/sites-handlers.ts'
import { createArchive } from '../io/archive.ts'
import { randomId } from '../io/new-id.ts'
import type { OpenDecks } from './decks.ts'
import type { OpenSites } from './open-sites.ts'

/** What one screen shows: kept for as long as its host wants it to come back to it. */
export interface ScreenMemory {
  /** The site; null: whichever is open. */
  site: string | null
  /** The recording instead of it; null: none. */
  deck: string | null
  isGreeted: boolean
  screen: ScreenHandlers | null
}
export const newScreen = (deck: string | null = null): ScreenMemory => ({
  ...{ site: null, deck, isGreeted: false, screen: null },
})

export interface Screens {
  readonly serve: (link: Link, caller: Caller, memory: ScreenMemory, onShown?: () => void) => Stop
  /** Ends the links of all screens that show this site; each comes back by itself, to `next` where that was opened instead. */
  readonly drop: (siteId: string, next: string | null) => void
}

/** Acts on the program itself are known again whichever site a screen shows when it sends them again. */
const isOfProgram = (method: string): boolean => method.startsWith('sites.') || method.startsWith('deck.')

/** What was carried out, by site: the id of an intent is never a reason not to carry it out at another. */
const createIntents = () => {
  const ofProgram = createIntentMemory()
  const bySite = new Map<string, IntentMemory>()
  return (siteId: string | null): IntentMemory => {
    const key = siteId ?? ''
    const own = bySite.get(key) ?? createIntentMemory()
    bySite.set(key, own)
    return { once: (intent, ...rest) => (isOfProgram(intent.method) ? ofProgram : own).once(intent, ...rest) }
  }
}

/** Serves screens, each with the site it names or the recording it chose; what it asks goes there and nowhere else. */
export const createScreens = (parts: {
  readonly sites: Pick<OpenSites, 'map' | 'parts'>
  readonly decks: OpenDecks
  readonly clock: Clock
  readonly report: NonNullable<ServeOptions['report']>
}): Screens => {
  const { sites, decks, clock } = parts
  const { map } = sites
  const archive = createArchive()
  const intentsOf = createIntents()
  const showing = new Map<Link, string | null>()
  /** Where the screens of a site go that was closed for another. */
  const followed = new Map<string, string>()

  const openOr = (wanted: string | null): string | null => {
    if (wanted !== null && map.get(wanted) !== undefined) return wanted
    const next = wanted === null ? undefined : followed.get(wanted)
    return next !== undefined && map.get(next) !== undefined ? next : (map.list()[0]?.siteId ?? null)
  }
  const handlersOf = (siteId: string | null, memory: ScreenMemory): ScreenHandlers => {
    const entry = () => (siteId === null ? undefined : map.get(siteId))
    return createScreenHandlers({
      live: () => {
        const site = entry()?.site
        return site === undefined ? null : { name: site.name, handlers: site.handlers }
      },
      decks: decks.forSite(() => entry()?.site.opened.folder ?? null),
      sites: createSitesHandlers(sites.parts, siteId),
      first: () => memory.deck,
      onChosen: (deckId) => {
        memory.deck = deckId
      },
      newId: randomId,
      ...{ archive, clock },
    })
  }
  const enter = (link: Link, wanted: string | null, memory: ScreenMemory): Room<TripscopeContract> => {
    const siteId = openOr(wanted ?? memory.site)
    // A recording is left for a site that is chosen; one that is only come back to keeps it.
    if (memory.isGreeted && siteId !== memory.site) memory.deck = null
    memory.isGreeted = true
    memory.site = siteId
    memory.screen = handlersOf(siteId, memory)
    showing.set(link, siteId)
    return { site: siteId, handlers: memory.screen.handlers, intents: intentsOf(siteId) }
  }

  return {
    serve: (link, caller, memory, onShown = () => undefined) => {
      link.onClose(() => showing.delete(link))
      const find = (wanted: string | null) => {
        const room = enter(link, wanted, memory)
        onShown()
        return room
      }
      const stop = serveRooms(contract, find, link, caller, {
        report: parts.report,
        checkOutputs: process.env['TRIPSCOPE_CHECK_OUTPUTS'] === '1',
      })
      return () => {
        showing.delete(link)
        stop()
      }
    },
    drop: (siteId, next) => {
      if (next === null) followed.delete(siteId)
      else followed.set(siteId, next)
      for (const [link, shown] of [...showing]) if (shown === siteId) link.close()
    },
  }
}

import { app } from 'electron'
import { join, resolve } from 'node:path'
import type { TripscopeContract } from '../../shared/api/contract.ts'
import type { Handlers } from '../../shared/api/define.ts'
import { createScreenHandlers, type ScreenHandlers } from '../core/deck/screen-handlers.ts'
import type { Log } from '../core/ports.ts'
import { createDecks } from '../host-node/decks.ts'
import type { OpenedSite } from '../host-node/open-site.ts'
import { createArchive } from '../io/archive.ts'
import { systemClock } from '../io/clock.ts'
import { randomId } from '../io/new-id.ts'
import { keepLastSite, readRecentSites } from '../host-node/last-site.ts'

export interface Recordings {
  /** What the window is answered with: the site, or the recording that was chosen. */
  readonly handlers: () => Handlers<TripscopeContract>
  /** Opens a file and shows it in the window. Resolves with what is wrong with it; null: nothing. */
  readonly open: (path: string) => Promise<string | null>
  /** The window begins with the site from now on. */
  readonly showSite: () => void
  readonly hasAny: () => boolean
  readonly recent: () => readonly string[]
  readonly close: () => Promise<void>
}

/** The recordings that are open in the desktop program, and which of them its window shows. */
export const createRecordings = (parts: {
  readonly log: Log
  readonly current: () => OpenedSite | null
}): Recordings => {
  const { log, current } = parts
  const decks = createDecks({ clock: systemClock, log, folder: () => current()?.folder ?? null })
  const recentFile = () => join(app.getPath('userData'), 'recent-recordings.json')
  const archive = createArchive()
  let shownId: string | null = null
  let screen: ScreenHandlers | null = null

  return {
    handlers: () => {
      screen = createScreenHandlers({
        live: () => {
          const site = current()
          return site === null ? null : { name: site.site.name, handlers: site.core.handlers }
        },
        decks,
        first: () => shownId,
        onChosen: (deckId) => {
          shownId = deckId
        },
        newId: randomId,
        ...{ archive, clock: systemClock },
      })
      return screen.handlers
    },
    open: async (path) => {
      try {
        const { deckId } = await decks.open(resolve(path))
        shownId = deckId
        screen?.choose(deckId)
        keepLastSite(recentFile(), resolve(path), log)
        return null
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    },
    showSite: () => {
      shownId = null
    },
    hasAny: () => decks.list().length > 0,
    recent: () => readRecentSites(recentFile()),
    close: decks.closeAll,
  }
}

import { app } from 'electron'
import { join, resolve } from 'node:path'
import type { Log } from '../core/ports.ts'
import { createDecks, type OpenDecks } from '../host-node/decks.ts'
import { keepLastSite, readRecentSites } from '../host-node/last-site.ts'
import type { ScreenMemory } from '../host-node/screens.ts'
import { systemClock } from '../io/clock.ts'

export interface Recordings {
  readonly decks: OpenDecks
  /** Opens a file and shows it in the window. Resolves with what is wrong with it; null: nothing. */
  readonly open: (path: string, window: ScreenMemory) => Promise<string | null>
  readonly hasAny: () => boolean
  readonly recent: () => readonly string[]
  readonly close: () => Promise<void>
}

/** The recordings that are open in the desktop program. */
export const createRecordings = (log: Log): Recordings => {
  const decks = createDecks({ clock: systemClock, log })
  const recentFile = () => join(app.getPath('userData'), 'recent-recordings.json')
  return {
    decks,
    open: async (path, window) => {
      try {
        const { deckId } = await decks.open(resolve(path))
        window.deck = deckId
        window.screen?.choose(deckId)
        keepLastSite(recentFile(), resolve(path), log)
        return null
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    },
    hasAny: () => decks.list().length > 0,
    recent: () => readRecentSites(recentFile()),
    close: decks.closeAll,
  }
}

import { refusal } from '../../../shared/said/refusal.ts'
import type { Stop } from '../ports.ts'
import type { Deck } from './deck.ts'
import type { ScreenPorts } from './screen-ports.ts'

/** What one screen shows: the site, or a recording. */
export const createScreenChoice = ({ live, decks, first, onChosen }: ScreenPorts) => {
  let shownId = first()
  const followers = new Set<() => void>()
  const tell = (): void => {
    for (const follow of [...followers]) follow()
  }
  const shown = (): Deck | undefined => (shownId === null ? undefined : decks.get(shownId))
  return {
    deck: {
      /** undefined: the site is shown, or the recording was closed. */
      shown,
      isChosen: (): boolean => shownId !== null,
      /** Throws a Refusal where none is shown. */
      get: (): Deck => {
        const found = shown()
        if (found === undefined) throw shownId === null ? refusal('nothing-shown', {}) : refusal('shown-closed', {})
        return found
      },
    },
    /** null: the site. Throws a Refusal where there is nothing to show. */
    choose: (deckId: string | null): void => {
      if (deckId !== null && decks.get(deckId) === undefined) throw refusal('shown-closed', {})
      if (deckId === null && live() === null) throw refusal('no-site-behind', {})
      shownId = deckId
      onChosen?.(deckId)
      tell()
    },
    close: async (deckId: string): Promise<void> => {
      if (shownId === deckId) shownId = null
      await decks.close(deckId)
      tell()
    },
    onChange: (follow: () => void): Stop => {
      followers.add(follow)
      return () => {
        followers.delete(follow)
      }
    },
  }
}
export type ScreenChoice = ReturnType<typeof createScreenChoice>

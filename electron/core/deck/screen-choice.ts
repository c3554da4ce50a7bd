import { Refusal } from '../../../shared/api/define.ts'
import type { Stop } from '../ports.ts'
import type { Deck } from './deck.ts'
import type { ScreenPorts } from './screen-ports.ts'

export const nothingShown = 'No site is open here, and no recording is shown: open a recording or a site.'
const closed = 'This recording was closed: open it again, or go back to the live site.'

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
        if (found === undefined) throw new Refusal(shownId === null ? nothingShown : closed)
        return found
      },
    },
    /** null: the site. Throws a Refusal where there is nothing to show. */
    choose: (deckId: string | null): void => {
      if (deckId !== null && decks.get(deckId) === undefined) throw new Refusal(closed)
      if (deckId === null && live() === null) throw new Refusal('No site is open here to go back to.')
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

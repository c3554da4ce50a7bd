import type { TripscopeContract } from '../../../shared/api/contract.ts'
import type { Handlers } from '../../../shared/api/define.ts'
import type { sitesContract } from '../../../shared/api/sites-contract.ts'
import type { Archive } from '../archive-port.ts'
import type { Clock, NewId } from '../ports.ts'
import type { FileReceiver } from '../transfer/file-receiver.ts'
import type { Deck } from './deck.ts'

/** The site that is open, for what is said of it while a screen shows a recording. */
export interface LiveSite {
  readonly name: string
  readonly handlers: Handlers<TripscopeContract>
}

/** The recordings that are open in a program. */
export interface Decks {
  readonly list: () => readonly Deck[]
  readonly get: (deckId: string) => Deck | undefined
  /** Opens a file that a screen has sent. Throws a Refusal where it is none. */
  readonly openSent: (transferId: string) => Promise<Deck>
  readonly close: (deckId: string) => Promise<void>
  /** Files made by themselves, newest first; one of them is opened by its name. */
  readonly kept: () => readonly { readonly name: string; readonly bytes: number; readonly atMs: number }[]
  readonly openKept: (name: string) => Promise<Deck>
  readonly receiver: FileReceiver
}

export interface ScreenPorts {
  /** The site now; null: none is open. */
  readonly live: () => LiveSite | null
  readonly decks: Decks
  /** The sites of the program, whatever the screen shows; left out: the site answers itself. */
  readonly sites?: Handlers<typeof sitesContract>
  /** The recording a new screen begins with; null: the site. */
  readonly first: () => string | null
  /** The screen, or its host, chose what is shown. */
  readonly onChosen?: (deckId: string | null) => void
  readonly clock: Clock
  readonly newId: NewId
  readonly archive: Pick<Archive, 'hash'>
}

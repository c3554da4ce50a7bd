import { createWriteStream, rmSync, type WriteStream } from 'node:fs'
import { once } from 'node:events'
import { basename } from 'node:path'
import { refusal } from '../../shared/said/refusal.ts'
import type { Deck } from '../core/deck/deck.ts'
import type { Decks } from '../core/deck/screen-ports.ts'
import type { Clock, Log } from '../core/ports.ts'
import { keptFiles, type KeptFile } from '../io/flight/frozen.ts'
import { flightFolders } from '../io/flight/recover.ts'
import { openRecording } from '../io/recording/open-recording.ts'
import { createScratch, type Scratch } from '../io/recording/scratch.ts'
import { openDeck, type OpenDeck } from './open-deck.ts'

/** Each has a store and a thread of its own. Editable assumption: two side by side, and two more. */
const mostDecks = 4
/** The same as what may be opened: the packed form is never larger. */
const largestBytes = 2 ** 31
/** Files that were sent and not opened wait; more are thrown away, the oldest first. */
const mostSent = 4

export interface OpenDecks extends Omit<Decks, 'kept' | 'openKept'> {
  /** The same for screens of one site, whose data is kept in that folder; null: none is open. */
  readonly forSite: (folder: () => string | null) => Decks
  /** Opens a file of this computer. Rejects with a Refusal that says what is wrong with it. */
  readonly open: (path: string, name?: string) => Promise<Deck>
  readonly closeAll: () => Promise<void>
}

interface Sent {
  readonly path: string
  readonly name: string
  readonly scratch: Scratch
}

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The recordings that a host has open. */
export const createDecks = ({ clock, log }: { readonly clock: Clock; readonly log: Log }): OpenDecks => {
  const held = new Map<string, OpenDeck>()
  const sent = new Map<string, Sent>()

  const openIn = async (path: string, name: string, scratch: Scratch): Promise<OpenDeck> => {
    const recording = await openRecording(path, scratch)
    try {
      return await openDeck({ recording, name, scratch, clock, log })
    } catch (error) {
      await recording.bytes.close()
      throw error
    }
  }

  const open = async (path: string, name = basename(path), scratch = createScratch()): Promise<Deck> => {
    if (held.size >= mostDecks) {
      scratch.remove()
      throw refusal('decks-full', { most: mostDecks })
    }
    try {
      const opened = await openIn(path, name, scratch)
      held.set(opened.deck.deckId, opened)
      opened.deck.start()
      return opened.deck
    } catch (error) {
      scratch.remove()
      throw refusal('deck-not-opened', { fileName: name, why: whyOf(error) })
    }
  }

  const keepSent = (transferId: string, file: Sent): void => {
    sent.set(transferId, file)
    for (const [id, { scratch }] of [...sent].slice(0, Math.max(0, sent.size - mostSent))) {
      scratch.remove()
      sent.delete(id)
    }
  }

  const keptIn = (base: string | null): readonly KeptFile[] =>
    base === null ? [] : keptFiles(flightFolders(base).kept)

  const decks: OpenDecks = {
    forSite: (folder) => ({
      ...decks,
      kept: () => keptIn(folder()),
      openKept: async (name) => {
        const file = keptIn(folder()).find((each) => each.name === name)
        if (file === undefined) throw refusal('kept-file-gone', {})
        return open(file.path)
      },
    }),
    list: () => [...held.values()].map(({ deck }) => deck),
    get: (deckId) => held.get(deckId)?.deck,
    open,
    openSent: async (transferId) => {
      const file = sent.get(transferId)
      if (file === undefined) throw refusal('sent-file-gone', {})
      sent.delete(transferId)
      return open(file.path, file.name, file.scratch)
    },
    close: async (deckId) => {
      const opened = held.get(deckId)
      held.delete(deckId)
      await opened?.close()
    },
    closeAll: async () => {
      const all = [...held.values()]
      held.clear()
      for (const opened of all) await opened.close()
      for (const { scratch } of sent.values()) scratch.remove()
      sent.clear()
    },
    receiver: {
      largestBytes,
      begin: async ({ transferId, fileName }) => {
        const scratch = createScratch()
        const path = scratch.path('sent')
        const file: WriteStream = createWriteStream(path, { mode: 0o600, flags: 'wx' })
        file.on('error', (error) => log.warn('a recording that is sent could not be written', { error: String(error) }))
        return {
          write: async (bytes) => {
            await new Promise<void>((resolve, reject) => {
              file.write(bytes, (error) => {
                if (error) reject(error)
                else resolve()
              })
            })
          },
          end: async () => {
            file.end()
            await once(file, 'close')
            keepSent(transferId, { path, name: basename(fileName), scratch })
            return `${fileName} arrived`
          },
          abort: async () => {
            file.destroy()
            rmSync(path, { force: true })
            scratch.remove()
          },
        }
      },
    },
  }
  return decks
}

import { contract, type TripscopeContract } from '../../../shared/api/contract.ts'
import { recordingPurpose, type Shown } from '../../../shared/api/deck-contract.ts'
import { Refusal, type Handlers } from '../../../shared/api/define.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { Archive } from '../archive-port.ts'
import type { Clock, NewId, Stop } from '../ports.ts'
import type { FileReceiver } from '../transfer/file-receiver.ts'
import { createTransferPart } from '../transfer/transfer-part.ts'
import { waveFilePurpose } from '../../../shared/api/wave-files-contract.ts'
import { createCompare } from './compare.ts'
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
  /** The recording a new screen begins with; null: the site. */
  readonly first: () => string | null
  /** The screen, or its host, chose what is shown. */
  readonly onChosen?: (deckId: string | null) => void
  readonly clock: Clock
  readonly newId: NewId
  readonly archive: Pick<Archive, 'hash'>
}

/** What is said of the site beside a recording is told anew this often, ms. */
const lookEveryMs = 1000

const nothingShown = 'No site is open here, and no recording is shown: open a recording or a site.'
const closed = 'This recording was closed: open it again, or go back to the live site.'

export interface ScreenHandlers {
  readonly handlers: Handlers<TripscopeContract>
  /** The host chooses for the screen, as from a menu. Throws a Refusal where there is nothing to show. */
  readonly choose: (deckId: string | null) => void
}

type AnyHandler = (...input: readonly unknown[]) => unknown
const caller = { role: 'viewer', name: 'Tripscope' } as const

/** Activity of the site while recordings are shown, from its own stream. */
const createLiveWatch = (live: () => LiveSite | null) => {
  let watched: LiveSite | null = null
  let latest: Live | null = null
  let stop: Stop = () => undefined
  return {
    said: (): Shown['live'] => {
      const site = live()
      if (site === null) return null
      if (watched?.handlers !== site.handlers) {
        stop()
        watched = site
        latest = null
        stop = site.handlers.live(
          {},
          (value) => {
            latest = value
          },
          caller,
        )
      }
      return {
        name: site.name,
        isArmed: latest?.control.mode === 'armed',
        activeFindings: latest?.findings.filter(({ state }) => state === 'active').length ?? 0,
      }
    },
    stop: () => stop(),
  }
}

/**
 * The handlers of one screen: it is answered by the site or by a recording, as it chose, and other screens are not touched by that.
 * Subscriptions stay with whom they were begun; the screen begins them anew when it has chosen.
 */
export const createScreenHandlers = (ports: ScreenPorts): ScreenHandlers => {
  const { live, decks, first, clock } = ports
  let shownId = first()
  const receiver: FileReceiver = {
    ...decks.receiver,
    begin: async (file) => {
      const sink = await decks.receiver.begin(file)
      return {
        ...sink,
        end: async (whole) => {
          await sink.end(whole)
          const { deckId, name } = await decks.openSent(file.transferId)
          choose(deckId)
          return `${name} is open`
        },
      }
    },
  }
  const transfers = createTransferPart({ ...ports, receivers: new Map([[recordingPurpose, receiver]]) })
  /** Tickets and files on their way that are the site's although a recording is shown. */
  const beside = new Set<string>()
  /** Files that come in here and not at the site. */
  const sending = new Set<string>()
  const chosen = new Set<() => void>()

  const deck = (): Deck => {
    const found = shownId === null ? undefined : decks.get(shownId)
    if (found === undefined) throw new Refusal(shownId === null ? nothingShown : closed)
    return found
  }
  /** Files and sites of this computer are not the recording's: they stay with the site that is open, where one is. */
  const isBeside = (name: string, input: readonly unknown[]): boolean => {
    const [{ ticket, transferId, purpose } = {}] = input as readonly {
      readonly ticket?: string
      readonly transferId?: string
      readonly purpose?: string
    }[]
    if (name.startsWith('waveFiles.') || name === 'sites.list') return true
    if (name === 'transfer.receive' && purpose === waveFilePurpose) {
      beside.add(transferId ?? '')
      return true
    }
    return beside.has(ticket ?? transferId ?? '')
  }
  const current = (name: string, input: readonly unknown[]): Handlers<TripscopeContract> => {
    const site = live()
    if (shownId !== null) return site !== null && isBeside(name, input) ? site.handlers : deck().handlers
    if (site === null) throw new Refusal(nothingShown)
    return site.handlers
  }
  // Each entry is handed on with whatever its kind is given.
  const handedOn = Object.fromEntries(
    Object.keys(contract).map((name) => [
      name,
      (...input: readonly unknown[]) => {
        const handler = current(name, input)[name as keyof TripscopeContract] as unknown as AnyHandler
        const answer = handler(...input)
        if (name === 'waveFiles.export' && answer instanceof Promise)
          void answer.then(
            ({ ticket }: { readonly ticket: string }) => beside.add(ticket),
            () => undefined,
          )
        return answer
      },
    ]),
  ) as unknown as Handlers<TripscopeContract>

  const choose = (deckId: string | null): void => {
    if (deckId !== null && decks.get(deckId) === undefined) throw new Refusal(closed)
    if (deckId === null && live() === null) throw new Refusal('No site is open here to go back to.')
    shownId = deckId
    ports.onChosen?.(deckId)
    for (const follow of [...chosen]) follow()
  }

  const handlers: Handlers<TripscopeContract> = {
    ...handedOn,
    ...createCompare({ live, get: decks.get, nowMs: clock.nowMs }),
    shown: (_input, push) => {
      const watch = createLiveWatch(live)
      let unlisten: Stop = () => undefined
      const tell = (): void => {
        const found = shownId === null ? undefined : decks.get(shownId)
        push({ tape: found?.state() ?? null, live: watch.said() })
      }
      let stopTimer: Stop = () => undefined
      const look = (): void => {
        stopTimer = clock.after(lookEveryMs, look)
        if (shownId !== null) tell()
      }
      const follow = (): void => {
        unlisten()
        unlisten = (shownId === null ? undefined : decks.get(shownId))?.listen(tell) ?? (() => undefined)
        tell()
      }
      chosen.add(follow)
      follow()
      look()
      return () => {
        chosen.delete(follow)
        stopTimer()
        unlisten()
        watch.stop()
      }
    },
    'deck.list': () =>
      decks.list().map(({ deckId, name, site, state }) => {
        const { fromMs, toMs } = state().place
        return { deckId, name, site: site.name, fromMs, toMs }
      }),
    'deck.kept': () => decks.kept().map(({ name, bytes, atMs }) => ({ name, bytes, atMs })),
    'deck.openKept': async ({ name }) => {
      const { deckId } = await decks.openKept(name)
      choose(deckId)
      return { deckId }
    },
    'deck.show': ({ deckId }) => {
      choose(deckId)
      return {}
    },
    'deck.act': ({ act }) => deck().act(act),
    'deck.moments': () => deck().moments(),
    'deck.close': async ({ deckId }) => {
      if (shownId === deckId) shownId = null
      await decks.close(deckId)
      for (const follow of [...chosen]) follow()
      return {}
    },
    'transfer.receive': (input, who) => {
      if (input.purpose !== recordingPurpose) return handedOn['transfer.receive'](input, who)
      sending.add(input.transferId)
      return transfers.handlers['transfer.receive'](input, who)
    },
    'transfer.send': (input, who) =>
      sending.has(input.transferId)
        ? transfers.handlers['transfer.send'](input, who)
        : handedOn['transfer.send'](input, who),
  }
  return { handlers, choose }
}

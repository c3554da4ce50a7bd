import type { TripscopeContract } from '../../../shared/api/contract.ts'
import { recordingPurpose } from '../../../shared/api/deck-contract.ts'
import type { Handlers } from '../../../shared/api/define.ts'
import type { FileReceiver } from '../transfer/file-receiver.ts'
import { createTransferPart } from '../transfer/transfer-part.ts'
import { createCompare } from './compare.ts'
import { handOn } from './handed-on.ts'
import { createScreenChoice, type ScreenChoice } from './screen-choice.ts'
import type { Decks, ScreenPorts } from './screen-ports.ts'
import { watchShown } from './shown.ts'

export interface ScreenHandlers {
  readonly handlers: Handlers<TripscopeContract>
  /** The host chooses for the screen, as from a menu. Throws a Refusal where there is nothing to show. */
  readonly choose: (deckId: string | null) => void
}

/** A recording that a screen has sent is open and shown when the last byte is there. */
const receiverOf = ({ receiver, openSent }: Decks, choose: ScreenChoice['choose']): FileReceiver => ({
  ...receiver,
  begin: async (file) => {
    const sink = await receiver.begin(file)
    return {
      ...sink,
      end: async (whole) => {
        await sink.end(whole)
        const { deckId, name } = await openSent(file.transferId)
        choose(deckId)
        return `${name} is open`
      },
    }
  },
})

type Transfer = Pick<Handlers<TripscopeContract>, 'transfer.receive' | 'transfer.send'>
/** Recordings come in here; other files where the shown site takes them. */
const transferOf = (own: Transfer, handedOn: Transfer): Transfer => {
  const sending = new Set<string>()
  return {
    'transfer.receive': (input, who) => {
      if (input.purpose !== recordingPurpose) return handedOn['transfer.receive'](input, who)
      sending.add(input.transferId)
      return own['transfer.receive'](input, who)
    },
    'transfer.send': (input, who) => (sending.has(input.transferId) ? own : handedOn)['transfer.send'](input, who),
  }
}

/**
 * The handlers of one screen: it is answered by the site or by a recording, as it chose, and other screens are not touched by that.
 * Subscriptions stay with whom they were begun; the screen begins them anew when it has chosen.
 */
export const createScreenHandlers = (ports: ScreenPorts): ScreenHandlers => {
  const { live, decks, clock } = ports
  const choice = createScreenChoice(ports)
  const { choose, close, deck } = choice
  const receivers = new Map([[recordingPurpose, receiverOf(decks, choose)]])
  const transfers = createTransferPart({ ...ports, receivers })
  const handedOn = handOn(choice, live)
  const handlers: Handlers<TripscopeContract> = {
    ...handedOn,
    ...ports.sites,
    ...createCompare({ live, get: decks.get, nowMs: clock.nowMs }),
    ...transferOf(transfers.handlers, handedOn),
    shown: (_input, push) => watchShown(choice, live, clock, push),
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
    'deck.act': ({ act }) => deck.get().act(act),
    'deck.moments': () => deck.get().moments(),
    'deck.close': async ({ deckId }) => {
      await close(deckId)
      return {}
    },
  }
  return { handlers, choose }
}

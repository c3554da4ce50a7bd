import type { compareContract } from '../../../shared/api/compare-contract.ts'
import type { deckContract } from '../../../shared/api/deck-contract.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { Part } from '../part.ts'

const refuse = (): never => {
  throw refusal('decks-elsewhere', {})
}

/** A site by itself shows no recordings; a host lays its own handlers over these (screen-handlers.ts). */
export const createNoDeckPart = (): Part<typeof deckContract & typeof compareContract> => ({
  name: 'the recordings',
  handlers: {
    shown: (_input, push) => {
      push({ tape: null, live: null })
      return () => undefined
    },
    'deck.list': () => [],
    'deck.kept': () => [],
    'deck.openKept': refuse,
    'deck.show': refuse,
    'deck.act': refuse,
    'deck.moments': () => [],
    'deck.close': refuse,
    'compare.read': refuse,
    'compare.history': refuse,
  },
})

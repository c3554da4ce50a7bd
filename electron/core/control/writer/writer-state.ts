import type { ChargerProblem } from '../../../../shared/said/charger-events.ts'
import type { ChargerAbilities } from '../../../../shared/charger/abilities.ts'
import type { Write } from '../../../../shared/model/decision.ts'
import type { ChargerOutcome } from '../../chargers/charger-link.ts'
import { noDrift, type Drift } from './drift.ts'

export interface Offer {
  readonly limitA: number
  readonly reason: Exclude<Write['reason'], 'heartbeat'>
  readonly decisionId: string | null
  /** Nothing but a person's wish asks for it: it may wait for the spacing of writes. */
  readonly mayWait?: boolean
}

/** The charger does not do what it is told, twice in a row or more. */
export interface Trouble {
  readonly why: string
  /** Limit it says it holds, A; null when it does not say. */
  readonly holdsA: number | null
  /** Another system writes limits to it: the highest it was seen to hold by that, A, whatever it holds at this moment; else null. */
  readonly rivalA: number | null
}

/** What the writer needs to know of the charger it writes to. */
export type WritableAbilities = Pick<ChargerAbilities, 'limit' | 'canReadBack' | 'watchdog'>

/** Everything a writer remembers, as plain data that can be stored and taken up again. Times are monotonic, ms; null: never yet. */
export interface WriterState {
  readonly chargerId: string
  readonly latest: Write | null
  readonly stage: 'idle' | 'sending' | 'settling'
  /** Behind the write in flight; `atMs` null: it waits however long that takes. */
  readonly waiting: { readonly offer: Offer; readonly atMs: number | null } | null
  /** The last word is being said, or was: offers are ignored until the writer is reopened. */
  readonly isClosed: boolean
  /** The last word on its way, tried until then; `behindId` is the write before it. */
  readonly farewell: { readonly offer: Offer; readonly untilMs: number; readonly behindId: string | null } | null
  /** Counts reopenings: a retry of a farewell then belongs to a session that is over. */
  readonly session: number
  readonly failures: number
  readonly failedAtMs: number | null
  readonly trouble: Trouble | null
  readonly drift: Drift
  readonly settledMs: number | null
  /** Stamp of the last regular read, and when it was handed over. */
  readonly observedAtMs: number | null
  readonly observedMs: number | null
  /** When it last showed its limit. */
  readonly heardAtMs: number | null
  readonly sentMs: number | null
  readonly writtenAtMs: number | null
  readonly fedAtMs: number | null
  readonly isFeeding: boolean
  /** Writes of the same limit in a row. */
  readonly repeats: number
  /** Of a charger that can't be read back: the higher limit it may still hold, until then (null: until it was written). */
  readonly before: { readonly limitA: number; readonly untilMs: number | null } | null
  readonly isAcknowledged: boolean
}

export const newWriter = (chargerId: string): WriterState => ({
  chargerId,
  latest: null,
  stage: 'idle',
  waiting: null,
  isClosed: false,
  farewell: null,
  session: 0,
  failures: 0,
  failedAtMs: null,
  trouble: null,
  drift: noDrift,
  settledMs: null,
  observedAtMs: null,
  observedMs: null,
  heardAtMs: null,
  sentMs: null,
  writtenAtMs: null,
  fedAtMs: null,
  isFeeding: false,
  repeats: 0,
  before: null,
  isAcknowledged: false,
})

/** When an event is taken: monotonic and by the clock of stamps, ms. `freeId` is the id of the write it may begin. */
export interface Moment {
  readonly nowMs: number
  readonly atMs: number
  readonly freeId: string
}

export type WriterEvent =
  /** `isQuiet`: the watchdog is to fire, so whatever feeds one of its kind is left out. */
  | { readonly kind: 'offer'; readonly offer: Offer; readonly isQuiet: boolean }
  /** What it was read to hold by regular polling, and when (by the clock of stamps). */
  | { readonly kind: 'observed'; readonly limitA: number; readonly atMs: number }
  | { readonly kind: 'sent'; readonly writeId: string; readonly outcome: ChargerOutcome<unknown> }
  | {
      readonly kind: 'read-back'
      readonly writeId: string
      readonly outcome: ChargerOutcome<{ readonly limitA: number }>
    }
  | { readonly kind: 'read-back-due'; readonly writeId: string }
  | { readonly kind: 'fed'; readonly outcome: ChargerOutcome<unknown> }
  | { readonly kind: 'farewell'; readonly offer: Offer; readonly untilMs: number }
  | { readonly kind: 'farewell-due'; readonly session: number }
  | { readonly kind: 'reopen' }

/** What is to be done after a step, in this order. */
export type WriterEffect =
  | { readonly kind: 'write'; readonly write: Write }
  | { readonly kind: 'read-back'; readonly writeId: string }
  | { readonly kind: 'read-back-later'; readonly writeId: string; readonly afterMs: number }
  | { readonly kind: 'feed' }
  | { readonly kind: 'farewell-later'; readonly session: number; readonly afterMs: number }
  /** A state a write went through. */
  | { readonly kind: 'tell'; readonly write: Write }
  | { readonly kind: 'problem'; readonly problem: ChargerProblem }
  /** Trouble began or ended without a write. */
  | { readonly kind: 'trouble-news' }
  /** It holds less than was written although its time to take it is over: a limit of its own, A. */
  | { readonly kind: 'holds-less'; readonly heldA: number; readonly wantedA: number }

export interface WriterStep {
  readonly state: WriterState
  readonly effects: readonly WriterEffect[]
}

export const troubleOf = ({ drift: { contest }, trouble }: WriterState): Trouble | null =>
  contest === null ? trouble : { why: contest.why, holdsA: contest.highestA, rivalA: contest.highestA }

/** The higher limit a charger that can't be read back may still hold, A. */
export const unconfirmedOf = ({ before }: WriterState, nowMs: number): number | null =>
  before !== null && (before.untilMs === null || nowMs < before.untilMs) ? before.limitA : null

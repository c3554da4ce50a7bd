import type { MessageId, Payload } from '../../../../shared/ocpp/frame.ts'

export type CallOutcome =
  | { readonly ok: true; readonly payload: Payload; readonly tookMs: number }
  /** `code` of a CALLERROR; null where no answer came. */
  | { readonly ok: false; readonly why: string; readonly code: string | null }

export interface PlannedCall {
  readonly ticket: number
  readonly action: string
  readonly payload: Payload
  /** A limit goes before all questions. */
  readonly isUrgent: boolean
  readonly deadlineMs: number
}

/** One request on its way at most (OCPP-J 1.6, 4.1.1); the others wait in order, limits before questions. Plain data, times monotonic. */
export interface CallBook {
  readonly waiting: readonly PlannedCall[]
  readonly pending: (PlannedCall & { readonly id: string; readonly sentMs: number }) | null
  readonly lastId: number
}

export type CallEvent =
  | { readonly kind: 'planned'; readonly call: PlannedCall }
  | { readonly kind: 'answered'; readonly id: MessageId; readonly payload: Payload }
  | { readonly kind: 'refused'; readonly id: MessageId; readonly code: string; readonly text: string }
  /** An answer that is cut or no JSON. */
  | { readonly kind: 'spoilt'; readonly id: MessageId; readonly why: string }
  | { readonly kind: 'tick' }
  | { readonly kind: 'closed'; readonly why: string }

export type CallEffect =
  | { readonly kind: 'send'; readonly id: string; readonly action: string; readonly payload: Payload }
  | { readonly kind: 'settle'; readonly ticket: number; readonly action: string; readonly outcome: CallOutcome }
  /** An answer to no question: it came too late, or twice. */
  | { readonly kind: 'stray'; readonly id: MessageId }

export interface CallStep {
  readonly book: CallBook
  readonly effects: readonly CallEffect[]
}

export const newCallBook: CallBook = { waiting: [], pending: null, lastId: 0 }
/** More questions than this wait for nobody: the charger does not keep up. */
const mostWaiting = 32

const failure = (call: PlannedCall, why: string, code: string | null = null): CallEffect => ({
  kind: 'settle',
  ticket: call.ticket,
  action: call.action,
  outcome: { ok: false, why, code },
})

const sendNext = (book: CallBook, nowMs: number, effects: readonly CallEffect[]): CallStep => {
  const next = book.waiting.find(({ isUrgent }) => isUrgent) ?? book.waiting[0]
  if (book.pending !== null || next === undefined) return { book, effects }
  const lastId = book.lastId + 1
  const id = `t${lastId}`
  return {
    book: {
      lastId,
      waiting: book.waiting.filter((call) => call !== next),
      pending: { ...next, id, sentMs: nowMs },
    },
    effects: [...effects, { kind: 'send', id, action: next.action, payload: next.payload }],
  }
}

const plan = (book: CallBook, call: PlannedCall, nowMs: number): CallStep =>
  book.waiting.length >= mostWaiting && !call.isUrgent
    ? { book, effects: [failure(call, `${mostWaiting} requests wait for this charger already: it does not keep up`)] }
    : sendNext({ ...book, waiting: [...book.waiting, call] }, nowMs, [])

const settle = (book: CallBook, id: MessageId, nowMs: number, outcomeOf: (sentMs: number) => CallOutcome): CallStep => {
  const { pending } = book
  if (pending === null || pending.id !== String(id)) return { book, effects: [{ kind: 'stray', id }] }
  const { ticket, action, sentMs } = pending
  return sendNext({ ...book, pending: null }, nowMs, [{ kind: 'settle', ticket, action, outcome: outcomeOf(sentMs) }])
}

const expire = (book: CallBook, nowMs: number): CallStep => {
  const { pending } = book
  if (pending === null || nowMs - pending.sentMs < pending.deadlineMs) return { book, effects: [] }
  const why = `no answer to ${pending.action} within ${Math.round(pending.deadlineMs / 1000)} s`
  return sendNext({ ...book, pending: null }, nowMs, [failure(pending, why)])
}

/** Pure. */
export const stepCallBook = (book: CallBook, event: CallEvent, nowMs: number): CallStep => {
  switch (event.kind) {
    case 'planned':
      return plan(book, event.call, nowMs)
    case 'answered':
      return settle(book, event.id, nowMs, (sentMs) => ({ ok: true, payload: event.payload, tookMs: nowMs - sentMs }))
    case 'refused':
      return settle(book, event.id, nowMs, () => ({
        ok: false,
        why: `it refuses by ${event.code === '' ? 'an error without a code' : event.code}${event.text === '' ? '' : ` ("${event.text.slice(0, 120)}")`}`,
        code: event.code,
      }))
    case 'spoilt':
      return settle(book, event.id, nowMs, () => ({
        ok: false,
        why: `its answer cannot be read: ${event.why}`,
        code: null,
      }))
    case 'tick':
      return expire(book, nowMs)
    case 'closed': {
      const open = [...(book.pending === null ? [] : [book.pending]), ...book.waiting]
      return { book: { ...book, pending: null, waiting: [] }, effects: open.map((call) => failure(call, event.why)) }
    }
  }
}

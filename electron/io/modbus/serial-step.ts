import type { ExchangeFault } from '../../core/lines/field-line.ts'
import type { ModbusRequest } from '../../core/lines/modbus-line.ts'
import { stepPending, type Candidate, type Heard } from './pending-reply.ts'
import type { Stranger } from './reply-memory.ts'
import type { ReplyShape } from './reply-shape.ts'
import type { Came, Taken } from './serial-flight.ts'
import {
  isUnbelieved,
  judgeException,
  judgeHeld,
  mustHold,
  type ExceptionCame,
  type HeldReply,
} from './serial-judge.ts'
import { exceptionOfOthers, heldFault, twoReplies, unexpectedFrame } from './serial-verdicts.ts'

/** Where one reply comes that was kept back others follow: the line must be silent for this long before it is asked again (assumption). */
export const burstGuardMs = 50

/** How a request ends. `answered`: the device's own reply is here; `spoilt`: it may be, but nothing tells; `unanswered`: it may still come. */
export type HowEnded = 'answered' | 'spoilt' | 'unanswered'

/** What is wanted of the line whether or not a request is under way. */
export type LineEffect =
  /** The line must be silent for this long before the next request, at least. */
  | { readonly kind: 'guard'; readonly ms: number }
  | { readonly kind: 'late'; readonly unit: number; readonly afterMs?: number }
  | { readonly kind: 'stray'; readonly bytes: number; readonly why?: 'duplicate' }

/** What a step wants done, in this order; serial-effects.ts does it. */
export type SerialEffect =
  | LineEffect
  /** The frame is the reply. `taken`: when it came, where that was measured before it was held. */
  | { readonly kind: 'accept'; readonly frame: Uint8Array; readonly taken?: Taken }
  | { readonly kind: 'exception'; readonly code: number; readonly how: HowEnded }
  | { readonly kind: 'fail'; readonly fault: ExchangeFault; readonly how: HowEnded }
  /** Listen on before it is believed. */
  | { readonly kind: 'hold'; readonly reply: Candidate }
  /** A copy of what was heard before. */
  | { readonly kind: 'pass-over'; readonly copy: Uint8Array }
  /** Came where it was waited for and is not believed: a copy of it may come as well. */
  | { readonly kind: 'disbelieve'; readonly frame: Uint8Array }
  | { readonly kind: 'saw-two' }
  | { readonly kind: 'answered-one-of' }
  | { readonly kind: 'note-later'; readonly turnaroundMs: number }

/** What came for a request under way, with what the line knows of it. */
export type SerialEvent =
  | {
      readonly kind: 'reply'
      readonly frame: Uint8Array
      readonly heard: Heard
      /** An older request is known whose reply would look the same, or the line is in trouble. */
      readonly isDoubted: boolean
      readonly isFollowed: boolean
      readonly mayBeCopy: boolean
    }
  | { readonly kind: 'exception'; readonly code: number; readonly known: ExceptionCame }
  /** A held reply was listened after for long enough. `moreCame`: bytes that make no frame. */
  | {
      readonly kind: 'listened'
      readonly frame: Uint8Array
      readonly known: HeldReply
      readonly moreCame: boolean
      readonly taken: Taken
    }
  /** A whole frame that is not the one waited for. */
  | { readonly kind: 'other'; readonly frame: Uint8Array; readonly stranger: Stranger }

export interface Asked {
  readonly request: ModbusRequest
  readonly shape: ReplyShape
}
export interface SerialStep {
  readonly came: Came
  readonly effects: readonly SerialEffect[]
}

type EventOf<K extends SerialEvent['kind']> = Extract<SerialEvent, { readonly kind: K }>

/**
 * Of two replies one was another's. The one that is known from other registers is that one: asked again, it must not be taken for what was
 * only not believed the first time.
 */
const disbelieved = (two: readonly Pick<Candidate, 'frame' | 'heard'>[]): readonly SerialEffect[] =>
  two.flatMap(({ frame, heard }) => (heard === 'elsewhere' ? [] : [{ kind: 'disbelieve', frame } as const]))

const takeReply = (came: Came, event: EventOf<'reply'>, { request, shape }: Asked): SerialStep => {
  const { frame, heard, isDoubted } = event
  const { pending } = came
  const step = stepPending(pending, { frame, heard, mustHold: mustHold(event) }, isDoubted)
  switch (step.kind) {
    case 'accept':
      return { came, effects: [{ kind: 'accept', frame }] }
    case 'hold':
      return {
        came: { ...came, pending: { state: 'held', reply: step.reply } },
        effects: [{ kind: 'hold', reply: step.reply }],
      }
    case 'go-on':
      return { came, effects: [{ kind: 'pass-over', copy: step.copy }] }
    case 'replace':
      return {
        came,
        effects: [
          { kind: 'pass-over', copy: step.copy },
          { kind: 'accept', frame },
        ],
      }
    case 'two':
      return {
        came,
        effects: [
          { kind: 'saw-two' },
          { kind: 'guard', ms: burstGuardMs },
          { kind: 'late', unit: shape.unit },
          ...disbelieved([{ frame, heard }, ...(pending.state === 'held' ? [pending.reply] : [])]),
          { kind: 'answered-one-of' },
          { kind: 'fail', fault: twoReplies(request), how: 'spoilt' },
        ],
      }
  }
}

const takeException = (event: EventOf<'exception'>, request: ModbusRequest): SerialEffect => {
  const verdict = judgeException(event.known)
  return verdict.kind === 'refuse'
    ? { kind: 'fail', fault: exceptionOfOthers(request), how: 'unanswered' }
    : { kind: 'exception', code: event.code, how: verdict.isOpen ? 'unanswered' : 'answered' }
}

const endHold = (event: EventOf<'listened'>, request: ModbusRequest): SerialEffect[] => {
  const { frame, known, taken } = event
  const effects: SerialEffect[] = isUnbelieved(known) ? [{ kind: 'disbelieve', frame }] : []
  const verdict = judgeHeld(known, event.moreCame)
  if (verdict.kind === 'accept') return [...effects, { kind: 'accept', frame, taken }]
  if (verdict.kind === 'sooner') effects.push({ kind: 'saw-two' })
  if (verdict.kind === 'later') effects.push({ kind: 'note-later', turnaroundMs: taken.turnaroundMs })
  if (verdict.kind === 'later' || verdict.kind === 'among-older') effects.push({ kind: 'answered-one-of' })
  const how = verdict.isSpoilt ? 'spoilt' : 'unanswered'
  return [...effects, { kind: 'fail', fault: heldFault[verdict.kind](request), how }]
}

/** What a frame that nobody waits for says of the line, whether or not a request is under way. */
export const strangerEffects = (frame: Uint8Array, stranger: Stranger): LineEffect[] => {
  const guard: LineEffect[] = stranger.kind === 'copy' ? [] : [{ kind: 'guard', ms: burstGuardMs }]
  switch (stranger.kind) {
    case 'late':
      return [...guard, { kind: 'late', unit: frame[0] ?? 0, afterMs: stranger.afterMs }]
    case 'copy':
      return [{ kind: 'stray', bytes: frame.length, why: 'duplicate' }]
    case 'unknown':
      return [...guard, { kind: 'stray', bytes: frame.length }]
  }
}

const passStranger = (before: Came, { frame, stranger }: EventOf<'other'>, { request, shape }: Asked): SerialStep => {
  const effects = strangerEffects(frame, stranger)
  // Whatever waits for its reply goes on waiting: this was none.
  const came = { ...before, firstByteAtMs: null, metOlder: before.metOlder || stranger.kind !== 'copy' }
  if (stranger.kind !== 'unknown' || came.pending.state === 'held') return { came, effects }
  const unit = frame[0] ?? 0
  if (unit !== shape.unit) return { came: { ...came, wrongUnit: unit }, effects }
  return {
    came,
    effects: [...effects, { kind: 'fail', fault: unexpectedFrame(request, shape, frame), how: 'unanswered' }],
  }
}

/** One thing that came while a request is under way on a serial line: what is known of the request afterwards, and what is to be done. */
export const stepSerial = (came: Came, event: SerialEvent, asked: Asked): SerialStep => {
  switch (event.kind) {
    case 'reply':
      return takeReply(came, event, asked)
    case 'exception':
      return { came, effects: [takeException(event, asked.request)] }
    case 'listened':
      return { came, effects: endHold(event, asked.request) }
    case 'other':
      return passStranger(came, event, asked)
  }
}

import type { ExchangeOutcome, ModbusRequest } from '../../core/ports.ts'
import type { ClientResult } from './client-port.ts'
import { describeRequest, exceptionFault, faultOf } from './fault.ts'
import type { Pending } from './pending-reply.ts'
import { placeOf } from './reply-memory.ts'
import { replyShape, type ReplyShape } from './reply-shape.ts'
import type { ExchangeWish } from './wire.ts'

/** One request under way on a serial line, and what came for it so far. */
export interface Flight {
  readonly request: ModbusRequest
  readonly wish: ExchangeWish
  readonly shape: ReplyShape
  readonly place: string
  sentAtMs: number
  firstByteAtMs: number | null
  wrongUnit: number | null
  /** The reply of an older request came meanwhile: the line is giving what it kept back. */
  metOlder: boolean
  pending: Pending
  settle: (outcome: ExchangeOutcome) => void
  stopTimers: () => void
}

export const newFlight = (
  request: ModbusRequest,
  wish: ExchangeWish,
  settle: (outcome: ExchangeOutcome) => void,
): Flight => ({
  request,
  wish,
  shape: replyShape(request),
  place: placeOf(request),
  sentAtMs: 0,
  firstByteAtMs: null,
  wrongUnit: null,
  metOlder: false,
  pending: { state: 'waiting' },
  settle,
  stopTimers: () => undefined,
})

export const notParsed = (): ClientResult => ({ kind: 'error', message: 'the reply could not be taken apart' })

/** When a reply came, from the last byte of its request: its first byte, and its last less the time the bytes take on the wire. */
export interface Taken {
  readonly turnaroundMs: number
  readonly completeMs: number
}

export const outcomeOf = (
  request: ModbusRequest,
  result: ClientResult,
  atMs: number,
  taken: Taken,
): ExchangeOutcome => {
  if (result.kind === 'words') return { ok: true, words: result.words, atMs, ...taken }
  const fault =
    result.kind === 'exception'
      ? exceptionFault(request, result.code)
      : faultOf('malformed', `${describeRequest(request)}: ${result.message}`)
  return { ok: false, fault, atMs }
}

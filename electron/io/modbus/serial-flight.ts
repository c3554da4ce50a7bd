import type { ExchangeOutcome, ModbusRequest } from '../../core/lines/modbus-line.ts'
import type { ClientResult } from './client-port.ts'
import { describeRequest, exceptionFault, faultOf } from './fault.ts'
import type { Pending } from './pending-reply.ts'
import { placeOf } from './reply-memory.ts'
import { replyShape, type ReplyShape } from './reply-shape.ts'
import type { ExchangeWish } from './wire.ts'

/** What came so far for the request under way; plain data, made anew by each step (serial-step.ts). */
export interface Came {
  readonly firstByteAtMs: number | null
  /** Another unit's frame came instead. */
  readonly wrongUnit: number | null
  /** The reply of an older request came meanwhile: the line is giving what it kept back. */
  readonly metOlder: boolean
  readonly pending: Pending
}
export const nothingCame: Came = {
  firstByteAtMs: null,
  wrongUnit: null,
  metOlder: false,
  pending: { state: 'waiting' },
}

/** One request under way on a serial line. */
export interface Flight {
  readonly request: ModbusRequest
  readonly wish: ExchangeWish
  readonly shape: ReplyShape
  readonly place: string
  sentAtMs: number
  came: Came
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
  came: nothingCame,
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

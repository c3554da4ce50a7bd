import type { ExchangeFault } from '../../core/lines/field-line.ts'
import type { ModbusRequest } from '../../core/lines/modbus-line.ts'
import { describeRequest, faultOf, timeoutFault } from './fault.ts'
import type { SerialFraming } from './frame-receiver.ts'
import type { ReplyShape } from './reply-shape.ts'

/** What a request came to on a serial line, in words; each says what, where and what to check. */

export interface Unanswered {
  readonly request: ModbusRequest
  readonly shape: ReplyShape
  readonly deadlineMs: number
  /** Another unit's frame came instead. */
  readonly wrongUnit: number | null
}

/** What the bytes are that lie there when nothing more will come. */
export const verdictOfRest = (framing: SerialFraming, rest: Uint8Array, asked: Unanswered): ExchangeFault => {
  const { request, shape, deadlineMs, wrongUnit } = asked
  const name = describeRequest(request)
  const what = framing.judge(rest, shape)
  if (what === 'check-sum')
    return faultOf(
      'crc',
      `${name}: the reply's check sum is wrong; check shielding, bus ends, and that only one master and one device of this number are on the bus`,
    )
  if (what === 'cut')
    return {
      ...faultOf(
        'malformed',
        `${name}: the reply stopped after ${String(rest.length)} of ${String(framing.wireLength(shape.length))} bytes; check wiring and the gateway's settings`,
      ),
      isCut: true,
    }
  if (wrongUnit !== null)
    return faultOf(
      'wrong-unit',
      `${name}: unit ${String(wrongUnit)} answered instead; check that unit numbers are unique and that no second master is on the bus`,
    )
  if (what === 'noise')
    return faultOf(
      'malformed',
      `${name}: ${String(rest.length)} bytes came that are no Modbus frame; ${framing.noiseRemedy}`,
    )
  return timeoutFault(request, deadlineMs, true)
}

/** A frame of the right unit that no request of this line explains. */
export const unexpectedFrame = (request: ModbusRequest, shape: ReplyShape, frame: Uint8Array): ExchangeFault => {
  const name = describeRequest(request)
  return faultOf(
    'malformed',
    ((frame[1] ?? 0) & 0x7f) !== shape.functionCode
      ? `${name}: the reply is for function ${String(frame[1])}, asked was ${String(shape.functionCode)}`
      : `${name}: the reply has ${String(frame.length)} bytes, expected were ${String(shape.length)}, or it confirms another register`,
  )
}

export const twoReplies = (request: ModbusRequest): ExchangeFault =>
  faultOf(
    'doubtful',
    `${describeRequest(request)}: two replies came, one of them another request's; both were thrown away; check the line for late replies and a second master`,
  )

const replyOfOthers = (request: ModbusRequest): ExchangeFault =>
  faultOf(
    'doubtful',
    `${describeRequest(request)}: the reply is to the last bit the one that came from other registers just before; it is asked for again`,
  )

const amongOlder = (request: ModbusRequest): ExchangeFault =>
  faultOf(
    'doubtful',
    `${describeRequest(request)}: replies of older requests came with it, and it could be one of them; it is asked for again`,
  )

export const exceptionOfOthers = (request: ModbusRequest): ExchangeFault =>
  faultOf(
    'doubtful',
    `${describeRequest(request)}: an exception came that may belong to a longer read before; it is asked for again`,
  )

const unusualTime = (request: ModbusRequest): ExchangeFault =>
  faultOf(
    'doubtful',
    `${describeRequest(request)}: a reply came at an unusual time while another request's may still be on its way; it is not believed`,
  )

/** What is said of a held reply that is not believed, by what it came to (serial-judge.ts). */
export const heldFault = {
  two: twoReplies,
  others: replyOfOthers,
  'among-older': amongOlder,
  sooner: unusualTime,
  later: unusualTime,
} as const

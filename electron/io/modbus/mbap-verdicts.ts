import type { ExchangeFault } from '../../core/lines/field-line.ts'
import type { ModbusRequest } from '../../core/lines/modbus-line.ts'
import { describeRequest, exceptionFault, faultOf, timeoutFault } from './fault.ts'
import { startsWith, type ReplyShape } from './reply-shape.ts'

/** What a request came to over Modbus TCP, in words; each says what, where and what to check. Bodies are unit and PDU. */

export interface Asked {
  readonly request: ModbusRequest
  readonly shape: ReplyShape
}

const fits = ({ length, head }: ReplyShape, body: Uint8Array): boolean =>
  body.length === length - 2 && startsWith(body, head)

/** Whether this would be the reply but for the number of its transaction. */
export const fitsButForNumber = ({ shape }: Asked, body: Uint8Array): boolean => fits(shape, body)

/** What is wrong with the reply of this transaction; null: it has the words asked for. */
export const faultOfReply = ({ request, shape }: Asked, body: Uint8Array): ExchangeFault | null => {
  const functionCode = body[1] ?? 0
  const name = describeRequest(request)
  if (body[0] !== shape.unit) {
    const remedy = 'check the unit number in the device or gateway'
    return faultOf('wrong-unit', `${name}: unit ${String(body[0])} answered instead; ${remedy}`)
  }
  if (functionCode === (shape.functionCode | 0x80)) return exceptionFault(request, body[2] ?? 0)
  if (functionCode !== shape.functionCode) {
    const came = `the reply is for function ${String(functionCode)}, asked was ${String(shape.functionCode)}`
    return faultOf('malformed', `${name}: ${came}`)
  }
  if (fits(shape, body)) return null
  const came = `the reply has ${String(body.length)} bytes, expected were ${String(shape.length - 2)}`
  return faultOf('malformed', `${name}: ${came}, or it confirms another register`)
}

const foreignNumberWords = (request: ModbusRequest, asked: number, came: number): string =>
  `${describeRequest(request)}: a reply came with transaction number ${String(came)}, asked was ${String(asked)}; the gateway ` +
  "answers with transaction numbers of its own, so that its replies can't be told apart and none is believed; let it pass on the " +
  'number of the request (Modbus Messaging on TCP/IP V1.0b, 4.2), update its firmware, or connect it as RTU over TCP if it offers that'

/** What is known at a deadline. */
export interface TimedOut extends Asked {
  readonly transaction: number
  readonly deadlineMs: number
  /** The number of a reply that fits but for it. */
  readonly foreignNumber: number | null
  /** Bytes of a frame that did not end; `isOthers`: they may be the beginning of another request's reply, which is then still on its way. */
  readonly pending: number
  readonly isOthers: boolean
}

/** `desync`: why the connection is opened anew; null where it goes on. */
export interface TimeOutVerdict {
  readonly fault: ExchangeFault
  readonly desync: string | null
}

export const verdictOfTimeOut = (known: TimedOut): TimeOutVerdict => {
  const { request, transaction, foreignNumber, pending } = known
  if (foreignNumber !== null)
    return { fault: faultOf('malformed', foreignNumberWords(request, transaction, foreignNumber)), desync: null }
  if (pending === 0 || known.isOthers) return { fault: timeoutFault(request, known.deadlineMs, false), desync: null }
  const desync = `${describeRequest(request)}: half a reply, ${String(pending)} bytes`
  const fault = faultOf('malformed', `${desync}; the connection is opened anew`)
  return { fault: { ...fault, isCut: true, isOutOfStep: true }, desync }
}

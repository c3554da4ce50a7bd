/**
 * Answers of a read-only Modbus server (MODBUS Application Protocol V1.1b3): registers by functions 3 and 4, everything else is refused.
 * Written here and not taken from the client's library, whose server throws on a request that is too short.
 */
import type { RegisterImage } from '../../../shared/feed/register-map.ts'

const illegalFunction = 1
const illegalAddress = 2
const illegalValue = 3
const deviceFailure = 4
/** Section 6.3. */
const mostRegisters = 125

const refusal = (functionCode: number, exception: number): Buffer => Buffer.from([functionCode | 0x80, exception])

/**
 * @param pdu function code and data, as they came
 * @param image null: there is nothing to tell yet
 */
export const answerPdu = (pdu: Buffer, image: RegisterImage | null): Buffer => {
  const functionCode = (pdu[0] ?? 0) & 0x7f
  if (functionCode !== 3 && functionCode !== 4) return refusal(functionCode, illegalFunction)
  if (pdu.length !== 5) return refusal(functionCode, illegalValue)
  const [from, count] = [pdu.readUInt16BE(1), pdu.readUInt16BE(3)]
  if (count < 1 || count > mostRegisters) return refusal(functionCode, illegalValue)
  if (image === null) return refusal(functionCode, deviceFailure)
  const reply = Buffer.alloc(2 + 2 * count)
  reply[0] = functionCode
  reply[1] = 2 * count
  for (let index = 0; index < count; index += 1) {
    const word = image.word(from + index)
    if (word === null) return refusal(functionCode, illegalAddress)
    reply.writeUInt16BE(word, 2 + 2 * index)
  }
  return reply
}

const headerLength = 7
/** Unit and PDU: a request is never longer (Modbus Messaging on TCP/IP V1.0b, 4.1). */
const longest = 254

export type Taken =
  /** `rest`: what is no whole request yet. */
  | { readonly ok: true; readonly replies: readonly Buffer[]; readonly rest: Buffer }
  /** Not Modbus: where the next request begins can't be known, so the connection is closed. */
  | { readonly ok: false }

/** Every whole request in what came, answered in order; requests for another unit are passed over in silence. */
export const takeRequests = (bytes: Buffer, unit: number, answer: (pdu: Buffer) => Buffer): Taken => {
  const replies: Buffer[] = []
  let rest = bytes
  while (rest.length >= headerLength) {
    const [protocol, length] = [rest.readUInt16BE(2), rest.readUInt16BE(4)]
    if (protocol !== 0 || length < 2 || length > longest) return { ok: false }
    if (rest.length < 6 + length) break
    const request = rest.subarray(0, 6 + length)
    rest = rest.subarray(6 + length)
    const asked = request[6] ?? 0
    // 0 and 255 mean "this device" on TCP (the same, 4.4.2).
    if (asked !== unit && asked !== 0 && asked !== 255) continue
    const pdu = answer(request.subarray(headerLength))
    const header = Buffer.from(request.subarray(0, headerLength))
    header.writeUInt16BE(1 + pdu.length, 4)
    replies.push(Buffer.concat([header, pdu]))
  }
  return { ok: true, replies, rest: Buffer.from(rest) }
}

import type { ModbusRequest } from '../../core/lines/modbus-line.ts'

/**
 * A request as unit and PDU (Modbus Application Protocol V1.1b3, 6.3, 6.4, 6.6, 6.12, 6.14). Modbus TCP needs neither check sum nor state, so
 * several of them may be under way; the RTU lines leave this to modbus-serial (client-port.ts).
 */
export const requestBody = (request: ModbusRequest): Uint8Array => {
  const { unit, functionCode, address } = request
  const high = address >>> 8
  const low = address & 0xff
  if (request.functionCode === 20) {
    const { file, count } = request
    return Uint8Array.of(unit, 20, 7, 6, file >>> 8, file & 0xff, high, low, count >>> 8, count & 0xff)
  }
  if ('count' in request) return Uint8Array.of(unit, functionCode, high, low, request.count >>> 8, request.count & 0xff)
  const { words } = request
  if (functionCode === 6) {
    const word = words[0] ?? 0
    return Uint8Array.of(unit, functionCode, high, low, (word >>> 8) & 0xff, word & 0xff)
  }
  const body = new Uint8Array(7 + 2 * words.length)
  body.set([unit, functionCode, high, low, words.length >>> 8, words.length & 0xff, words.length * 2])
  for (const [index, word] of words.entries()) {
    body[7 + 2 * index] = (word >>> 8) & 0xff
    body[8 + 2 * index] = word & 0xff
  }
  return body
}

/** The words of a read's reply, unit and PDU; its length and byte count must have been checked. Those of a file come behind a head of their own. */
export const replyWords = (body: Uint8Array): number[] => {
  const head = body[1] === 20 ? 5 : 3
  const words = new Array<number>((body.length - head) >> 1)
  for (let index = 0, at = head; index < words.length; index += 1, at += 2)
    words[index] = ((body[at] ?? 0) << 8) | (body[at + 1] ?? 0)
  return words
}

import { exceptions, type Device } from './device.ts'

const exceptionPdu = (functionCode: number, code: number) => Buffer.from([functionCode | 0x80, code])

const wordsFrom = (bytes: Buffer) =>
  Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(index * 2))

const readReply = (device: Device, functionCode: 3 | 4, pdu: Buffer): Buffer => {
  if (pdu.length !== 5) return exceptionPdu(functionCode, exceptions.illegalValue)
  const outcome = device.read(functionCode, pdu.readUInt16BE(1), pdu.readUInt16BE(3))
  if ('exception' in outcome) return exceptionPdu(functionCode, outcome.exception)
  const reply = Buffer.alloc(2 + outcome.words.length * 2)
  reply[0] = functionCode
  reply[1] = outcome.words.length * 2
  outcome.words.forEach((word, index) => reply.writeUInt16BE(word, 2 + index * 2))
  return reply
}

/** Read file record, one group of reference type 6 (Modbus Application Protocol V1.1b3, 6.14). */
const fileReply = (device: Device, pdu: Buffer): Buffer => {
  const isWhole = pdu.length === 9 && pdu[1] === 7 && pdu[2] === 6
  if (device.readFile === undefined) return exceptionPdu(20, exceptions.illegalFunction)
  const count = isWhole ? pdu.readUInt16BE(7) : 0
  if (count < 1 || count > 124) return exceptionPdu(20, exceptions.illegalValue)
  const outcome = device.readFile(pdu.readUInt16BE(3), pdu.readUInt16BE(5), count)
  if ('exception' in outcome) return exceptionPdu(20, outcome.exception)
  const reply = Buffer.alloc(4 + count * 2)
  reply.set([20, count * 2 + 2, count * 2 + 1, 6])
  outcome.words.forEach((word, index) => reply.writeUInt16BE(word, 4 + index * 2))
  return reply
}

const writeReply = (device: Device, functionCode: 6 | 16, pdu: Buffer): Buffer => {
  const words = wordsFrom(functionCode === 6 ? pdu.subarray(3) : pdu.subarray(6))
  const outcome = device.write(functionCode, pdu.readUInt16BE(1), words)
  // Both echo the first five bytes of the request: address with value, or address with count.
  return outcome === 'done' ? Buffer.from(pdu.subarray(0, 5)) : exceptionPdu(functionCode, outcome.exception)
}

const isWhole = (functionCode: number, pdu: Buffer) =>
  functionCode === 6
    ? pdu.length === 5
    : pdu.length >= 8 && pdu.length === 6 + (pdu[5] ?? 0) && pdu.readUInt16BE(3) * 2 === pdu[5]

/** The reply to a request, both as protocol data units (function code and data, no unit, no checksum). */
export const answer = (device: Device, pdu: Buffer): Buffer => {
  const functionCode = pdu[0] ?? 0
  const wrong = device.manners.wrong
  if (wrong?.kind === 'exception') return exceptionPdu(functionCode, wrong.code)
  if (functionCode === 3 || functionCode === 4) return readReply(device, functionCode, pdu)
  if (functionCode === 6 || functionCode === 16) {
    return isWhole(functionCode, pdu)
      ? writeReply(device, functionCode, pdu)
      : exceptionPdu(functionCode, exceptions.illegalValue)
  }
  if (functionCode === 20) return fileReply(device, pdu)
  return exceptionPdu(functionCode, exceptions.illegalFunction)
}

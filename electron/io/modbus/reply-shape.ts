import type { ModbusRequest } from '../../core/lines/modbus-line.ts'

/**
 * What can be known of a reply before it comes. An RTU reply carries no address and no transaction number, so two reads of the
 * same unit, function and length have replies that cannot be told apart: `key` says when that is so.
 */
export interface ReplyShape {
  readonly unit: number
  readonly functionCode: number
  /** First bytes every right reply has: unit, function, byte count of a read; the six echoed bytes of a write. */
  readonly head: Uint8Array
  /** Whole RTU frame with its CRC, bytes. */
  readonly length: number
  readonly key: string
}

/** unit, function with bit 7 set, exception code, CRC (Modbus Application Protocol V1.1b3, 7). */
export const exceptionLength = 5

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Only RTU asks for the key, and Modbus TCP makes thousands of these a second: one getter for all of them. */
class Shape implements ReplyShape {
  readonly unit: number
  readonly functionCode: number
  readonly head: Uint8Array
  readonly length: number
  constructor(unit: number, functionCode: number, head: Uint8Array, length: number) {
    this.unit = unit
    this.functionCode = functionCode
    this.head = head
    this.length = length
  }
  get key(): string {
    return hex(this.head)
  }
}

export const replyShape = (request: ModbusRequest): ReplyShape => {
  const { unit, functionCode, address } = request
  if (request.functionCode === 20) {
    // Bytes that follow, then of the one group: bytes that follow, and the reference type.
    const bytes = 2 * request.count
    return new Shape(unit, functionCode, Uint8Array.of(unit, functionCode, bytes + 2, bytes + 1, 6), 7 + bytes)
  }
  if ('count' in request) {
    const head = Uint8Array.of(unit, functionCode, request.count * 2)
    return new Shape(unit, functionCode, head, 5 + request.count * 2)
  }
  const last = functionCode === 6 ? (request.words[0] ?? 0) : request.words.length
  const head = Uint8Array.of(unit, functionCode, address >>> 8, address & 0xff, last >>> 8, last & 0xff)
  return new Shape(unit, functionCode, head, 8)
}

/** The key of the request a received frame could answer; null for an exception, which tells only unit and function. */
export const keyOfFrame = (frame: Uint8Array): string | null => {
  const functionCode = frame[1] ?? 0
  if ((functionCode & 0x80) !== 0) return null
  return hex(frame.subarray(0, functionCode === 3 || functionCode === 4 ? 3 : functionCode === 20 ? 5 : 6))
}

/** Bytes of the frame that begins at `from`, by its function code; null while unknown or when no such frame exists. */
export const frameLengthAt = (bytes: Uint8Array, from: number): number | null => {
  const functionCode = bytes[from + 1]
  if (functionCode === undefined) return null
  if ((functionCode & 0x80) !== 0) return exceptionLength
  if (functionCode === 6 || functionCode === 16) return 8
  const count = bytes[from + 2]
  return (functionCode === 3 || functionCode === 4 || functionCode === 20) && count !== undefined ? 5 + count : null
}

export const startsWith = (bytes: Uint8Array, head: Uint8Array, from = 0): boolean => {
  if (bytes.length - from < head.length) return false
  for (let index = 0; index < head.length; index += 1) if (bytes[from + index] !== head[index]) return false
  return true
}

import { crcFits } from '../../../shared/modbus/crc16.ts'
import type { FrameReceiver, Received } from './frame-receiver.ts'
import { exceptionLength, frameLengthAt, startsWith, type ReplyShape } from './reply-shape.ts'

const join = (left: Uint8Array, right: Uint8Array): Uint8Array => {
  if (left.length === 0) return right
  const both = new Uint8Array(left.length + right.length)
  both.set(left)
  both.set(right, left.length)
  return both
}

/** No frame is longer than 256 bytes; more than this without a frame in it is noise and is let go of. */
const bufferLimit = 4096

/**
 * Cuts a byte stream into RTU frames by what is expected rather than by silence: USB adapters and network gateways deliver in
 * lumps, so the gaps between bytes say nothing. A reply counts only with unit, function, length and CRC right, wherever it
 * starts, so noise before it costs nothing.
 */
export const createRtuReceiver = (): FrameReceiver => {
  let buffer: Uint8Array = new Uint8Array()
  let shape: ReplyShape | null = null
  let echo: { readonly sent: Uint8Array; readonly certain: boolean } | null = null

  const isReplyAt = (from: number): number | null => {
    if (shape === null) return null
    if (startsWith(buffer, shape.head, from) && crcFits(buffer, from, shape.length)) return shape.length
    const exception = buffer[from] === shape.unit && buffer[from + 1] === (shape.functionCode | 0x80)
    return exception && crcFits(buffer, from, exceptionLength) ? exceptionLength : null
  }

  const take = (length: number): Uint8Array => {
    const taken = buffer.slice(0, length)
    buffer = buffer.slice(length)
    return taken
  }

  /** Right headers, not all bytes yet: nothing further on can be the reply. */
  const isReplyComing = (): boolean => {
    if (shape === null) return false
    const seen = Math.min(buffer.length, shape.head.length)
    return buffer.length < shape.length && startsWith(buffer, shape.head.subarray(0, seen))
  }

  const takeFrameAtStart = (limit: number): Uint8Array | null => {
    const length = frameLengthAt(buffer, 0)
    return length !== null && length <= limit && crcFits(buffer, 0, length) ? take(length) : null
  }

  const next = (): Received | null => {
    if (buffer.length === 0) return null
    if (echo !== null) {
      const seen = Math.min(buffer.length, echo.sent.length)
      if (startsWith(buffer, echo.sent.subarray(0, seen))) {
        if (seen === echo.sent.length) {
          echo = null
          return { kind: 'echo', bytes: take(seen) }
        }
        if (echo.certain) return null
      }
    }
    for (let from = 0; shape !== null && from + exceptionLength <= buffer.length; from += 1) {
      const length = isReplyAt(from)
      if (length === null) {
        if (from === 0 && isReplyComing()) return null
        continue
      }
      if (from > 0) {
        const frame = takeFrameAtStart(from)
        return frame === null ? { kind: 'stray', bytes: take(from) } : { kind: 'other', frame }
      }
      shape = null
      return { kind: 'reply', frame: take(length) }
    }
    const frame = takeFrameAtStart(buffer.length)
    if (frame !== null) return { kind: 'other', frame }
    return buffer.length > bufferLimit ? { kind: 'stray', bytes: take(buffer.length) } : null
  }

  return {
    // A read is never mistaken for its reply, so its echo is recognised in any case.
    expect(wanted, sent = null, lineEchoes = false) {
      shape = wanted
      const isRead = wanted !== null && [3, 4, 20].includes(wanted.functionCode)
      echo = sent !== null && (lineEchoes || isRead) ? { sent, certain: lineEchoes } : null
    },
    add(bytes) {
      buffer = join(buffer, bytes)
    },
    next,
    rest: () => buffer,
    takeRest: () => take(buffer.length),
  }
}

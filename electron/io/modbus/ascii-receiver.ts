import {
  hexDigit,
  isAsciiEnd,
  isAsciiStart,
  isCarriageReturn,
  longestAscii,
  readAscii,
} from '../../../shared/modbus/ascii-frame.ts'
import { withCrc } from '../../../shared/modbus/crc16.ts'
import type { FrameReceiver, Received } from './frame-receiver.ts'
import { exceptionLength, startsWith, type ReplyShape } from './reply-shape.ts'

/** More than this without a frame in it is noise and is let go of. */
const bufferLimit = 4096

const isSame = (left: Uint8Array, right: Uint8Array): boolean => left.length === right.length && startsWith(left, right)

/**
 * Cuts a stream of characters into ASCII frames. A start character always begins anew, whatever stood before it (Modbus over Serial
 * Line V1.02, 2.5.2), so noise and cut frames cost nothing. Every character is looked at once. Frames leave in RTU form.
 */
export const createAsciiReceiver = (): FrameReceiver => {
  let buffer: Uint8Array = new Uint8Array()
  /** Of the frame that has begun; -1: none has. */
  let start = -1
  let scanned = 0
  /** A frame that ends where the scan stands, behind stray bytes that were cut off first. */
  let whole: Uint8Array | null = null
  let shape: ReplyShape | null = null
  let echo: Uint8Array | null = null

  const drop = (length: number): Uint8Array => {
    const taken = buffer.slice(0, length)
    buffer = buffer.slice(length)
    scanned -= length
    start = start < length ? -1 : start - length
    return taken
  }

  const isReply = (frame: Uint8Array, wanted: ReplyShape): boolean =>
    (frame.length === wanted.length && startsWith(frame, wanted.head)) ||
    (frame.length === exceptionLength && frame[0] === wanted.unit && frame[1] === (wanted.functionCode | 0x80))

  const classify = (body: Uint8Array, wire: Uint8Array): Received => {
    if (echo !== null && isSame(body, echo)) {
      echo = null
      return { kind: 'echo', bytes: wire }
    }
    const frame = withCrc(body)
    if (shape === null || !isReply(frame, shape)) return { kind: 'other', frame, wire }
    shape = null
    return { kind: 'reply', frame, wire }
  }

  /** Where the frame begins that ends with the character just scanned; null where none does. */
  const endsHere = (): number | null => {
    const character = buffer[scanned - 1] ?? 0
    if (isAsciiStart(character)) {
      start = scanned - 1
      return null
    }
    if (start < 0) return null
    const before = buffer[scanned - 2]
    const from = start
    if (isAsciiEnd(character, before)) {
      start = -1
      return from
    }
    const isInside = (hexDigit(character) >= 0 && !isCarriageReturn(before ?? 0)) || isCarriageReturn(character)
    if (!isInside || scanned - start > longestAscii) start = -1
    return null
  }

  return {
    expect(wanted, sent = null, lineEchoes = false) {
      shape = wanted
      const asked = sent === null ? null : readAscii(sent)
      // Only a write of one register is confirmed by its own bytes; every other echo tells itself apart.
      echo = asked?.ok === true && (lineEchoes || wanted?.functionCode !== 6) ? asked.body : null
    },
    add(bytes) {
      const joined = new Uint8Array(buffer.length + bytes.length)
      joined.set(buffer)
      joined.set(bytes, buffer.length)
      buffer = joined
    },
    next() {
      while (whole === null && scanned < buffer.length) {
        scanned += 1
        const from = endsHere()
        const read = from === null ? null : readAscii(buffer.subarray(from, scanned))
        if (from === null || read?.ok !== true) continue
        whole = read.body
        if (from > 0) return { kind: 'stray', bytes: drop(from) }
      }
      if (whole !== null) {
        const body = whole
        whole = null
        return classify(body, drop(scanned))
      }
      // What has begun as a frame may still become one, and is never longer than one.
      if (buffer.length <= bufferLimit) return null
      return { kind: 'stray', bytes: drop(start < 0 ? buffer.length : start) }
    },
    rest: () => buffer,
    takeRest() {
      whole = null
      return drop(buffer.length)
    },
  }
}

import {
  asciiLength,
  encodeAscii,
  hexDigit,
  isAsciiEnd,
  isAsciiStart,
  readAscii,
} from '../../../shared/modbus/ascii-frame.ts'
import { createAsciiReceiver } from './ascii-receiver.ts'
import type { Rest, SerialFraming } from './frame-receiver.ts'
import type { ReplyShape } from './reply-shape.ts'

/** Whether the rest holds a whole frame whose check sum is wrong. */
const hasWrongSum = (rest: Uint8Array): boolean => {
  let start = -1
  for (let at = 0; at < rest.length; at += 1) {
    if (isAsciiStart(rest[at] ?? 0)) start = at
    else if (start >= 0 && isAsciiEnd(rest[at], rest[at - 1])) {
      const read = readAscii(rest.subarray(start, at + 1))
      if (!read.ok && read.checksum) return true
      start = -1
    }
  }
  return false
}

/** Whether the rest ends with the beginning of a reply of this shape: as far as it goes, unit and function are right. */
const endsInReply = (rest: Uint8Array, shape: ReplyShape): boolean => {
  const start = rest.findLastIndex(isAsciiStart)
  if (start < 0) return false
  const digits = Array.from(rest.subarray(start + 1, start + 5), hexDigit)
  const functions = [shape.functionCode, shape.functionCode | 0x80]
  return functions.some((functionCode) =>
    [shape.unit >>> 4, shape.unit & 0xf, functionCode >>> 4, functionCode & 0xf]
      .slice(0, digits.length)
      .every((digit, index) => digit === digits[index]),
  )
}

const judge = (rest: Uint8Array, shape: ReplyShape): Rest => {
  if (rest.length === 0) return 'nothing'
  if (hasWrongSum(rest)) return 'check-sum'
  return endsInReply(rest, shape) ? 'cut' : 'noise'
}

/** Modbus over Serial Line V1.02, 2.5.2. Inside the program a frame has the RTU form; only the wire and the tape have the characters. */
export const asciiFraming: SerialFraming = {
  createReceiver: createAsciiReceiver,
  encode: (frame) => encodeAscii(frame.subarray(0, -2)),
  wireLength: (length) => asciiLength(length - 2),
  judge,
  isStarted(rest, shape) {
    const what = judge(rest, shape)
    return what === 'check-sum' || what === 'cut'
  },
  noiseRemedy: 'check baud rate, parity and data bits, and that the device is set to Modbus ASCII',
}

import { hasGoodCrc } from '../modbus/crc16.ts'
import { decodeRtu } from './decode-modbus.ts'

/** Lengths a frame beginning here could have: request or write, exception, read reply, write of many registers. */
const lengthsAt = (bytes: Uint8Array, from: number): number[] => [
  8,
  5,
  5 + (bytes[from + 2] ?? 0),
  9 + (bytes[from + 6] ?? 0),
]

/**
 * Bytes that came in one lump, cut into the whole RTU frames in them and what lies between. The line itself looks only for the reply it
 * waits for; what others say on the bus comes as one piece with no gap to see. Every byte is in exactly one piece.
 */
export const cutFrames = (bytes: Uint8Array): Uint8Array[] => {
  const pieces: Uint8Array[] = []
  let restFrom = 0
  for (let from = 0; from + 5 <= bytes.length;) {
    const length = lengthsAt(bytes, from).find((candidate) => {
      const piece = bytes.subarray(from, from + candidate)
      return piece.length === candidate && hasGoodCrc(piece) && decodeRtu(piece).shape !== 'garbage'
    })
    if (length === undefined) {
      from += 1
      continue
    }
    if (from > restFrom) pieces.push(bytes.slice(restFrom, from))
    pieces.push(bytes.slice(from, from + length))
    from += length
    restFrom = from
  }
  if (restFrom < bytes.length) pieces.push(bytes.slice(restFrom))
  return pieces
}

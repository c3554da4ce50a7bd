import type { ByteSource } from './byte-source.ts'

const pieceBytes = 4 << 20
/** A longer line than this is none: twenty thousand channels of twelve digits take a quarter of it. */
const mostLineBytes = 1 << 20

/**
 * Calls for each line of a text, whatever ends them (CR, LF or both), with the bytes it lies in; stops at 0x1A and where `take` answers
 * false. A line that is too long is given as its beginning. The bytes are only good within the call.
 */
export const eachLine = (source: ByteSource, take: (bytes: Uint8Array, from: number, to: number) => boolean): void => {
  let at = 0
  while (at < source.size) {
    const piece = source.read(at, pieceBytes)
    if (piece.length === 0) return
    const isLast = at + piece.length >= source.size
    let from = 0
    for (;;) {
      let end = from
      while (end < piece.length && piece[end] !== 0x0a && piece[end] !== 0x0d && piece[end] !== 0x1a) end += 1
      const isOpen = end === piece.length
      // The rest of the line stands in the next piece, unless it is longer than any line.
      if (isOpen && !isLast && end - from < mostLineBytes) break
      if (end > from && !take(piece, from, end)) return
      if (!isOpen && piece[end] === 0x1a) return
      if (isOpen) {
        from = end
        break
      }
      from = end + 1
    }
    // A piece without any line end goes on where it ended.
    at += from === 0 ? piece.length : from
  }
}

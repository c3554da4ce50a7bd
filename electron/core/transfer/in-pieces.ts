/** The same bytes in pieces of exactly `size`, the last one shorter; each piece is new and nobody else's. Holds one piece at most. */
export async function* inPieces(content: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array, void> {
  let piece = new Uint8Array(size)
  let filled = 0
  for await (const run of content) {
    let from = 0
    while (from < run.length) {
      const part = run.subarray(from, from + size - filled)
      piece.set(part, filled)
      filled += part.length
      from += part.length
      if (filled < size) continue
      yield piece
      piece = new Uint8Array(size)
      filled = 0
    }
  }
  if (filled > 0) yield piece.slice(0, filled)
}

/** What was sent and has not come back yet: most level converters echo. */
export interface Echo {
  readonly sent: Uint8Array
  /** What came and is it so far. */
  readonly held: Uint8Array
}

export interface WithoutEcho {
  /** Null once it came whole, or something else came. */
  readonly echo: Echo | null
  readonly bytes: Uint8Array
  /** The echo is whole now. */
  readonly isSeen: boolean
}

const none = new Uint8Array()

/**
 * Bytes without the echo of what was sent, as far as they are it. A long answer may begin with the same byte as a long request, so
 * what looked like an echo is given back where it goes on differently.
 */
export const withoutEcho = (echo: Echo | null, bytes: Uint8Array): WithoutEcho => {
  if (echo === null) return { echo, bytes, isSeen: false }
  const { sent } = echo
  const all = Uint8Array.of(...echo.held, ...bytes)
  const seen = Math.min(sent.length, all.length)
  for (let index = 0; index < seen; index += 1)
    if (all[index] !== sent[index]) return { echo: null, bytes: all, isSeen: false }
  if (seen < sent.length) return { echo: { sent, held: all }, bytes: none, isSeen: false }
  return { echo: null, bytes: all.slice(seen), isSeen: true }
}

/** Mutations per fuzz test: 25,000 among the tests, as many as TRIPSCOPE_FUZZ says in `npm run fuzz`. */
export const fuzzRuns = Number(process.env['TRIPSCOPE_FUZZ'] ?? 25_000)

/** A fuzz test of a million takes minutes: vitest's timeout for it, ms. */
export const fuzzTimeoutMs = 20 * 60_000

/**
 * One to eight of: a bit flipped, a byte replaced (often by an edge value), bytes removed, inserted, repeated or swapped, the end cut
 * off. `random` gives numbers in [0, 1), so a failing mutation can be made again from its seed.
 */
export const mutate = (bytes: Uint8Array, random: () => number): Uint8Array => {
  const out = [...bytes]
  const below = (limit: number) => Math.floor(random() * limit)
  const edges = [0x00, 0x01, 0x0f, 0x10, 0x1f, 0x2f, 0x68, 0x72, 0x7f, 0x80, 0x81, 0x83, 0xfb, 0xfd, 0xff]
  const byte = () => (random() < 0.5 ? below(256) : (edges[below(edges.length)] ?? 0))
  for (let left = 1 + below(8); left > 0; left -= 1) {
    const at = below(out.length + 1)
    switch (below(7)) {
      case 0:
        if (at < out.length) out[at] = (out[at] ?? 0) ^ (1 << below(8))
        break
      case 1:
        if (at < out.length) out[at] = byte()
        break
      case 2:
        out.splice(at, 1 + below(4))
        break
      case 3:
        out.splice(at, 0, ...Array.from({ length: 1 + below(4) }, byte))
        break
      case 4:
        out.splice(at, 0, ...out.slice(at, at + 1 + below(16)))
        break
      case 5: {
        const other = below(out.length + 1)
        ;[out[at], out[other]] = [out[other] ?? 0, out[at] ?? 0]
        break
      }
      default:
        out.length = at
    }
    if (out.length > 4096) out.length = 4096
  }
  return Uint8Array.from(out)
}

/**
 * SHA-256 (FIPS 180-4) of bytes as they come: for a screen, whose browser hashes only what is there whole, and only on encrypted
 * pages. The host uses Node's own.
 */

/** First 32 bits of the fractional parts of the roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3), from the primes themselves. */
const fraction = (root: number): number => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0
const primes = ((): readonly number[] => {
  const found: number[] = []
  for (let candidate = 2; found.length < 64; candidate += 1)
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate)
  return found
})()
const roundWords = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)))
const startWords = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)))

const blockBytes = 64

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

/** Folds one block of 64 bytes into the state; `words` is room for 64 of them. */
const fold = (state: Int32Array, words: Int32Array, view: DataView, at: number): void => {
  for (let index = 0; index < 16; index += 1) words[index] = view.getInt32(at + 4 * index)
  for (let index = 16; index < 64; index += 1) {
    const early = words[index - 15] ?? 0
    const late = words[index - 2] ?? 0
    const mixEarly = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)
    const mixLate = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10)
    words[index] = ((words[index - 16] ?? 0) + mixEarly + (words[index - 7] ?? 0) + mixLate) | 0
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let index = 0; index < 64; index += 1) {
    const mixE = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
    const choice = (e & f) ^ (~e & g)
    const first = (h + mixE + choice + (roundWords[index] ?? 0) + (words[index] ?? 0)) | 0
    const mixA = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + mixA + majority) | 0
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = ((state[index] ?? 0) + word) | 0
}

export interface Sha256 {
  readonly update: (bytes: Uint8Array) => void
  /** Hexadecimal, lower case; ends it. */
  readonly digest: () => string
}

export const createSha256 = (): Sha256 => {
  const state = Int32Array.from(startWords)
  const words = new Int32Array(64)
  const block = new Uint8Array(blockBytes)
  const blockView = new DataView(block.buffer)
  let filled = 0
  let total = 0

  const update = (bytes: Uint8Array): void => {
    total += bytes.length
    let from = 0
    if (filled > 0) {
      const part = bytes.subarray(0, blockBytes - filled)
      block.set(part, filled)
      filled += part.length
      from = part.length
      if (filled < blockBytes) return
      fold(state, words, blockView, 0)
      filled = 0
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (; from + blockBytes <= bytes.length; from += blockBytes) fold(state, words, view, from)
    block.set(bytes.subarray(from))
    filled = bytes.length - from
  }
  return {
    update,
    digest: () => {
      const length = total * 8
      // A one bit, zeros to 8 bytes before the end of a block, and the length in bits.
      update(Uint8Array.of(0x80, ...new Uint8Array((2 * blockBytes - 9 - (total % blockBytes)) % blockBytes)))
      const tail = new DataView(new ArrayBuffer(8))
      tail.setUint32(0, Math.floor(length / 2 ** 32))
      tail.setUint32(4, length >>> 0)
      update(new Uint8Array(tail.buffer))
      return [...state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
    },
  }
}

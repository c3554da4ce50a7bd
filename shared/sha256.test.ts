import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createSha256 } from './sha256.ts'
import { seededRandom } from './test-support/seeded-random.ts'

const of = (...runs: readonly Uint8Array[]) => {
  const hash = createSha256()
  for (const run of runs) hash.update(run)
  return hash.digest()
}

describe('SHA-256', () => {
  it('gives the known answers of FIPS 180-4', () => {
    expect(of()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(of(Buffer.from('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(of(Buffer.from('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'))).toBe(
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    )
  })

  it('is what Node computes, for every length around a block and however the bytes come', () => {
    const random = seededRandom(256)
    const bytes = Uint8Array.from({ length: 100_000 }, () => Math.floor(random() * 256))
    for (let length = 0; length < 200; length += 1) {
      const some = bytes.subarray(length, 2 * length)
      expect(of(some)).toBe(createHash('sha256').update(some).digest('hex'))
    }
    const expected = createHash('sha256').update(bytes).digest('hex')
    for (let run = 0; run < 50; run += 1) {
      const runs: Uint8Array[] = []
      for (let at = 0; at < bytes.length;) {
        const length = Math.floor(random() ** 3 * 20_000)
        runs.push(bytes.subarray(at, at + length))
        at += length
      }
      expect(of(...runs)).toBe(expected)
    }
  })
})

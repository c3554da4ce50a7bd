import { describe, expect, it } from 'vitest'
import { registerWidth } from '../profile/register.ts'
import { fuzzRuns, fuzzTimeoutMs } from '../test-support/fuzz.ts'
import { seededRandom } from '../test-support/seeded-random.ts'
import { decodingsAt } from './decodings.ts'
import { rankDecodings, viewRegisters, type Cell } from './reading.ts'

const edges = [0, 1, 0x7fff, 0x8000, 0xffff, 0x7f80, 0x7fc0, 0xff80, 0x4366, 0x3030, 0x2000]

/** The number by DataView on bytes laid out by hand, apart from the codec. */
const independent = (type: string, bytes: readonly number[]): number | bigint => {
  const view = new DataView(Uint8Array.from(bytes).buffer)
  const readers: Readonly<Record<string, () => number | bigint>> = {
    uint16: () => view.getUint16(0),
    int16: () => view.getInt16(0),
    uint32: () => view.getUint32(0),
    int32: () => view.getInt32(0),
    float32: () => view.getFloat32(0),
    float64: () => view.getFloat64(0),
    uint64: () => view.getBigUint64(0),
    int64: () => view.getBigInt64(0),
  }
  return readers[type]?.() ?? NaN
}

describe('decodings of any words', () => {
  it(
    'never throw, stay inside the words, and are the numbers the bytes say',
    () => {
      const random = seededRandom(20_261_124)
      const word = () =>
        random() < 0.3 ? (edges[Math.floor(random() * edges.length)] ?? 0) : Math.floor(random() * 65536)
      for (let run = 0; run < fuzzRuns; run += 1) {
        const words = Array.from({ length: Math.floor(random() * 7) }, word)
        for (const decoding of decodingsAt(words)) {
          expect(decoding.width <= words.length && decoding.text.length <= 60).toBe(true)
          if (decoding.kind !== 'number') continue
          const { type, wordOrder, byteSwapped } = decoding.coding
          expect(decoding.width).toBe(registerWidth[type])
          const own = words.slice(0, decoding.width)
          const ordered = wordOrder === 'high-first' ? own : own.reverse()
          const truth = independent(
            type,
            ordered.flatMap((one) => (byteSwapped ? [one & 0xff, one >> 8] : [one >> 8, one & 0xff])),
          )
          const isFinite = typeof truth === 'bigint' || Number.isFinite(truth)
          if ((decoding.value !== null) !== isFinite) throw new Error(`${words.join()} as ${type}: ${decoding.text}`)
          if (decoding.value === null) continue
          if (
            typeof truth === 'bigint'
              ? decoding.text !== String(truth)
              : type === 'float32'
                ? Math.fround(decoding.value) !== truth
                : decoding.value !== truth
          )
            throw new Error(`${words.join()} as ${type}: ${decoding.text} instead of ${String(truth)}`)
        }
        if (run % 50 === 0) rankDecodings(words)
      }
    },
    fuzzTimeoutMs,
  )

  it(
    'a range with any words and holes is cut into values that cover every read register once',
    () => {
      const random = seededRandom(7)
      for (let run = 0; run < fuzzRuns / 100; run += 1) {
        const first = Math.floor(random() * 60_000)
        const cells = Array.from({ length: 1 + Math.floor(random() * 40) }, (_, index): Cell =>
          random() < 0.1
            ? { address: first + index, word: null, why: 'hole' }
            : {
                address: first + index,
                word: random() < 0.3 ? (edges[Math.floor(random() * edges.length)] ?? 0) : Math.floor(random() * 65536),
                why: null,
              },
        )
        let next = -1
        for (const view of viewRegisters(cells)) {
          if (view.cell.word === null) {
            if (view.likely !== null || view.partOf !== null || next > view.cell.address)
              throw new Error('a value reaches over a hole')
            continue
          }
          if (view.cell.address < next) {
            if (view.partOf === null) throw new Error('two values share a register')
            continue
          }
          if (view.likely === null || !Number.isFinite(view.likely.tile.margin))
            throw new Error(`register ${String(view.cell.address)} belongs to no value`)
          next = view.cell.address + view.likely.tile.width
        }
      }
    },
    fuzzTimeoutMs,
  )
})

import { describe, expect, it } from 'vitest'
import { columnAt, largestOf, readPicture, scopeLines, scopePeak, scopeValue } from './scope-data.ts'

const bytesOf = (values: readonly number[]) => {
  const bytes = new Uint8Array(values.length * 4)
  const cells = new DataView(bytes.buffer)
  values.forEach((value, index) => cells.setFloat32(index * 4, value, true))
  return bytes
}
const wire = {
  atMs: 1000,
  isTriggered: true,
  rateHz: 10_000,
  firstMs: -0.1,
  stepMs: 0.1,
  samplesEach: 1,
  columns: 3,
  channels: [
    { name: 'u1', unit: 'V' as const },
    { name: 'i1', unit: 'A' as const },
  ],
  values: bytesOf([-5, NaN, 4, -5, NaN, 4, 1, 2, 3, 1, 2, 9]),
}

describe('a picture of samples', () => {
  it('has its numbers back from the bytes, gaps as gaps', () => {
    const picture = readPicture(wire)
    expect([...picture.channels[0]!.low]).toEqual([-5, NaN, 4])
    expect([...picture.channels[1]!.high]).toEqual([1, 2, 9])
    // A piece of a larger buffer, as a link may hand it on.
    const larger = new Uint8Array(60)
    larger.set(wire.values, 8)
    expect(readPicture({ ...wire, values: larger.subarray(8, 56) })).toEqual({
      ...picture,
      values: larger.subarray(8, 56),
    })
    expect([...readPicture({ ...wire, values: wire.values.slice(0, 8) }).channels[1]!.low]).toEqual([NaN, NaN, NaN])
  })

  it('is drawn sample by sample, or as lowest and highest where several share a column; a gap is never a number', () => {
    const picture = readPicture(wire)
    const [times, u1, missing] = scopeLines(picture, ['u1', 'u9'])
    expect(times!.map((time) => time!.toFixed(1))).toEqual(['-0.1', '0.0', '0.1'])
    expect(u1).toEqual([-5, null, 4])
    expect(missing).toEqual([null, null, null])
    const folded = scopeLines({ ...picture, samplesEach: 4 }, ['i1'])
    expect(folded[0]).toHaveLength(6)
    expect(folded[1]).toEqual([1, 1, 2, 2, 3, 9])
    expect(scopeLines(null, ['u1'])).toEqual([[], []])
  })

  it('says what a channel was at a cursor, and nothing outside or in a gap', () => {
    const picture = readPicture(wire)
    expect([
      scopeValue(picture, 'u1', -0.1),
      scopeValue(picture, 'u1', 0),
      scopeValue(picture, 'i1', 0.1),
      scopeValue(picture, 'u1', 5),
    ]).toEqual([-5, null, 6, null])
    expect([columnAt(picture, 0.04), columnAt(picture, null), columnAt(null, 0)]).toEqual([1, null, null])
    expect([largestOf(picture, ['u1']), largestOf(picture, ['i1']), largestOf(null, ['u1'])]).toEqual([5, 9, 0])
  })

  it('keeps its scale through a dip, grows at once, and shrinks when almost nothing of it is used', () => {
    const normal = scopePeak(null, 325, 'V')
    expect(normal).toBe(400)
    expect(scopePeak(normal, 195, 'V')).toBe(400)
    expect(scopePeak(normal, 450, 'V')).toBe(500)
    expect(scopePeak(normal, 100, 'V')).toBe(150)
    expect(scopePeak(null, 0, 'A')).toBe(2)
  })
})

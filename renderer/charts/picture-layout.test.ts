import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layOut, squeezed, wrapped, type Part } from './picture-layout.ts'

const part = (x: number, y: number, width: number, height: number, onScreen = height): Part => ({
  x,
  y,
  width,
  height,
  onScreen,
})

describe('the layout of a picture', () => {
  it('takes blank bands out and leaves what stands beside each other so', () => {
    const { parts, width, height } = layOut([part(600, 200, 400, 100), part(600, 900, 400, 50), part(0, 210, 300, 60)])
    expect(parts.map(({ x, y }) => [x, y])).toEqual([
      [316, 0],
      [316, 116],
      [0, 10],
    ])
    expect([width, height]).toEqual([716, 166])
  })
  it('a caption that needs more lines than the screen shows pushes what is below it, once for two side by side', () => {
    const { parts } = layOut([part(0, 0, 100, 48, 16), part(200, 0, 100, 32, 16), part(0, 20, 100, 50)])
    expect(parts.map(({ y }) => y)).toEqual([0, 0, 52])
  })
  it('keeps the order, never lets apart things overlap, and is never larger', () => {
    const number = fc.integer({ min: 0, max: 2000 })
    const size = fc.integer({ min: 1, max: 300 })
    fc.assert(
      fc.property(fc.array(fc.tuple(number, size), { minLength: 1, maxLength: 12 }), (all) => {
        const intervals = all.map(([from, length]) => [from, from + length] as const)
        const move = squeezed(intervals)
        for (const [from, to] of intervals) expect(move(to - 0.5) - move(from)).toBeCloseTo(to - 0.5 - from, 9)
        for (const [one, end] of intervals)
          for (const [other] of intervals) {
            if (other >= one) expect(move(other)).toBeGreaterThanOrEqual(move(one))
            if (other >= end) expect(move(other)).toBeGreaterThanOrEqual(move(end - 0.5))
          }
        expect(Math.min(...intervals.map(([from]) => move(from)))).toBe(0)
      }),
    )
  })
  it('nothing is nothing', () => {
    expect(layOut([])).toEqual({ parts: [], width: 0, height: 0 })
  })
  it('wraps by words; one that is wider stands alone', () => {
    const widthOf = (text: string) => text.length
    expect(wrapped('polled RMS of a very-long-meter-name, 1 s', 12, widthOf)).toEqual([
      'polled RMS',
      'of a',
      'very-long-meter-name,',
      '1 s',
    ])
  })
})

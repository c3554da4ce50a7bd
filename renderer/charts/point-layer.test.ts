import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { innerHeight, innerWidth, margin, placeOf, wholeWindow, type EventPoint } from './event-plot.ts'
import { paintPoints, pointColumns } from './point-layer.ts'
import { timelineMarks } from './timeline-marks.ts'

const size = { width: 254, height: 190 }
const layerOf = () => {
  const [width, height] = [innerWidth(size), innerHeight(size)]
  return { cells: new Uint32Array(width * height), width, height }
}
const inks = { ordinary: { colour: 7, side: 5 }, severe: { colour: 9, side: 7 } }
const pointOf = fc.record({
  id: fc.uuid(),
  seconds: fc.double({ min: -4, max: 3, noNaN: true }).map((decade) => 10 ** decade),
  percent: fc.double({ min: -10, max: 250, noNaN: true }),
  isSevere: fc.boolean(),
})

describe('points as pixels', () => {
  it('are the squares that the vectors are, to half a pixel, severe ones on top, and nothing beside them', () => {
    fc.assert(
      fc.property(fc.array(pointOf, { maxLength: 60 }), (points: readonly EventPoint[]) => {
        const layer = layerOf()
        paintPoints(layer, pointColumns(points), wholeWindow, inks)
        const placed = points.map((point) => {
          const [x, y] = placeOf(point, wholeWindow, size)
          return { x: x - margin.left, y: y - margin.top, isSevere: point.isSevere }
        })
        const over = (x: number, y: number, isSevere: boolean, more: number) => {
          const reach = (isSevere ? 3.5 : 2.5) + more
          return placed.some(
            (each) =>
              each.isSevere === isSevere && Math.abs(x + 0.5 - each.x) < reach && Math.abs(y + 0.5 - each.y) < reach,
          )
        }
        // Half a pixel either way may be of the square or not.
        const isWrong = (cell: number, x: number, y: number) =>
          (cell === 9 ? !over(x, y, true, 0.501) : over(x, y, true, -0.501)) ||
          (cell === 7 && !over(x, y, false, 0.501)) ||
          (cell === 0 && over(x, y, false, -0.501))
        const wrong = layer.cells.reduce(
          (sum, cell, at) => sum + Number(isWrong(cell, at % layer.width, Math.floor(at / layer.width))),
          0,
        )
        expect(wrong).toBe(0)
      }),
      { numRuns: 20 },
    )
  })
  it('are painted anew each time, and hold a place without a number out', () => {
    const layer = layerOf()
    const one = { id: 'a', seconds: 0.1, percent: 60, isSevere: false }
    paintPoints(layer, pointColumns([one]), wholeWindow, inks)
    expect(layer.cells.filter((cell) => cell === 7)).toHaveLength(25)
    paintPoints(layer, pointColumns([{ ...one, percent: NaN }]), wholeWindow, inks)
    expect(layer.cells.every((cell) => cell === 0)).toBe(true)
  })
})

describe('marks of a timeline', () => {
  const events = Array.from({ length: 10_000 }, (_, index) => ({
    id: String(index),
    atMs: index * 10,
    isSevere: index % 3 === 0,
    isBound: index % 5 === 0,
  }))
  it('are a few for ten thousand events, hold each of them once, and show the chosen one by itself, on top', () => {
    const marks = timelineMarks(events, 0, 100_000, 1000, '5000')
    expect(marks.length).toBeLessThan(2100)
    expect(marks.reduce((sum, { count }) => sum + count, 0)).toBe(10_000)
    expect(marks.at(-1)).toMatchObject({ id: '5000', count: 1 })
    const severe = marks.map(({ isSevere }) => isSevere)
    expect(severe.slice(0, -1).indexOf(true)).toBeGreaterThan(severe.slice(0, -1).lastIndexOf(false))
  })
  it('of few are each by itself', () => {
    expect(timelineMarks(events.slice(0, 3), 0, 30, 1000, null).map(({ id, count }) => [id, count])).toEqual([
      ['1', 1],
      ['2', 1],
      ['0', 1],
    ])
  })
})

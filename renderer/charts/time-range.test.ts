import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chartKey, panned, wheelFactor, zoomed } from './time-range.ts'

const range = fc
  .tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1000, max: 600_000 }))
  .map(([fromMs, length]) => ({ fromMs, toMs: fromMs + length }))
const lastMs = 2_000_000

describe('zoom and pan', () => {
  it('keep the time under the pointer where it is while nothing is in the way', () => {
    expect(zoomed({ fromMs: 0, toMs: 100_000 }, 25_000, 0.5, lastMs)).toEqual({ fromMs: 12_500, toMs: 62_500 })
  })
  it('never show less than a second, more than ten minutes, or what has not happened', () => {
    fc.assert(
      fc.property(
        range,
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (shown, factor, at) => {
          const next = zoomed(shown, shown.fromMs + at * (shown.toMs - shown.fromMs), factor, lastMs)
          expect(next.toMs - next.fromMs).toBeGreaterThanOrEqual(999.999)
          expect(next.toMs - next.fromMs).toBeLessThanOrEqual(600_000.001)
          expect(next.toMs).toBeLessThanOrEqual(lastMs + 0.001)
        },
      ),
    )
  })
  it('pan keeps the length and comes back', () => {
    fc.assert(
      fc.property(range, fc.double({ min: -1, max: 0, noNaN: true }), (shown, share) => {
        const back = panned(panned(shown, share, lastMs), -share, lastMs)
        expect(back.fromMs).toBeCloseTo(shown.fromMs, 3)
        expect(back.toMs - back.fromMs).toBeCloseTo(shown.toMs - shown.fromMs, 3)
      }),
    )
  })
  it('the wheel away from the person zooms in, a touch pad a little', () => {
    expect(wheelFactor(-100)).toBeCloseTo(0.8)
    expect(wheelFactor(100)).toBeCloseTo(1.25)
    expect(wheelFactor(3)).toBeGreaterThan(1)
    expect(wheelFactor(3)).toBeLessThan(1.01)
  })
  it('keys of a chart in focus', () => {
    expect(chartKey('ArrowLeft', true)).toEqual({ kind: 'move', samples: -10 })
    expect(chartKey('+', false)).toEqual({ kind: 'zoom', factor: 0.5 })
    expect(chartKey('PageUp', false)).toEqual({ kind: 'pan', share: -0.5 })
    expect(chartKey('x', false)).toBeNull()
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTimeFormat } from '../format/time.ts'
import { timeTicks } from './time-ticks.ts'

const berlin = createTimeFormat('Europe/Berlin')

describe('marks of a time axis', () => {
  it('stand on the full five minutes of an hour that began at some second', () => {
    const from = Date.parse('2026-11-28T21:18:24Z')
    const shown = timeTicks(from, from + 3_600_000, berlin.offsetAt).map((at) => berlin.clock(at))
    expect(shown.slice(0, 3)).toEqual(['22:20:00', '22:25:00', '22:30:00'])
    expect(shown.at(-1)).toBe('23:15:00')
  })

  it('stand on the site’s midnights, also over the night when the clock is put back', () => {
    const shown = timeTicks(Date.parse('2026-10-22T12:00Z'), Date.parse('2026-10-28T12:00Z'), berlin.offsetAt, 6)
    expect(shown.map((at) => berlin.clock(at))).toEqual(Array.from({ length: 6 }, () => '00:00:00'))
  })

  it('are in order, within the axis, and few', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
        fc.integer({ min: 1000, max: 400 * 86_400_000 }),
        (from, length) => {
          const marks = timeTicks(from, from + length, berlin.offsetAt)
          expect(marks.length).toBeLessThanOrEqual(14)
          expect(marks).toEqual([...new Set(marks)].toSorted((a, b) => a - b))
          for (const mark of marks) {
            expect(mark).toBeGreaterThanOrEqual(from)
            expect(mark).toBeLessThanOrEqual(from + length)
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('an axis without a length has none', () => {
    expect(timeTicks(5, 5, () => 0)).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { atLeast, patternsOf, type PatternMark } from './patterns.ts'

const mark = (hour: number, more: Partial<PatternMark> = {}): PatternMark => ({
  kind: 'incident',
  atMs: Date.UTC(2026, 5, 1) + hour * 3_600_000,
  hour,
  circuit: 'f1',
  phases: ['L2'],
  chargers: ['cp1'],
  startsWithinMinute: 0,
  afterSupplyReturn: false,
  cause: 'warm-board',
  ...more,
})

describe('patterns', () => {
  it('binomial tails', () => {
    expect(atLeast(0, 10, 0.3)).toBe(1)
    expect(atLeast(10, 10, 0.5)).toBeCloseTo(1 / 1024, 9)
    expect(atLeast(5, 5, 1 / 3)).toBeCloseTo(1 / 243, 9)
    expect(atLeast(1, 3, 0.5)).toBeCloseTo(7 / 8, 9)
  })
  it('few events are warned of, and none of them is called a pattern', () => {
    const patterns = patternsOf({ marks: [mark(15), mark(16), mark(15)], circuits: 3, chargers: 4 })
    expect(patterns.warning).toContain('may be chance')
    for (const row of patterns.rows) expect(row.says).toContain('too few')
  })
  it('six of six on one phase after a supply return are told, with what to try', () => {
    const marks = Array.from({ length: 6 }, (_none, index) =>
      mark(index * 4, { afterSupplyReturn: true, cause: 'magnetic-inrush' }),
    )
    const patterns = patternsOf({ marks, circuits: 3, chargers: 4 })
    expect(patterns.rows.find(({ question }) => question === 'Phase')?.byChance).toBeLessThan(0.01)
    expect(patterns.suggestions.join()).toContain('Staged restart')
    // Spread over the day: the hour is no pattern.
    expect(patterns.rows.find(({ question }) => question === 'Time of day')?.byChance).toBeGreaterThan(0.05)
  })
  it('nothing is nothing', () => {
    expect(patternsOf({ marks: [], circuits: 1, chargers: 1 })).toMatchObject({ incidents: 0, rows: [], fromMs: null })
  })
})

import type { PatternMark } from './pattern-row.ts'
import { describe, expect, it } from 'vitest'
import type { ChargerEvidence } from './evidence.ts'
import { atLeast } from './pattern-questions.ts'
import { patternsOf } from './patterns.ts'
import { tryPhases, tryStaged } from './trials.ts'

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
    expect(patterns.suggestions.map(({ id }) => id)).toContain('staged')
    expect(patterns.suggestions[0]?.notTriedWhy).toContain('no start of several chargers')
    // Spread over the day: the hour is no pattern.
    expect(patterns.rows.find(({ question }) => question === 'Time of day')?.byChance).toBeGreaterThan(0.05)
  })
  it('a charger that is always there is told against how often one is there at all', () => {
    const marks = Array.from({ length: 8 }, (_none, index) =>
      mark(index * 3, { chargers: ['cp1', `cp${String(2 + index)}`] }),
    )
    const row = patternsOf({ marks, circuits: 3, chargers: 10 }).rows.find(({ question }) =>
      question.startsWith('Charger'),
    )
    expect(row).toMatchObject({ value: 'cp1', count: 8, of: 8, baseShare: 0.2 })
    expect(row?.byChance).toBeCloseTo(10 * 0.2 ** 8, 9)
  })
  it('rain before each of them is told against how often it rains in the file', () => {
    const hour = 3_600_000
    const weather = Array.from({ length: 600 }, (_none, index) => ({
      atMs: Date.UTC(2026, 5, 1) + index * hour,
      temperatureC: 15,
      rainMm: index % 60 === 0 ? 2 : 0,
    }))
    const marks = Array.from({ length: 6 }, (_none, index) => mark(index * 60 + 3))
    const row = patternsOf({ marks, circuits: 3, chargers: 4, weather }).rows.find(({ question }) =>
      question.startsWith('Rain'),
    )
    expect(row).toMatchObject({ count: 6, of: 6 })
    expect(row?.baseShare).toBeCloseTo(0.11, 1)
    expect(row?.byChance).toBeLessThan(0.001)
  })
  it('starts that came together are tried one by one, and currents on one phase turned to the others', () => {
    const start = (second: number) => ({ atMs: second * 1000, kind: 'start' as const, subject: 'cp', text: '' })
    expect(
      tryStaged({ atMs: 62_000, circuitId: 'f1', evidence: {}, changes: [start(60), start(60), start(61), start(20)] })
        ?.says,
    ).toContain('4 chargers began, 3 of them within 3 s')
    const charger = (name: string) => ({ name, currentsA: [16, 0, 0] }) as unknown as ChargerEvidence
    const says = tryPhases({
      atMs: 0,
      circuitId: 'f1',
      evidence: { chargers: ['a', 'b', 'c'].map(charger) },
      changes: [],
    })?.says
    expect(says).toContain('48/0/0 A on L1/L2/L3, becomes 16/16/16 A')
  })
  it('nothing is nothing', () => {
    expect(patternsOf({ marks: [], circuits: 1, chargers: 1 })).toMatchObject({ incidents: 0, rows: [], fromMs: null })
  })
})

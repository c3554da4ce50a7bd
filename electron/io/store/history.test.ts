import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Interval } from '../../../shared/model/event.ts'
import type { StoredReading } from '../../core/record/recorder.ts'
import { loadEngine } from './database.ts'
import { readHistory, type HistoryIntervals } from './history.ts'
import { joinIntervals } from './join-intervals.ts'
import { createRing } from './ring.ts'
import { migrate } from './schema.ts'
import { base, intervalAt } from './test-support/rows.ts'

const open = await loadEngine('node:sqlite')
const ringOf = (rows: readonly StoredReading[]) => {
  const database = open(':memory:')
  migrate(database, 'ring')
  const ring = createRing(database, { keepMs: 1e12, keepBytes: 1e12 })
  ring.append(rows, base)
  return ring
}
const noIntervals: HistoryIntervals = { read: () => [], oldestMs: () => null }
const intervalsOf = (rows: readonly Interval[]): HistoryIntervals => ({
  read: (lengthS, range) =>
    rows.filter((row) => row.lengthS === lengthS && row.startMs >= range.fromMs && row.startMs < range.toMs),
  oldestMs: (lengthS) => {
    const own = rows.filter((row) => row.lengthS === lengthS).map(({ startMs }) => startMs)
    return own.length === 0 ? null : Math.min(...own)
  },
})
const volts = (atMs: number, value: number, more: StoredReading['values'][string]['spread'] = undefined) => ({
  meterId: 'm',
  atMs,
  values: { u_l1n: { value, quality: 'good' as const, ...(more === undefined ? {} : { spread: more }) } },
})

describe('what the detectors saw is in the history', () => {
  it('a dip of 200 ms to 138 V inside a second: lowest, mean and highest are those of all reads', () => {
    const dip = { min: 138, max: 231, count: 5, worst: 'good' as const }
    const ring = ringOf([volts(base, 230), volts(base + 1000, 213, dip), volts(base + 2000, 230)])
    const { columns } = readHistory(ring, noIntervals, 'm', ['u_l1n'], { fromMs: base, toMs: base + 3000 }, 1)
    const [min = 0, mean = 0, max = 0] = columns[0]?.buckets[0] ?? []
    expect([min, max]).toEqual([138, 231])
    // Seven reads: two of 230 V and five whose mean is 213 V, by mean square.
    expect(mean).toBeCloseTo(Math.sqrt((2 * 230 ** 2 + 5 * 213 ** 2) / 7), 3)
  })
  it('a minute of which the program missed a part is told from the seconds it has', () => {
    const partly = {
      ...intervalAt(base),
      coverage: 0.3,
      stats: { u_l1n: [229, 230, 231, 20] as [number, number, number, number] },
    }
    const ring = ringOf(
      Array.from({ length: 60 }, (_, second) => volts(base + second * 1000, second === 5 ? 140 : 230)),
    )
    const { columns } = readHistory(
      ring,
      intervalsOf([partly, intervalAt(base + 60_000)]),
      'm',
      ['u_l1n'],
      { fromMs: base, toMs: base + 120_000 },
      2,
    )
    expect(columns[0]?.buckets.map((bucket) => bucket?.[0])).toEqual([140, 229])
  })
})

describe('gaps', () => {
  const gapsOf = (rows: readonly StoredReading[], fromMs: number, toMs: number, maxBuckets: number) => {
    const history = readHistory(ringOf(rows), noIntervals, 'm', ['u_l1n'], { fromMs, toMs }, maxBuckets)
    const buckets = history.columns[0]?.buckets ?? []
    return { buckets, gaps: buckets.filter((bucket) => bucket === null).length, bucketMs: history.bucketMs }
  }
  it('are none where rows come a little early or late around the full second', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 300, maxLength: 300 }),
        fc.integer({ min: 0, max: 999 }),
        (late, phase) => {
          const rows = late.map((ms, second) => volts(base + second * 1000 + phase + ms, 230))
          const { gaps } = gapsOf(rows, base + 5000, base + 290_000, 600)
          expect(gaps).toBe(0)
        },
      ),
      { numRuns: 20 },
    )
  })
  it('are those that were stored: reads that failed, and a time without any', () => {
    const rows = Array.from({ length: 600 }, (_, second) => {
      if (second >= 200 && second < 260) return null
      return second >= 400 && second < 430
        ? { meterId: 'm', atMs: base + second * 1000, values: { u_l1n: { value: null, quality: 'timeout' as const } } }
        : volts(base + second * 1000 + (second % 7) * 10, 230)
    }).filter((row) => row !== null)
    const { gaps, bucketMs } = gapsOf(rows, base, base + 600_000, 600)
    expect(bucketMs).toBe(2000)
    expect(gaps).toBe(30 + 15)
  })
  it('are none for a meter that is read every 1.7 s though every second was asked for', () => {
    const rows = Array.from({ length: 200 }, (_, count) => volts(base + Math.ceil(count * 1.7) * 1000, 230))
    expect(gapsOf(rows, base, base + 330_000, 600).gaps).toBe(0)
  })
})

describe('longer ago than the minutes', () => {
  it('the quarter hours tell it, and the minutes the rest', () => {
    const rows = [
      ...Array.from({ length: 8 }, (_, index) => intervalAt(base + index * 900_000, 900)),
      ...Array.from({ length: 60 }, (_, index) => intervalAt(base + 7_200_000 + index * 60_000, 60)),
    ]
    const history = readHistory(
      ringOf([]),
      intervalsOf(rows),
      'm',
      ['u_l1n'],
      { fromMs: base, toMs: base + 10_800_000 },
      500,
    )
    expect(history.bucketMs).toBe(900_000)
    expect(history.columns[0]?.buckets).toEqual(Array(12).fill([229, 230, 231]))
  })
})

describe('joined intervals', () => {
  it('keep the energy, the extremes, and what is not known', () => {
    const rows = Array.from({ length: 60 }, (_, minute) => ({
      ...intervalAt(base + minute * 60_000),
      importKwh: minute === 7 ? null : 0.5,
      stats: { u_l1n: [minute === 3 ? 138 : 229, 230, 231, 60] as [number, number, number, number] },
      note: minute === 7 ? 'register was not read' : null,
    }))
    const joined = joinIntervals(rows, 900_000)
    expect(joined.map((row) => [row.startMs - base, row.joined, (row.endMs ?? 0) - row.startMs])).toEqual([
      [0, 15, 900_000],
      [900_000, 15, 900_000],
      [1_800_000, 15, 900_000],
      [2_700_000, 15, 900_000],
    ])
    expect(joined.map(({ importKwh }) => importKwh)).toEqual([7, 7.5, 7.5, 7.5])
    expect(joined[0]?.stats['u_l1n']?.slice(0, 1)).toEqual([138])
    expect(joined[0]?.note).toContain('energy of 1 of 15 intervals not known')
  })
})

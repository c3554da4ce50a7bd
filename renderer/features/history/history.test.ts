import { describe, expect, it } from 'vitest'
import { historyPoints, historyText, mostPoints, summariseHistory } from '../../charts/history-data.ts'
import type { Bucket } from '../../charts/buckets.ts'
import { intervalsCsv } from './intervals-panel.tsx'
import { pointsFor, rangeOf, shifted } from './history-range.ts'

describe('the time shown', () => {
  it('is what the route asks for, and the last hour when that makes no sense', () => {
    expect(rangeOf({ from: '1000', to: '5000' }, 9000)).toEqual({ fromMs: 1000, toMs: 5000, spanMs: null })
    expect(rangeOf({ span: '900000' }, 10_000_000)).toEqual({ fromMs: 9_100_000, toMs: 10_000_000, spanMs: 900_000 })
    for (const params of [{}, { from: '5', to: '1' }, { from: 'x', to: '' }, { span: '-3' }])
      expect(rangeOf(params, 10_000_000).spanMs).toBe(3_600_000)
  })
  it('is drawn with no points shorter than what is read is apart', () => {
    expect(pointsFor(3_600_000, 1000)).toBe(mostPoints)
    for (const span of [900_000, 3_600_000, 86_400_000, 604_800_000])
      for (const period of [10_000, 60_000]) expect(span / pointsFor(span, period)).toBeGreaterThan(period)
    expect(pointsFor(900_000, 86_400_000)).toBe(10)
  })
  it('moves by its own length and doubles around its middle', () => {
    const range = { fromMs: 100, toMs: 200, spanMs: null }
    expect([shifted(range, -1), shifted(range, 1), shifted(range, 0)]).toEqual([
      { fromMs: 0, toMs: 100 },
      { fromMs: 200, toMs: 300 },
      { fromMs: 50, toMs: 250 },
    ])
  })
})

describe('history points', () => {
  it('never exceed what the chart draws, and keep times and extremes', () => {
    const buckets: Bucket[] = Array.from({ length: 1999 }, (_, index) =>
      index === 1234 ? [150, 200, 230] : [229, 230, 231],
    )
    const { points, bucketMs } = historyPoints({
      startMs: 1000,
      bucketMs: 1000,
      columns: [{ quantity: 'u_l1n', buckets }],
    })
    expect(points.length).toBeLessThanOrEqual(mostPoints)
    expect(bucketMs).toBe(4000)
    expect(points[308]).toMatchObject({ atMs: 1000 + 308 * 4000, values: { u_l1n: [150, expect.any(Number), 231] } })
  })
  it('say range, mean and what is missing', () => {
    const [first, second] = summariseHistory({
      startMs: 0,
      bucketMs: 1,
      columns: [
        { quantity: 'u_l1n', buckets: [[229, 230, 231], null, [228, 232, 233]] },
        { quantity: 'f', buckets: [null] },
      ],
    })
    expect(first && historyText(first, 'L1')).toBe(
      'L1: mean 231.0 V (228.0 to 233.0), 1 of 3 intervals without a value',
    )
    expect(second && historyText(second, 'Frequency')).toBe('Frequency: no value in this time')
  })
})

describe('exported energy', () => {
  it('says in every row whether it may be billed by', () => {
    const row = {
      meterId: 'm',
      startMs: 0,
      lengthS: 900 as const,
      importKwh: 1.5,
      exportKwh: null,
      registerStartKwh: 10,
      registerEndKwh: 11.5,
      stats: {},
      coverage: 1,
      note: null,
    }
    const { header, rows } = intervalsCsv({ id: 'm', billing: 'Not verified for billing. Check the plate.' }, [
      row,
      row,
    ])
    expect(rows.map((cells) => cells[header.indexOf('billing')])).toEqual(
      Array(2).fill('Not verified for billing. Check the plate.'),
    )
    expect(rows.map((cells) => cells[header.indexOf('import_kWh')])).toEqual([1.5, 1.5])
  })
})

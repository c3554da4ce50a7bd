import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Trace } from '../../../shared/api/live-contract.ts'
import type { Interval } from '../../../shared/model/event.ts'
import type { Image } from '../../../shared/model/image.ts'
import { goodSample, missingSample, type Sample } from '../../../shared/model/sample.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import type { StoredReading } from './recorder.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createIntervalRecorder } from './interval-recorder.ts'
import { createReadingsBatcher } from './readings-batcher.ts'
import { createRecord } from './record.ts'
import { createTraceRing } from './trace-ring.ts'

const base = Date.UTC(2026, 10, 23, 10)
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

describe('interval records', () => {
  /** Polls every second from `fromS` to `toS` (seconds after 10:00), closes every second, gives everything closed. */
  const run = (fromS: number, toS: number, at: (second: number) => Record<string, Sample> | null) => {
    const recorder = createIntervalRecorder([{ id: 'm', periodMs: 1000 }])
    const done: Interval[] = []
    for (let second = fromS; second <= toS; second += 1) {
      const samples = at(second)
      if (samples !== null) recorder.observe('m', samples)
      done.push(...recorder.close(base + second * 1000))
    }
    return done
  }
  const poll = (second: number, more: Record<string, Sample> = {}) => ({
    u_l1n: goodSample(second % 2 === 0 ? 220 : 240, base + second * 1000),
    ...more,
  })
  const register = (second: number, kwh: number) =>
    second % 10 === 0 ? { e_import: goodSample(kwh, base + second * 1000) } : {}

  it('are aligned to the clock, counted, and averaged by mean square', () => {
    const done = run(30, 200, (second) =>
      poll(second, { p_total: goodSample(second % 2 === 0 ? 0 : 1000, base + second * 1000) }),
    )
    expect(done.map(({ startMs, lengthS }) => [(startMs - base) / 1000, lengthS])).toEqual([
      [0, 60],
      [60, 60],
      [120, 60],
    ])
    const [first, second] = done
    expect(first).toMatchObject({ coverage: 0.5, note: 'recording began inside this interval' })
    expect(second).toMatchObject({ coverage: 1, note: null, importKwh: null })
    expect(second?.stats['u_l1n']?.[0]).toBe(220)
    // Root of the mean of 220^2 and 240^2, not 230.
    expect(second?.stats['u_l1n']?.[1]).toBeCloseTo(230.217, 3)
    expect(second?.stats['u_l1n']?.slice(2)).toEqual([240, 60])
    expect(second?.stats['p_total']).toEqual([0, 500, 1000, 60])
  })
  it('take the energy from the register at both ends, and add up', () => {
    const done = run(0, 2000, (second) => poll(second, register(second, 100 + second / 1000)))
    const minutes = done.filter(({ lengthS }) => lengthS === 60)
    const quarters = done.filter(({ lengthS }) => lengthS === 900)
    // The very first interval has no reading at or before its start but the one at it.
    expect(minutes.slice(1).every(({ importKwh }) => importKwh !== null && Math.abs(importKwh - 0.06) < 1e-9)).toBe(
      true,
    )
    expect(quarters[1]?.importKwh).toBeCloseTo(0.9, 9)
    const sum = minutes
      .filter(({ startMs }) => startMs >= base + 900_000 && startMs < base + 1_800_000)
      .reduce((total, { importKwh }) => total + (importKwh ?? NaN), 0)
    expect(sum).toBeCloseTo(quarters[1]?.importKwh ?? NaN, 9)
    expect(quarters[1]?.stats['e_import']).toBeUndefined()
  })
  it('a meter that only counts per tariff has the sum, and says so', () => {
    const tariffs = (second: number) =>
      second % 10 === 0
        ? {
            e_import_t1: goodSample(100 + second / 1000, base + second * 1000),
            e_import_t2: goodSample(20 + second / 2000, base + second * 1000),
          }
        : {}
    const minute = run(0, 250, (second) => poll(second, tariffs(second)))[1]
    expect(minute?.importKwh).toBeCloseTo(0.09, 9)
    expect(minute?.registerStartKwh).toBeCloseTo(120.075, 9)
    expect(minute?.note).toContain('sum of 2 tariff registers')
    const oneSilent = run(0, 250, (second) => poll(second, second > 150 ? {} : tariffs(second))).at(-1)
    expect(oneSilent?.importKwh).toBeNull()
  })
  it('a counter that goes backwards leaves the energy open and says so', () => {
    const done = run(0, 250, (second) => poll(second, register(second, second < 90 ? 500 : 3)))
    const minutes = done.map(({ importKwh, note }) => [importKwh, note])
    expect(minutes[1]?.[0]).toBeNull()
    expect(minutes[1]?.[1]).toContain('went backwards from 500 to 3 kWh')
    expect(minutes[2]).toEqual([0, null])
  })
  it('a reset hidden between two ends is seen all the same', () => {
    const done = run(0, 130, (second) => poll(second, register(second, second === 80 ? 0 : 100 + second)))
    expect(done[1]).toMatchObject({ importKwh: null, note: expect.stringContaining('backwards') as string })
  })
  it('a missing end leaves it open; a silent interval is recorded as such', () => {
    const done = run(0, 310, (second) => (second >= 100 && second < 230 ? null : poll(second, register(second, 100))))
    expect(done.map(({ coverage }) => Number(coverage.toFixed(2)))).toEqual([1, 0.67, 0, 0.17, 1])
    expect(done[1]?.note).toContain('import register was not read at the end')
    expect(done[2]).toMatchObject({
      stats: {},
      importKwh: null,
      note: expect.stringContaining('no readings') as string,
    })
    expect(done[4]).toMatchObject({ importKwh: 0, note: null })
  })
  it('a meter read once a minute: minutes that it was not read in are open, and the others say which time their energy is of', () => {
    const recorder = createIntervalRecorder([{ id: 'm', periodMs: 60_000 }])
    const done: Interval[] = []
    // 1 kWh a minute, read 40 s into each minute; the reading of the fifth minute comes 25 s late, in the sixth.
    const reads = new Set([40, 100, 160, 220, 325, 340, 400])
    for (let second = 0; second <= 2000; second += 1) {
      if (reads.has(second) || (second > 440 && second % 60 === 40))
        recorder.observe('m', {
          e_import: goodSample(second / 60, base + second * 1000),
          u_l1n: goodSample(230, base + second * 1000),
        })
      done.push(...recorder.close(base + second * 1000))
    }
    const minutes = done.filter(({ lengthS }) => lengthS === 60)
    expect(minutes[2]?.importKwh).toBeCloseTo(1, 9)
    expect(minutes[2]?.note).toBe(
      'import register was read 20 s before this interval began and 20 s before it ended: the energy is of that time',
    )
    expect(minutes[4]).toMatchObject({
      importKwh: null,
      coverage: 0,
      note: expect.stringMatching(/no readings; import register was not read/) as string,
    })
    expect(minutes.filter(({ importKwh, coverage }) => importKwh === 0 && coverage === 0)).toEqual([])
    const quarter = done.filter(({ lengthS }) => lengthS === 900)[1]
    expect(quarter?.importKwh).toBeCloseTo(15, 9)
    expect(quarter?.note).toBeNull()
  })
  it('a meter read every quarter of an hour has no minutes, and no minute with a quarter’s energy', () => {
    const recorder = createIntervalRecorder([{ id: 'm', periodMs: 900_000 }])
    const done: Interval[] = []
    for (let second = 0; second <= 4000; second += 1) {
      if (second % 900 === 30) recorder.observe('m', { e_import: goodSample(second, base + second * 1000) })
      done.push(...recorder.close(base + second * 1000))
    }
    expect(done.filter(({ lengthS, importKwh }) => lengthS === 60 && importKwh !== null)).toEqual([])
    const quarters = done.filter(({ lengthS }) => lengthS === 900)
    expect(quarters.map(({ importKwh }) => importKwh)).toEqual([null, 900, 900, 900])
    expect(
      quarters.map(({ coverage, note }) => [coverage, note?.includes('no readings') === true]),
      'energy alone is a reading',
    ).toEqual(quarters.map(() => [1, false]))
    expect(quarters[1]?.note).toMatch(/870 s before this interval began/)
  })
  it('missing samples count for nothing', () => {
    const done = run(0, 125, (second) => ({
      u_l1n: second % 3 === 0 ? missingSample('timeout', base + second * 1000) : goodSample(230, base + second * 1000),
    }))
    expect(done[1]?.stats['u_l1n']?.[3]).toBe(40)
    expect(done[1]?.coverage).toBeCloseTo(2 / 3, 9)
  })
  it('every good sample is in exactly one interval, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 300 }), (steps) => {
        const recorder = createIntervalRecorder([{ id: 'm', periodMs: 1000 }])
        const done: Interval[] = []
        let nowMs = base
        for (const step of steps) {
          nowMs += step
          recorder.observe('m', { f: goodSample(50, nowMs) })
          done.push(...recorder.close(nowMs + 500))
        }
        done.push(...recorder.close(nowMs + 10_000_000))
        const total = (length: number) =>
          done.filter(({ lengthS }) => lengthS === length).reduce((sum, { stats }) => sum + (stats['f']?.[3] ?? 0), 0)
        expect([total(60), total(900)]).toEqual([steps.length, steps.length])
      }),
    )
  })
})

describe('readings batcher', () => {
  const image = (atMs: number, samples: Record<string, Sample>): Image => ({
    seq: 1,
    atMs,
    meters: { m: { samples } },
    chargers: {},
    circuits: {},
  })
  it('stores what was read since the row before, once', async () => {
    const rows: StoredReading[] = []
    const batcher = createReadingsBatcher(
      {
        appendReadings: (more) => {
          rows.push(...more)
          return Promise.resolve()
        },
      },
      log,
    )
    const slow = goodSample(100, base)
    batcher.add(image(base, { u_l1n: goodSample(230, base - 10), e_import: slow }))
    batcher.add(image(base + 300, { u_l1n: goodSample(235, base + 290), e_import: slow }))
    batcher.add(image(base + 1000, { u_l1n: missingSample('timeout', base + 990), e_import: slow }))
    batcher.add(image(base + 2000, { u_l1n: missingSample('timeout', base + 990), e_import: slow }))
    await batcher.flush()
    expect(rows.map(({ atMs, values }) => [atMs - base, values])).toEqual([
      [0, { u_l1n: { value: 230, quality: 'good' }, e_import: { value: 100, quality: 'good' } }],
      [1000, { u_l1n: { value: null, quality: 'timeout' } }],
    ])
  })
  it('keeps lowest, mean, highest, count and the worst quality of all reads of a second', async () => {
    const rows: StoredReading[] = []
    const batcher = createReadingsBatcher(
      {
        appendReadings: (more) => {
          rows.push(...more)
          return Promise.resolve()
        },
      },
      log,
    )
    const volts = [230, 138.25, 165.75, 231]
    volts.forEach((value, index) => batcher.observe('m', { u_l1n: goodSample(value, base + 200 * (index + 1)) }))
    batcher.observe('m', { u_l1n: missingSample('timeout', base + 900), e_import: goodSample(100, base + 200) })
    batcher.observe('m', { e_import: goodSample(100.5, base + 900) })
    batcher.add(image(base + 1000, { u_l1n: missingSample('timeout', base + 900) }))
    batcher.observe('m', { u_l1n: missingSample('corrupt', base + 1200) })
    batcher.observe('m', { u_l1n: missingSample('timeout', base + 1400) })
    batcher.add(image(base + 2000, { u_l1n: missingSample('timeout', base + 1400) }))
    await batcher.flush()
    const mean = Math.sqrt(volts.reduce((sum, value) => sum + value * value, 0) / 4)
    expect(rows.map(({ values }) => values)).toEqual([
      {
        u_l1n: { value: mean, quality: 'good', spread: { min: 138.25, max: 231, count: 4, worst: 'timeout' } },
        e_import: { value: 100.5, quality: 'good', spread: { min: 100, max: 100.5, count: 2, worst: 'good' } },
      },
      { u_l1n: { value: null, quality: 'timeout', spread: { min: null, max: null, count: 0, worst: 'timeout' } } },
    ])
  })
  it('counts what a failing store refused, and goes on', async () => {
    let fail = true
    let stored = 0
    const batcher = createReadingsBatcher(
      {
        appendReadings: (more) => {
          if (fail) return Promise.reject(new Error('full'))
          stored += more.length
          return Promise.resolve()
        },
      },
      log,
    )
    batcher.add(image(base, { f: goodSample(50, base) }))
    await batcher.flush()
    expect(batcher.lost()).toBe(1)
    fail = false
    batcher.add(image(base + 1000, { f: goodSample(50, base + 1000) }))
    await batcher.flush()
    expect([batcher.lost(), stored]).toEqual([1, 1])
  })
})

describe('trace ring', () => {
  const collect = () => {
    const traces: Trace[] = []
    return {
      traces,
      push: (trace: Trace) => {
        traces.push(trace)
      },
    }
  }
  const ms = (trace: Trace | undefined) => trace?.atMs.map((at) => at - base)
  it('sends the past, then every row at the polling rate; a failed read is a gap', () => {
    const ring = createTraceRing([{ id: 'm', periodMs: 200 }])
    for (let count = 0; count < 10; count += 1) ring.push('m', { u_l1n: goodSample(count, base + count * 200) })
    const { traces, push } = collect()
    const stop = ring.subscribe('m', ['u_l1n'], 1, push)
    expect(traces[0]).toEqual({
      reset: true,
      atMs: [800, 1000, 1200, 1400, 1600, 1800].map((at) => base + at),
      columns: { u_l1n: [4, 5, 6, 7, 8, 9] },
    })
    ring.push('m', { u_l1n: missingSample('timeout', base + 2000) })
    ring.push('m', { u_l1n: goodSample(11, base + 2200) })
    expect(traces.slice(1)).toEqual([
      { reset: false, atMs: [base + 2000], columns: { u_l1n: [null] } },
      { reset: false, atMs: [base + 2200], columns: { u_l1n: [11] } },
    ])
    stop()
    ring.push('m', { u_l1n: goodSample(12, base + 2400) })
    expect(traces).toHaveLength(3)
  })
  it('joins the blocks of one sweep into one row, sent when it is complete', () => {
    const ring = createTraceRing([{ id: 'm', periodMs: 1000 }])
    const { traces, push } = collect()
    ring.subscribe('m', ['u_l1n', 'p_total'], 10, push)
    const voltages: string[] = []
    ring.subscribe('m', ['u_l1n'], 10, (trace) => {
      if (trace.atMs.length > 0) voltages.push(ms(trace)?.join() ?? '')
    })
    for (let second = 0; second < 3; second += 1) {
      ring.push('m', { u_l1n: goodSample(230 + second, base + second * 1000) })
      ring.push('m', { p_total: goodSample(second, base + second * 1000 + 80) })
    }
    expect(traces.slice(1).map((trace) => trace.columns)).toEqual(
      [0, 1, 2].map((second) => ({ u_l1n: [230 + second], p_total: [second] })),
    )
    expect(voltages).toEqual(['0', '1000', '2000'])
  })
  it('a slow quantity keeps its value between its own polls, but not for ever', () => {
    const ring = createTraceRing([{ id: 'm', periodMs: 1000 }])
    for (let second = 0; second < 30; second += 1) {
      ring.push('m', {
        u_l1n: goodSample(230, base + second * 1000),
        ...(second % 10 === 0 && second < 20
          ? { e_import: goodSample(1_234_567.89 + second, base + second * 1000) }
          : {}),
      })
    }
    const { traces, push } = collect()
    ring.subscribe('m', ['u_l1n', 'e_import'], 600, push)
    const energy = traces[0]?.columns['e_import']
    expect(energy?.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 1_234_567.89))
    expect(energy?.[22]).toBe(1_234_577.89)
    expect(energy?.[23]).toBeNull()
  })
  it('keeps ten minutes and no more', () => {
    const ring = createTraceRing([{ id: 'm', periodMs: 1000 }])
    for (let second = 0; second < 2000; second += 1) ring.push('m', { f: goodSample(50, base + second * 1000) })
    const { traces, push } = collect()
    ring.subscribe('m', ['f'], 600, push)
    expect(traces[0]?.atMs).toHaveLength(601)
    expect(traces[0]?.atMs[0]).toBe(base + 1399_000)
  })
  it('keeps the past, as long ago as it was, when the clock was set back; and knows no other meter', () => {
    const ring = createTraceRing([{ id: 'm', periodMs: 1000 }])
    const { traces, push } = collect()
    ring.push('m', { f: goodSample(49, base - 1000) })
    ring.push('m', { f: goodSample(50, base) })
    ring.subscribe('m', ['f'], 600, push)
    ring.push('m', { f: goodSample(51, base - 60_000) })
    ring.push('m', { f: goodSample(52, base - 59_000) })
    expect(traces.map((trace) => [trace.reset, ms(trace), trace.columns['f']])).toEqual([
      [true, [-1000, 0], [49, 50]],
      [true, [-62_000, -61_000], [49, 50]],
      [false, [-60_000], [51]],
      [false, [-59_000], [52]],
    ])
    ring.subscribe('nobody', ['f'], 600, push)
    expect(traces.at(-1)).toEqual({ reset: true, atMs: [], columns: { f: [] } })
  })
  it('keeps the past when a meter falls silent: its blocks fail in one moment, or a little out of order', () => {
    const ring = createTraceRing([{ id: 'm', periodMs: 1000 }])
    const { traces, push } = collect()
    const wanted = ['u_l1n', 'i_l1', 'p_total']
    for (let second = 0; second < 59; second += 1)
      ring.push('m', Object.fromEntries(wanted.map((key) => [key, goodSample(second, base + second * 1000)])))
    ring.subscribe('m', wanted, 600, push)
    for (const [key, atMs] of [
      ['u_l1n', 59_500],
      ['i_l1', 59_500],
      ['p_total', 59_499],
      ['u_l1n', 59_499],
      ['i_l1', 59_499],
    ] as const)
      ring.push('m', { [key]: missingSample('timeout', base + atMs) })
    expect(traces[0]?.atMs).toHaveLength(59)
    expect(traces.filter(({ reset }) => reset)).toHaveLength(1)
    const later = collect()
    ring.subscribe('m', wanted, 600, later.push)
    const shown = later.traces[0]
    expect(shown?.columns['u_l1n']?.slice(0, 59)).toEqual(Array.from({ length: 59 }, (_, second) => second))
    expect(shown?.columns['u_l1n']?.at(-1)).toBeNull()
    expect(shown?.atMs).toEqual([...new Set(shown?.atMs)].sort((a, b) => a - b))
  })
})

describe('a clock that was set', () => {
  it('makes no empty intervals for the time that did not pass, and the cut one says so', () => {
    const recorder = createIntervalRecorder([{ id: 'm', periodMs: 1000 }])
    const rows: Interval[] = []
    const run = (fromMs: number, seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        const atMs = fromMs + second * 1000
        recorder.observe('m', { p_total: goodSample(5000, atMs) })
        rows.push(...recorder.close(atMs))
      }
    }
    run(base, 90)
    const hour = 3_600_000
    rows.push(...recorder.clockSet(base + 90_000 + hour))
    run(base + 90_000 + hour, 120)
    const minutes = rows.filter(({ lengthS }) => lengthS === 60)
    expect(minutes.map(({ startMs, note }) => [(startMs - base) / 1000, note])).toEqual([
      [0, 'recording began inside this interval'],
      [60, "the computer's clock was set within it"],
      [3660, 'recording began inside this interval'],
      [3720, null],
    ])
  })
})

describe('the record', () => {
  it('tries intervals again that could not be stored, and loses none', async () => {
    const clock = createFakeClock(base)
    const stored: Interval[] = []
    let fail = true
    const record = createRecord({
      clock,
      log,
      site: siteSchema.parse({
        version: 1,
        id: 's',
        name: 'S',
        grid: { limit: 63 },
        lines: [{ transport: 'tcp', id: 'lan', host: 'h', port: 502 }],
        meters: [{ id: 'm', profile: 'p', line: 'lan' }],
        circuits: [{ id: 'main', meter: 'm' }],
      }),
      recorder: {
        appendReadings: () => Promise.resolve(),
        appendIntervals: (rows) =>
          fail ? Promise.reject(new Error('the disk is full')) : (stored.push(...rows), Promise.resolve()),
      },
    })
    for (let second = 0; second < 240; second += 1) {
      await clock.advance(1000)
      fail = second < 130
      const samples = { f: goodSample(50, clock.nowMs()) }
      record.observe('m', samples, clock.nowMs())
      record.step({ seq: second, atMs: clock.nowMs(), meters: { m: { samples } }, chargers: {}, circuits: {} })
    }
    await record.close()
    expect(stored.map(({ startMs }) => (startMs - base) / 1000)).toEqual([0, 60, 120])
  })
})

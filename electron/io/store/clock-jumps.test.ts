import { eventText } from '../../../shared/said/event.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEngine, type Engine } from './engine.ts'
import { createRetentionTime } from './retention-time.ts'
import { all, base, decisionAt, eventAt, intervalAt, readingAt, writeAt } from './test-support/rows.ts'
import { agreesWithinMs, believedAfterMs, startTrustedClock, stepTrustedClock } from './trusted-clock.ts'

const day = 86_400_000
let folder = ''
const engines: Engine[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tripscope-clock-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  for (const engine of engines.splice(0)) engine.close()
  rmSync(folder, { recursive: true, force: true })
})
const start = async () => {
  const engine = await createEngine({ folder, engine: 'node:sqlite', busyMs: 20, reopenMs: 0 })
  engines.push(engine)
  return engine
}
const fill = ({ operations }: Engine, fromMs: number, count: number) => {
  for (let index = 0; index < count; index += 1) {
    const atMs = fromMs + index * 1000
    operations.appendReadings([readingAt(atMs)])
    operations.appendEvents([eventAt(atMs)])
    operations.appendDecision(decisionAt(atMs))
    operations.appendWrite(writeAt(atMs))
    operations.appendIntervals([intervalAt(fromMs + index * 60_000)])
  }
}
const counts = ({ operations }: Engine, range = all) => [
  operations.readings('m', range).length,
  operations.events(range, 9999).length,
  operations.decisions(range, 9999).length,
  operations.writes(range, 9999).length,
  operations.intervals('m', 60, range).length,
]

describe('a clock that jumps', () => {
  it.each([
    ['800 days', 800],
    ['10 years', 3650],
  ])('%s ahead for nine seconds deletes nothing', async (_, days) => {
    const engine = await start()
    fill(engine, base, 100)
    const wall = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => wall + days * day)
    fill(engine, wall + days * day, 9)
    vi.restoreAllMocks()
    fill(engine, wall, 9)
    // Asked for all times, those of the jump come as well.
    expect(counts(engine)).toEqual([118, 118, 118, 118, 118])
  })
  it('a program that starts while the clock is ahead deletes nothing either, however often', async () => {
    const first = await start()
    fill(first, base, 100)
    first.close()
    engines.length = 0
    const wall = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => wall + 3650 * day)
    for (let run = 0; run < 3; run += 1) {
      const engine = await start()
      fill(engine, wall + 3650 * day + run * 1e6, 30)
      engine.close()
      engines.length = 0
    }
    vi.restoreAllMocks()
    const engine = await start()
    expect(counts(engine, { fromMs: base, toMs: Date.now() })).toEqual([100, 100, 100, 100, 100])
  })
  it('rows from ahead of the clock are kept apart and said, also when their time comes', async () => {
    const first = await start()
    fill(first, base, 10)
    fill(first, Date.now() + 30 * day, 5)
    first.close()
    engines.length = 0
    const engine = await start()
    expect(engine.status().state).toBe('ok')
    expect(engine.notices().map(({ kind, facts }) => [kind, eventText(kind, facts)])).toEqual([
      ['store-clock', expect.stringMatching(/25 rows carry times after .* kept apart and not shown as history/)],
    ])
    expect(counts(engine, { fromMs: base, toMs: Date.now() })).toEqual([10, 10, 10, 10, 10])
    const wall = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => wall + 31 * day)
    expect(counts(engine, { fromMs: base, toMs: Date.now() })).toEqual([10, 10, 10, 10, 10])
  })
})

describe('the trusted clock', () => {
  it('follows the wall clock where the two agree, and a new one only after hours of agreement', () => {
    const wall = Date.UTC(2026, 0, 1)
    let clock = startTrustedClock(wall, wall, 0)
    clock = stepTrustedClock(clock, wall + 5000 + 300, 5000)
    expect(clock).toEqual({ trustedMs: wall + 5300, monotonicMs: 5000, doubt: null })
    const ahead = 800 * day
    clock = stepTrustedClock(clock, wall + ahead, 6000)
    expect(clock.trustedMs).toBe(wall + 6300)
    clock = stepTrustedClock(clock, wall + 7000 + ahead, 13_000)
    expect(clock.trustedMs).toBe(wall + 13_300)
    // Back again: as if nothing had been.
    expect(stepTrustedClock(clock, wall + 14_000, 14_000)).toEqual({
      trustedMs: wall + 14_000,
      monotonicMs: 14_000,
      doubt: null,
    })
    for (let monotonic = 14_000; monotonic <= 14_000 + believedAfterMs; monotonic += 60_000)
      clock = stepTrustedClock(clock, wall + ahead + monotonic, monotonic)
    expect(clock.doubt).toBeNull()
    expect(clock.trustedMs).toBeGreaterThan(wall + ahead)
  })
  it('a clock that keeps jumping is never believed', () => {
    const wall = Date.UTC(2026, 0, 1)
    let clock = startTrustedClock(wall, wall, 0)
    for (let hour = 1; hour < 48; hour += 1) clock = stepTrustedClock(clock, wall + hour * 100 * day, hour * 3_600_000)
    expect(clock.trustedMs).toBe(wall + 47 * 3_600_000)
  })
  it('rows are deleted by their own time where it is past, or follows the row before', () => {
    let monotonic = 0
    const wall = Date.UTC(2026, 0, 1)
    const time = createRetentionTime(
      () => wall + monotonic,
      () => monotonic,
    )
    const facts = {
      get: () => String(wall),
      set: () => undefined,
      getWhole: () => null,
      setWhole: () => undefined,
    }
    time.start(facts, null)
    expect(time.at(wall - 5 * day)).toBe(wall - 5 * day)
    // By a row of no good time as much goes as by the last one of a good time.
    expect(time.at(wall + 800 * day)).toBe(wall - 5 * day)
    expect(time.at(wall - 1000)).toBe(wall - 1000)
    expect(time.at(wall + 800 * day + 1000)).toBe(wall - 1000)
    monotonic = 1000
    expect(time.at(wall + agreesWithinMs / 2)).toBe(wall + agreesWithinMs / 2)
  })
})

import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { qualities } from '../../../shared/model/sample.ts'
import type { Recorder, StoredReading } from '../../core/record/recorder.ts'
import { checkChain } from './audit-chain.ts'
import { loadEngine, walIsSound } from './database.ts'
import { openStore, type StoreDependencies } from './open-store.ts'
import { decodeRow, encodeRow } from './ring-row.ts'

const warnings: string[] = []
const log = {
  debug: () => {},
  info: () => {},
  warn: (message: string) => {
    warnings.push(message)
  },
  error: (message: string) => {
    warnings.push(message)
  },
}
const folders: string[] = []
const stores: Recorder[] = []
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-store-'))
  folders.push(folder)
  return folder
}
const open = async (folder = newFolder(), more: Partial<StoreDependencies> = {}) => {
  const store = await openStore(folder, { log, ...more })
  stores.push(store)
  return store
}
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const base = Date.UTC(2026, 10, 23, 10)
const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
const good = (value: number) => ({ value, quality: 'good' as const })
const reading = (second: number, values: StoredReading['values'], meterId = 'm'): StoredReading => ({
  meterId,
  atMs: base + second * 1000,
  values,
})
const event = (id: string, second = 0) => ({
  id,
  atMs: base + second * 1000,
  kind: 'test',
  severity: 'info' as const,
  subject: { kind: 'meter' as const, id: 'm' },
  message: 'hello',
  data: { a: [1, null] },
})
const interval = (minute: number, coverage = 1) => ({
  meterId: 'm',
  startMs: base + minute * 60_000,
  lengthS: 60 as const,
  importKwh: 0.5,
  exportKwh: null,
  registerStartKwh: 10,
  registerEndKwh: 10.5,
  stats: { u_l1n: [229, 230, 231, 60] as [number, number, number, number] },
  coverage,
  note: null,
})

describe.each(['node:sqlite', 'libsql'] as const)('the store over %s', (engine) => {
  it('gives back what was appended, after a restart too', async () => {
    const folder = newFolder()
    const first = await open(folder, { engine })
    await first.appendEvents([event('e1'), event('e2', 1)])
    await first.appendIntervals([interval(0)])
    const decision = {
      id: 'd',
      seq: 1,
      atMs: base,
      trigger: 'cycle' as const,
      mode: 'monitoring' as const,
      imageAtMs: base,
      chargers: {},
      circuits: {},
      notes: ['n'],
    }
    await first.appendDecision(decision)
    const write = {
      id: 'w',
      chargerId: 'c',
      atMs: base,
      limitA: 6,
      reason: 'decision' as const,
      decisionId: 'd',
      state: 'pending' as const,
      readBackA: null,
      why: null,
      settledAtMs: null,
    }
    await first.appendWrite(write)
    await first.appendWrite({ ...write, state: 'verified', readBackA: 6 })
    await first.appendReadings([
      reading(0, { u_l1n: good(230.5), e_import: good(1_234_567.89), i_l1: { value: null, quality: 'timeout' } }),
    ])
    await first.close()
    const store = await open(folder, { engine })
    expect(await store.events(all, 10)).toEqual([event('e1'), event('e2', 1)])
    expect(await store.events(all, 1)).toEqual([event('e2', 1)])
    expect(await store.intervals('m', 60, all)).toEqual([interval(0)])
    expect(await store.decisions(all, 10)).toEqual([decision])
    expect(await store.writes(all, 10)).toEqual([{ ...write, state: 'verified', readBackA: 6 }])
    expect(await store.readings('m', all)).toEqual([
      reading(0, { u_l1n: good(230.5), e_import: good(1_234_567.89), i_l1: { value: null, quality: 'timeout' } }),
    ])
    expect(store.status()).toMatchObject({ state: 'ok', problem: null, readingsSinceMs: base })
    expect(store.status().bytes).toBeGreaterThan(8192)
  })

  it('chains audit rows, and shows a change and a cut out of the middle', async () => {
    const folder = newFolder()
    const store = await open(folder, { engine })
    for (let count = 0; count < 5; count += 1)
      await store.appendAudit({
        atMs: base + count,
        who: 'Ö',
        action: 'override.set',
        subject: 'cp1',
        detail: { b: count, a: { d: 1, c: [2] } },
      })
    const rows = await store.audit(all, 100)
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
    // The first hash, worked out apart from the code.
    const text = JSON.stringify(['0'.repeat(64), 1, base, 'Ö', 'override.set', 'cp1', '{"a":{"c":[2],"d":1},"b":0}'])
    expect(rows[0]?.hash).toBe(createHash('sha256').update(text).digest('hex'))
    expect(checkChain(rows)).toBeNull()
    expect(checkChain(rows.map((row) => (row.seq === 3 ? { ...row, who: 'someone else' } : row)))).toContain('row 3')
    expect(checkChain(rows.filter(({ seq }) => seq !== 3))).toContain('row 3 is missing')
    await store.close()
    const database = (await loadEngine(engine))(join(folder, 'site.db'))
    expect(() => database.exec("UPDATE audit SET who = 'x'")).toThrow(/only ever added/)
    expect(() => database.exec('DELETE FROM audit')).toThrow(/only ever added/)
    database.exec('DROP TRIGGER audit_is_never_changed')
    database.exec("UPDATE audit SET who = 'x' WHERE seq = 2")
    database.close()
    const tampered = await open(folder, { engine })
    expect(tampered.status()).toMatchObject({ state: 'degraded', problem: expect.stringContaining('row 2') as string })
  })

  it('a damaged file is kept under another name and a new one begun', async () => {
    const folder = newFolder()
    writeFileSync(
      join(folder, 'site.db'),
      'this is no database, but it is long enough to be read as a header of one'.repeat(200),
    )
    writeFileSync(join(folder, 'ring.db'), Buffer.alloc(8192, 7))
    const store = await open(folder, { engine })
    expect(store.status().state).toBe('degraded')
    expect(store.status().problem).toMatch(
      /site\.db could not be used .*kept as site\.db\.damaged-.*ring\.db could not be used/,
    )
    await store.appendEvents([event('e')])
    expect(await store.events(all, 10)).toHaveLength(1)
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toHaveLength(2)
  })

  it('a full disk rejects appends with a message, and goes on when there is room', async () => {
    const store = await open(newFolder(), { engine, maxPages: 40 })
    let problem = ''
    for (let count = 0; count < 200 && problem === ''; count += 1) {
      await store.appendEvents([{ ...event(`e${count}`), message: 'x'.repeat(3000) }]).catch((error: unknown) => {
        problem = (error as Error).message
      })
    }
    expect(problem).toContain('the disk is full: free space')
    expect(store.status()).toMatchObject({
      state: 'degraded',
      problem: expect.stringContaining('disk is full') as string,
    })
    expect((await store.events(all, 1000)).length).toBeGreaterThan(5)
  })
})

describe('the store', () => {
  it('a folder that cannot be made gives a store that is off and says why', async () => {
    const file = join(newFolder(), 'file')
    writeFileSync(file, '')
    const store = await open(join(file, 'below'))
    expect(store.status()).toMatchObject({
      state: 'off',
      problem: expect.stringContaining('Choose a folder') as string,
    })
    await expect(store.appendEvents([event('e')])).rejects.toThrow(/cannot be created/)
  })
  it('says of a path that is too long for it that it is too long, not that somebody lacks rights', async () => {
    const folder = join(
      newFolder(),
      ...Array.from({ length: 12 }, (_, index) => `${'a folder with a long name '.repeat(2)}${index}`),
    )
    const store = await open(folder)
    const { state, problem } = store.status()
    expect(state).not.toBe('ok')
    expect(problem).toContain('is too long for a store')
  })
  it('a directory in the place of a file is set aside as well', async () => {
    const folder = newFolder()
    mkdirSync(join(folder, 'ring.db'))
    const store = await open(folder)
    expect(store.status().problem).toContain('ring.db could not be used')
    await store.appendReadings([reading(0, { u_l1n: good(1) })])
    expect(await store.readings('m', all)).toHaveLength(1)
  })
  it('a file of a newer program is left alone', async () => {
    const folder = newFolder()
    const database = (await loadEngine())(join(folder, 'site.db'))
    database.exec('PRAGMA user_version = 99')
    database.close()
    const store = await open(folder)
    expect(store.status()).toMatchObject({ state: 'off', problem: expect.stringContaining('newer version') as string })
    expect(readdirSync(folder).some((name) => name.includes('damaged'))).toBe(false)
  })
  it('rejects after closing', async () => {
    const store = await open()
    await store.close()
    await expect(store.appendEvents([event('e')])).rejects.toThrow()
    expect(store.status().state).toBe('off')
  })
  it('an interval is replaced only by a better covered record of it', async () => {
    const store = await open()
    await store.appendIntervals([interval(0, 0.9)])
    await store.appendIntervals([{ ...interval(0, 0.2), note: 'after the clock was set back' }])
    expect(await store.intervals('m', 60, all)).toEqual([interval(0, 0.9)])
  })
  it('knows which SQLite has the sound WAL', () => {
    expect(['3.51.2', '3.50.9', '2.99.99'].map(walIsSound)).toEqual([false, false, false])
    expect(['3.51.3', '3.52.0', '3.53.4', '4.0.0'].map(walIsSound)).toEqual([true, true, true, true])
  })
  it('keeps the ring inside its age, oldest first, in small steps', async () => {
    const store = await open(newFolder(), { ring: { keepMs: 3_600_000, keepBytes: 1e12 } })
    for (let minute = 0; minute < 600; minute += 1)
      await store.appendReadings([
        reading(minute * 60, { u_l1n: good(minute) }),
        reading(minute * 60, { u_l1n: good(minute) }, 'm2'),
      ])
    for (const meter of ['m', 'm2']) {
      const kept = await store.readings(meter, all)
      expect(kept.length).toBeGreaterThanOrEqual(60)
      expect(kept.length).toBeLessThanOrEqual(85)
      expect(kept.at(-1)?.atMs).toBe(base + 599 * 60_000)
    }
    expect(store.status().readingsSinceMs).toBeGreaterThanOrEqual(base + (599 - 85) * 60_000)
  })
  it('keeps the ring inside its size', async () => {
    const store = await open(newFolder(), { ring: { keepMs: 1e12, keepBytes: 200_000 } })
    const values = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`thd_${index}`, good(index)]))
    for (let block = 0; block < 60; block += 1)
      await store.appendReadings(Array.from({ length: 60 }, (_, index) => reading(block * 60 + index, values)))
    const kept = await store.readings('m', all)
    expect(kept.at(-1)?.atMs).toBe(base + 3599_000)
    expect(kept.length).toBeLessThan(1800)
    expect(store.status().bytes).toBeLessThan(700_000)
  })
})

describe('ring rows', () => {
  it('good is the first quality: its byte is what history looks for', () => {
    expect(qualities[0]).toBe('good')
  })
  it('give back every value to float32 and every quality', () => {
    const entry = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ value, quality: 'good' as const })),
      fc.constantFrom(...qualities.slice(1)).map((quality) => ({ value: null, quality })),
    )
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('u_l1n', 'i_l1', 'e_import', 'e_export', 'f', 'p_total', 'unknown'), entry),
        (values) => {
          expect(decodeRow(encodeRow(values))).toEqual({ ...values })
        },
      ),
    )
  })
})

describe('history', () => {
  const reduce = (
    rows: readonly StoredReading[],
    key: string,
    fromMs: number,
    bucketMs: number,
    count: number,
    rms: boolean,
  ) =>
    Array.from({ length: count }, (_, index) => {
      const values = rows
        .filter(({ atMs }) => atMs >= fromMs + index * bucketMs && atMs < fromMs + (index + 1) * bucketMs)
        .map((row) => row.values[key]?.value)
        .filter((value): value is number => value != null)
      if (values.length === 0) return null
      const mean = rms
        ? Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
        : values.reduce((sum, value) => sum + value, 0) / values.length
      return [Math.min(...values), mean, Math.max(...values)]
    })
  it('buckets are those of a brute-force reduction, gaps included', async () => {
    const store = await open()
    const rows: StoredReading[] = []
    for (let second = 0; second < 900; second += 1) {
      if (second > 300 && second < 420) continue
      const value = Math.fround(230 + 8 * Math.sin(second / 30))
      rows.push(
        reading(second, {
          u_l1n: second % 7 === 0 ? { value: null, quality: 'timeout' } : good(value),
          ...(second % 10 === 0 ? { p_total: good(Math.fround(-1000 + second * 3)) } : {}),
        }),
      )
    }
    await store.appendReadings(rows)
    const range = { fromMs: base + 100_000, toMs: base + 880_000 }
    for (const maxBuckets of [10, 60, 780]) {
      const history = await store.history('m', ['u_l1n', 'p_total', 'f'], range, maxBuckets)
      const count = history.columns[0]?.buckets.length ?? 0
      expect(count).toBeLessThanOrEqual(maxBuckets)
      // Buckets of a minute and more begin at a full minute.
      expect(history.startMs).toBe(maxBuckets === 10 ? Math.floor(range.fromMs / 60_000) * 60_000 : range.fromMs)
      const inRange = rows.filter(({ atMs }) => atMs >= range.fromMs && atMs < range.toMs)
      for (const [column, key, rms] of [
        [0, 'u_l1n', true],
        [1, 'p_total', false],
      ] as const) {
        const expected = reduce(inRange, key, history.startMs, history.bucketMs, count, rms)
        history.columns[column]?.buckets.forEach((bucket, index) => {
          const wanted = expected[index]
          if (wanted == null) expect(bucket).toBeNull()
          else wanted.forEach((value, part) => expect(bucket?.[part as 0]).toBeCloseTo(value, 3))
        })
      }
      expect(history.columns[2]?.buckets.every((bucket) => bucket === null)).toBe(true)
    }
  })
  it('further back than the ring it answers from the intervals, never finer than a minute, and adds the minutes not yet closed', async () => {
    const store = await open()
    await store.appendIntervals([0, 1, 2, 5].map((minute) => interval(minute)))
    await store.appendReadings([reading(361, { u_l1n: good(240) })])
    const history = await store.history('m', ['u_l1n'], { fromMs: base, toMs: base + 420_000 }, 1000)
    expect(history).toMatchObject({ startMs: base, bucketMs: 60_000 })
    expect(history.columns[0]?.buckets).toEqual([
      [229, 230, 231],
      [229, 230, 231],
      [229, 230, 231],
      null,
      null,
      [229, 230, 231],
      [240, 240, 240],
    ])
  })
  it('a counter is shown from the intervals by the reading each ended with', async () => {
    const store = await open()
    await store.appendIntervals(
      [0, 1, 2].map((minute) => ({ ...interval(minute), registerEndKwh: minute === 1 ? null : 100 + minute })),
    )
    await store.appendReadings([reading(361, { e_import: good(107) })])
    const history = await store.history('m', ['e_import'], { fromMs: base, toMs: base + 420_000 }, 1000)
    expect(history.columns[0]?.buckets).toEqual([
      [100, 100, 100],
      null,
      [102, 102, 102],
      null,
      null,
      null,
      [107, 107, 107],
    ])
  })
  it('on the first day, with nothing older than the ring, an hour is shown as finely as asked', async () => {
    const store = await open()
    await store.appendReadings([reading(3590, { u_l1n: good(230) }), reading(3599, { u_l1n: good(232) })])
    const history = await store.history('m', ['u_l1n'], { fromMs: base, toMs: base + 3_600_000 }, 600)
    expect(history.bucketMs).toBe(6000)
    expect(history.columns[0]?.buckets.filter((bucket) => bucket !== null)).toHaveLength(2)
  })
  it('an unknown meter and an empty range are gaps, not errors', async () => {
    const store = await open()
    const history = await store.history('nobody', ['u_l1n'], { fromMs: base, toMs: base + 10_000 }, 10)
    expect(history.columns[0]?.buckets.every((bucket) => bucket === null)).toBe(true)
  })
})

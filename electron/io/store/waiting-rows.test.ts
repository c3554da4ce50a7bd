import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { outageWords, type Outage } from '../../../shared/said/outage.ts'
import type { Recorder } from '../../core/record/recorder.ts'
import { loadEngine, type Database } from './database.ts'
import { openStore } from './open-store.ts'
import { stepOutage, type OutageNews } from './outage.ts'
import { createReadGate } from './read-gate.ts'
import { all, base, decisionAt, eventAt, readingAt, writeAt } from './test-support/rows.ts'
import { createWaitingRows } from './waiting-rows.ts'

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

describe('rows that wait', () => {
  const start = (more: Partial<Parameters<typeof createWaitingRows<number>>[0]> = {}) => {
    const stored: number[] = []
    const lost: number[] = []
    let isFull = false
    const rows = createWaitingRows<number>({
      send: (batch) => {
        if (isFull) return Promise.reject(new Error('full'))
        if (batch.includes(13)) return Promise.reject(new TypeError('13 can not be stored'))
        stored.push(...batch)
        return Promise.resolve()
      },
      batch: 3,
      mostWaiting: 5,
      mayRetry: (error) => !(error instanceof TypeError),
      onFailed: () => undefined,
      onStored: () => undefined,
      onGivenUp: (count) => lost.push(count),
      ...more,
    })
    return { rows, stored, lost, fill: (full: boolean) => (isFull = full) }
  }
  it('are told as not stored, and stored in their order when there is room', async () => {
    const { rows, stored, fill } = start()
    fill(true)
    for (const row of [1, 2, 3, 4]) await expect(rows.add([row])).rejects.toThrow('full')
    fill(false)
    await rows.add([5])
    expect(stored).toEqual([1, 2, 3, 4, 5])
    expect(rows.count()).toBe(0)
  })
  it('past the bound the oldest are given up and counted', async () => {
    const { rows, stored, lost, fill } = start()
    fill(true)
    for (let row = 0; row < 9; row += 1) await expect(rows.add([row])).rejects.toThrow()
    fill(false)
    await rows.retry()
    expect(stored).toEqual([4, 5, 6, 7, 8])
    expect(lost.reduce((sum, count) => sum + count, 0)).toBe(4)
  })
  it('one that can not be stored at all keeps none of the others waiting', async () => {
    const { rows, stored, lost } = start()
    const outcomes = await Promise.allSettled([11, 12, 13, 14].map((row) => rows.add([row])))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect([stored, lost]).toEqual([[11, 12, 14], [1]])
  })
})

describe('the words about a gap', () => {
  const told = (news: readonly OutageNews[]): Outage | null =>
    news.reduce<Outage | null>((outage, each) => stepOutage(outage, each), null)
  it('name its time, its cause, what came late and what was given up', () => {
    const outage = told([
      { kind: 'late', what: 'events', rows: 9 },
      { kind: 'failed', file: 'site', atMs: Date.UTC(2026, 10, 23, 10), why: 'the disk is full: free space' },
      { kind: 'failed', file: 'ring', atMs: Date.UTC(2026, 10, 23, 10), why: 'the disk is full: free space' },
      { kind: 'lost', what: 'readings', rows: 3 },
      { kind: 'lost', what: 'readings', rows: 4 },
      { kind: 'stored', file: 'ring' },
      { kind: 'late', what: 'events', rows: 2 },
    ])
    expect(outage?.failing).toEqual(['site'])
    expect(outage && outageWords(outage, Date.UTC(2026, 10, 23, 10, 0, 45))).toBe(
      'The history store: from 2026-11-23 10:00:00 to 2026-11-23 10:00:45 UTC rows could not be stored: the disk is full: free space; stored afterwards: 2 events; given up: 7 readings',
    )
  })
})

describe('reads', () => {
  it('reach the store one at a time, also after one that failed, and past a bound are refused', async () => {
    const gate = createReadGate(3)
    let running = 0
    let most = 0
    const read = (fails: boolean) =>
      gate(async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        if (fails) throw new Error('no')
        return 1
      })
    const outcomes = await Promise.allSettled([read(false), read(true), read(false), read(false)])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
    expect(most).toBe(1)
  })
})

describe('a store that can not write for a while', () => {
  let folder = ''
  let store: Recorder | null = null
  let other: Database | null = null
  afterEach(async () => {
    other?.close()
    other = null
    await store?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  it('keeps events, decisions and writes in order, and one event tells of the gap', async () => {
    folder = mkdtempSync(join(tmpdir(), 'tripscope-waiting-'))
    const open = await openStore(folder, { log, busyMs: 20, retryMs: 50 })
    store = open
    const shown: string[] = []
    open.onEvent?.(({ message }) => shown.push(message))
    await open.appendEvents([eventAt(base, 'before')])
    other = (await loadEngine('node:sqlite'))(join(folder, 'site.db'))
    other.exec('BEGIN EXCLUSIVE')
    for (const name of ['e1', 'e2', 'e3'])
      await expect(open.appendEvents([eventAt(base + 1, name)])).rejects.toThrow(/locked/)
    await expect(open.appendDecision(decisionAt(base + 1))).rejects.toThrow()
    await expect(open.appendWrite(writeAt(base + 1))).rejects.toThrow()
    await expect(open.appendAudit({ atMs: base, who: 'a', action: 'arm', subject: 's', detail: {} })).rejects.toThrow()
    expect(open.status()).toMatchObject({ state: 'degraded', problem: expect.stringMatching(/5 rows wait/) as string })
    other.exec('ROLLBACK')
    await vi.waitFor(async () => expect(await open.events(all, 10)).toHaveLength(5), { timeout: 10_000 })
    const rows = await open.events(all, 10)
    expect(rows.filter(({ kind }) => kind === 'test').map(({ id }) => id)).toEqual(['before', 'e1', 'e2', 'e3'])
    const gap = rows.find(({ kind }) => kind === 'store-gap')
    expect(gap?.message).toMatch(/from .* to .* could not be stored: database is locked.*stored afterwards: .*3 events/)
    expect(gap?.message).toContain('given up: 1 audit rows (arm by a)')
    expect(shown).toEqual([gap?.message])
    expect(await open.decisions(all, 10)).toHaveLength(1)
    expect(await open.writes(all, 10)).toHaveLength(1)
    await open.appendReadings([readingAt(base)])
    await vi.waitFor(() =>
      expect(open.status()).toMatchObject({ problem: expect.stringContaining('audit row') as string }),
    )
  })
})

it('rows on their way for the first time do not wait; those whose first try failed do', async () => {
  let release: () => void = () => undefined
  let fail = false
  const rows = createWaitingRows<number>({
    send: () =>
      fail
        ? Promise.reject(new Error('disk full'))
        : new Promise<void>((resolve) => {
            release = resolve
          }),
    batch: 10,
    mostWaiting: 100,
    mayRetry: () => true,
    onFailed: () => undefined,
    onStored: () => undefined,
    onGivenUp: () => undefined,
  })
  const first = rows.add([1, 2])
  expect(rows.count()).toBe(0)
  release()
  await first
  fail = true
  await expect(rows.add([3])).rejects.toThrow('disk full')
  expect(rows.count()).toBe(1)
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Recorder } from '../../core/record/recorder.ts'
import { openStore } from './open-store.ts'
import { all, auditAt, base, decisionAt, eventAt, intervalAt, readingAt, writeAt } from './test-support/rows.ts'

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
let folder = ''
const stores: Recorder[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tripscope-two-'))
})
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  rmSync(folder, { recursive: true, force: true })
})
const open = async (engine: 'node:sqlite' | 'libsql') => {
  const store = await openStore(folder, { log, engine })
  stores.push(store)
  return store
}

describe.each(['node:sqlite', 'libsql'] as const)('a second instance on the same history (%s)', (engine) => {
  it('reads what the first has stored, and stores nothing of its own', async () => {
    const first = await open(engine)
    await first.appendEvents([eventAt(base)])
    await first.appendReadings([readingAt(base)])
    const second = await open(engine)
    expect(second.status()).toMatchObject({ state: 'ok', problem: null, readOnly: true })
    await second.appendEvents([eventAt(base + 1000)])
    await second.appendReadings([readingAt(base + 1000)])
    await second.appendIntervals([intervalAt(base)])
    await second.appendDecision(decisionAt(base))
    await second.appendWrite(writeAt(base))
    await expect(second.appendAudit(auditAt(base))).rejects.toThrow(/another instance records this site/)
    expect(await second.events(all, 10)).toEqual([eventAt(base)])
    await first.appendEvents([eventAt(base + 2000)])
    for (const store of [first, second]) {
      expect((await store.events(all, 10)).map(({ atMs }) => atMs - base)).toEqual([0, 2000])
      expect(await store.readings('m', all)).toHaveLength(1)
      expect(await store.intervals('m', 60, all)).toEqual([])
      expect(await store.decisions(all, 10)).toEqual([])
      expect(await store.writes(all, 10)).toEqual([])
      expect(await store.audit(all, 10)).toEqual([])
    }
    expect(first.status()).toMatchObject({ state: 'ok', problem: null })
  })
  it('that opens the history again when the first has ended records it', async () => {
    const first = await open(engine)
    await first.appendEvents([eventAt(base)])
    await first.close()
    const second = await open(engine)
    expect(second.status().readOnly).toBeUndefined()
    await second.appendEvents([eventAt(base + 1000)])
    expect(await second.events(all, 10)).toHaveLength(2)
  })
})

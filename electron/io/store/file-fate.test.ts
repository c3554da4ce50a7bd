import { eventText } from '../../../shared/said/event.ts'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadEngine, type Database } from './database.ts'
import { createEngine, type Engine } from './engine.ts'
import { all, auditAt, base, eventAt, intervalAt, readingAt } from './test-support/rows.ts'

let parent = ''
let folder = ''
const engines: Engine[] = []
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'tripscope-fate-'))
  folder = join(parent, 'site')
})
afterEach(() => {
  for (const engine of engines.splice(0)) engine.close()
  rmSync(parent, { recursive: true, force: true })
})
const start = async (engine: Database['engine'] = 'node:sqlite', at = folder) => {
  const opened = await createEngine({ folder: at, engine, busyMs: 20, reopenMs: 0, watchMs: 0 })
  engines.push(opened)
  return opened
}
const fill = (engine: Engine, from = 0, count = 20) => {
  for (let index = from; index < from + count; index += 1) {
    engine.operations.appendEvents([eventAt(base + index * 1000)])
    engine.operations.appendAudit(auditAt(base + index * 1000))
    engine.operations.appendIntervals([intervalAt(base + index * 60_000)])
    engine.operations.appendReadings([readingAt(base + index * 1000)])
  }
}
const counts = ({ operations }: Engine) => [
  operations.events(all, 999).length,
  operations.audit(all, 999).length,
  operations.intervals('m', 60, all).length,
  operations.readings('m', all).length,
]
const stop = () => {
  for (const engine of engines.splice(0)) engine.close()
}
const told = (engine: Engine) => ({
  problem: engine.status().problem ?? '',
  notices: engine
    .notices()
    .map(({ kind, facts }) => eventText(kind, facts))
    .join('\n'),
})

describe.each(['node:sqlite', 'libsql'] as const)('what happens to the files while the program runs (%s)', (kind) => {
  it('the folder deleted: its rows are written anew, it is said, and the next start has all of them', async () => {
    const engine = await start(kind)
    fill(engine)
    rmSync(folder, { recursive: true })
    fill(engine, 20)
    const { problem, notices } = told(engine)
    expect(problem).toMatch(/site\.db was deleted while the program ran: it was written anew with all its rows/)
    expect(problem).toMatch(/ring\.db was deleted while the program ran/)
    expect(notices).toMatch(/site\.db was deleted/)
    expect(engine.status().state).toBe('degraded')
    expect(counts(engine)).toEqual([40, 40, 40, 40])
    stop()
    const next = await start(kind)
    expect(counts(next)).toEqual([40, 40, 40, 40])
    expect(next.status()).toMatchObject({ state: 'ok', problem: null })
  })
  it('one file deleted, or replaced by another: said, and it goes on', async () => {
    const engine = await start(kind)
    fill(engine)
    rmSync(join(folder, 'ring.db'))
    fill(engine, 20, 1)
    expect(told(engine).problem).toMatch(/ring\.db was deleted while the program ran/)
    expect(counts(engine)).toEqual([21, 21, 21, 21])
  })
  it('the write-ahead log deleted: what stood in it is saved', async () => {
    const engine = await start(kind)
    fill(engine)
    // The watch has seen it.
    fill(engine, 20, 1)
    rmSync(join(folder, 'site.db-wal'))
    fill(engine, 21, 1)
    expect(told(engine).problem).toMatch(/write-ahead log of site\.db was deleted/)
    expect(counts(engine)).toEqual([22, 22, 22, 22])
  })
})

describe('what is found at the start', () => {
  it('a file of zero bytes, or none at all, where rows were', async () => {
    fill(await start())
    stop()
    truncateSync(join(folder, 'site.db'), 0)
    const emptied = await start()
    expect(emptied.status().state).toBe('degraded')
    expect(told(emptied).problem).toMatch(
      /site\.db was empty \(0 bytes\).*the audit was cut.*the last 20 events that were stored are gone/,
    )
    fill(emptied)
    stop()
    rmSync(join(folder, 'site.db'))
    const missing = await start()
    expect(told(missing).problem).toMatch(/site\.db was not there any more: .*events that were stored are gone/)
    fill(missing)
    expect(missing.operations.events(all, 99)).toHaveLength(20)
    stop()
    // Told once: the next start finds what the last one left.
    expect((await start()).status()).toMatchObject({ state: 'ok', problem: null })
  })
  it('a write-ahead log that was deleted after a kill', async () => {
    const engine = await start()
    fill(engine)
    // As the files lie on the disk when the program is killed: the log still holds rows.
    const killed = join(parent, 'killed')
    cpSync(folder, killed, { recursive: true })
    rmSync(join(killed, 'site.db-wal'))
    const next = await start('node:sqlite', killed)
    const { problem, notices } = told(next)
    expect(problem).toMatch(/the last 20 events that were stored are gone \(the write-ahead log/)
    expect(notices).toMatch(/events that were stored are gone/)
  })
  it('rows cut off the end of the audit, and a last one that was rewritten', async () => {
    fill(await start())
    stop()
    const cut = async (sql: string) => {
      const database = (await loadEngine('node:sqlite'))(join(folder, 'site.db'))
      database.exec('DROP TRIGGER audit_is_never_shortened')
      database.exec(sql)
      database.close()
    }
    await cut('DELETE FROM audit WHERE seq > 15')
    const found = await start()
    expect(found.status().state).toBe('degraded')
    expect(told(found).problem).toMatch(/the audit was cut: it reached row 20 and now ends with row 15/)
  })
  it('the head beside the file removed, or written by another hand', async () => {
    fill(await start())
    stop()
    const head = join(folder, 'site.head')
    const text = readFileSync(head, 'utf8')
    writeFileSync(head, text.replace('"seq":20', '"seq":15'))
    expect(told(await start()).problem).toMatch(/site\.head.*can't be trusted \(its seal does not fit it\)/)
    stop()
    rmSync(head)
    expect(told(await start()).problem).toMatch(/site\.head.*was removed/)
    stop()
    expect((await start()).status().problem).toBeNull()
  })
  it('only this user reads what is stored', async () => {
    const engine = await start()
    fill(engine)
    if (process.platform === 'win32') return
    for (const name of readdirSync(folder)) expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0])
    expect(statSync(folder).mode & 0o077).toBe(0)
    chmodSync(folder, 0o755)
    stop()
    await start()
    expect(statSync(folder).mode & 0o077).toBe(0)
  })
  it('a damaged file: what can be read of it is in the new one', async () => {
    fill(await start(), 0, 300)
    stop()
    const path = join(folder, 'site.db')
    const bytes = readFileSync(path)
    // One page of a table in the middle is gone.
    bytes.fill(0x55, 4096 * 12, 4096 * 13)
    writeFileSync(path, bytes)
    const engine = await start()
    expect(told(engine).problem).toMatch(/kept as site\.db\.damaged-.* rows carried over/)
    const [events = 0, audit = 0, minutes = 0] = counts(engine)
    expect(Math.min(events, audit, minutes)).toBeGreaterThan(200)
    expect(existsSync(path)).toBe(true)
  })
})

import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadEngine, type Database } from './database.ts'
import { createEngine, type Engine } from './engine.ts'
import { createSlot } from './file-slot.ts'
import { UnusableFileError } from './open-file.ts'

let folder = ''
const engines: Engine[] = []
const others: Database[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tripscope-engine-'))
})
afterEach(() => {
  for (const engine of engines.splice(0)) engine.close()
  for (const other of others.splice(0)) other.close()
  rmSync(folder, { recursive: true, force: true })
})

const start = async (): Promise<Engine> => {
  const engine = await createEngine({ folder, engine: 'node:sqlite', busyMs: 20, reopenMs: 0 })
  engines.push(engine)
  return engine
}
/** Another program (a backup) that holds a file for itself. */
const hold = async (name: string): Promise<Database> => {
  const other = (await loadEngine('node:sqlite'))(join(folder, name))
  others.push(other)
  other.exec('BEGIN EXCLUSIVE')
  return other
}
const all = { fromMs: 0, toMs: 9e15 }
const audit = (engine: Engine) =>
  engine.operations.appendAudit({ atMs: 1, who: 'a', action: 'arm', subject: 'c', detail: {} })
const reading = (engine: Engine) => {
  engine.operations.appendReadings([{ meterId: 'm', atMs: 5, values: { i_l1: { value: 1, quality: 'good' } } }])
}
const event = (engine: Engine) => {
  engine.operations.appendEvents([
    { id: 'e', atMs: 1, kind: 'test', severity: 'info', subject: null, message: 'm', data: null },
  ])
}
const damagedNames = () => readdirSync(folder).filter((name) => name.includes('damaged'))

describe('what could not be stored', () => {
  it('is said until the same kind of row is stored again, whatever else is stored meanwhile', async () => {
    const engine = await start()
    const other = await hold('site.db')
    expect(() => audit(engine)).toThrow(/locked/)
    expect(() => {
      event(engine)
    }).toThrow(/locked/)
    reading(engine)
    expect(engine.status()).toMatchObject({
      state: 'degraded',
      problem: expect.stringMatching(/an audit row could not be stored.*events could not be stored/) as string,
    })
    other.exec('ROLLBACK')
    event(engine)
    expect(engine.status().problem).toMatch(/audit row/)
    expect(engine.status().problem).not.toMatch(/events/)
    audit(engine)
    expect(engine.status()).toMatchObject({ state: 'ok', problem: null })
  })
})

describe('how long rows are kept', () => {
  const day = 86_400_000
  const decision = (id: string, atMs: number) => ({
    id,
    seq: 1,
    atMs,
    trigger: 'cycle' as const,
    mode: 'armed' as const,
    imageAtMs: atMs,
    chargers: {},
    circuits: {},
    notes: [],
  })
  const write = (id: string, atMs: number) => ({
    id,
    chargerId: 'c',
    atMs,
    limitA: 6,
    reason: 'decision' as const,
    decisionId: null,
    state: 'verified' as const,
    readBackA: 6,
    why: null,
    settledAtMs: null,
  })
  const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id)

  it('decisions and writes 90 days, events two years, audit rows for ever', async () => {
    const { operations } = await start()
    const base = Date.UTC(2024, 0, 1)
    for (const days of [0, 1, 90, 91.5]) {
      operations.appendDecision(decision(`d${days}`, base + days * day))
      operations.appendWrite(write(`w${days}`, base + days * day))
    }
    for (const days of [0, 1, 730, 731.5])
      operations.appendEvents([
        {
          id: `e${days}`,
          atMs: base + days * day,
          kind: 'test',
          severity: 'info',
          subject: null,
          message: 'm',
          data: null,
        },
      ])
    for (const days of [0, 5000])
      operations.appendAudit({ atMs: base + days * day, who: 'a', action: 'arm', subject: 'c', detail: {} })
    expect(ids(operations.decisions(all, 99))).toEqual(['d90', 'd91.5'])
    expect(ids(operations.writes(all, 99))).toEqual(['w90', 'w91.5'])
    expect(ids(operations.events(all, 99))).toEqual(['e730', 'e731.5'])
    expect(operations.audit(all, 99)).toHaveLength(2)
  })

  it('of decisions and writes older than a week a few of each stretch', async () => {
    const { operations } = await start()
    const base = Date.UTC(2026, 0, 1)
    for (let second = 0; second < 120; second += 10) {
      operations.appendDecision(decision(`d${second}`, base + second * 1000))
      operations.appendWrite(write(`w${second}`, base + second * 1000))
    }
    operations.appendWrite({ ...write('failed', base + 5000), state: 'failed' })
    for (let count = 0; count < 4; count += 1) {
      operations.appendDecision(decision(`later${count}`, base + 8 * day + count))
      operations.appendWrite(write(`later${count}`, base + 8 * day + count))
    }
    const later = ['later0', 'later1', 'later2', 'later3']
    expect(ids(operations.decisions(all, 99))).toEqual(['d0', 'd60', ...later])
    expect(ids(operations.writes(all, 99))).toEqual(['failed', 'w110', ...later])
  })

  it('a clock that is years ahead for one row takes a few old rows, not all', async () => {
    const { operations } = await start()
    const base = Date.UTC(2026, 0, 1)
    for (let count = 0; count < 100; count += 1) operations.appendDecision(decision(`d${count}`, base + count * 1000))
    operations.appendDecision(decision('wrong', Date.UTC(2036, 0, 1)))
    operations.appendDecision(decision('right', base + 200_000))
    expect(operations.decisions(all, 999).length).toBeGreaterThanOrEqual(80)
  })
})

describe('a sound file that is in use elsewhere', () => {
  it('is left as it is, said, and used as soon as it is free', async () => {
    const first = await start()
    audit(first)
    first.close()
    engines.length = 0
    const other = (await loadEngine('node:sqlite'))(join(folder, 'site.db'))
    others.push(other)
    other.prepare('PRAGMA journal_mode = TRUNCATE').get()
    other.exec('BEGIN EXCLUSIVE')
    const engine = await start()
    expect(damagedNames()).toEqual([])
    expect(engine.status()).toMatchObject({
      state: 'degraded',
      problem: expect.stringMatching(/site\.db cannot be used now.*locked.*Close the other program/) as string,
    })
    // Measurements go on meanwhile.
    reading(engine)
    expect(() => audit(engine)).toThrow(/locked/)
    other.exec('ROLLBACK')
    expect(audit(engine).seq).toBe(2)
    expect(engine.operations.audit(all, 9)).toHaveLength(2)
    expect(engine.status()).toMatchObject({ state: 'ok', problem: null })
    expect(damagedNames()).toEqual([])
  })

  it('a file that is no database is still set aside', async () => {
    writeFileSync(join(folder, 'site.db'), 'no database at all, but long enough to be one '.repeat(100))
    const engine = await start()
    audit(engine)
    expect(damagedNames()).toHaveLength(1)
  })
})

describe('damage found while running', () => {
  it('sets the file aside and stores the row in a new one', async () => {
    const engine = await start()
    event(engine)
    const other = (await loadEngine('node:sqlite'))(join(folder, 'site.db'))
    // Another program's row, so that the engine must read its pages again, and those have changed as on a failing disk.
    other.exec("INSERT INTO events (id, at_ms, kind, severity, message) VALUES ('x', 2, 'test', 'info', 'm')")
    other.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    other.close()
    writeFileSync(join(folder, 'site.db'), Buffer.alloc(statSync(join(folder, 'site.db')).size, 0x55))
    event(engine)
    expect(engine.status()).toMatchObject({
      state: 'degraded',
      problem: expect.stringContaining('site.db was damaged') as string,
    })
    expect(engine.operations.events(all, 9)).toHaveLength(1)
    expect(damagedNames().length).toBeGreaterThan(0)
  })

  it('is survived even when no new file can be begun at first', () => {
    let isPossible = true
    const database = { close: () => undefined } as unknown as Database
    const slot = createSlot(
      'site',
      () => {
        if (!isPossible) throw new UnusableFileError('the disk is away')
        return database
      },
      () => 'file',
      0,
    )
    slot.start()
    slot.close()
    isPossible = false
    expect(() => slot.file()).toThrow('the disk is away')
    expect(slot.problem()).toBe('the disk is away')
    expect(slot.look((file) => file)).toBeNull()
    isPossible = true
    expect(slot.file()).toBe('file')
    expect(slot.problem()).toBeNull()
  })
})

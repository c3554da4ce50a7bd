import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { loadEngine } from './database.ts'
import { createEngine, type Engine } from './engine.ts'
import { all, base, decisionAt, eventAt, intervalAt, readingAt, writeAt } from './test-support/rows.ts'

/** The tables as the first version made them. */
const oldSite = `CREATE TABLE intervals (
     meter TEXT NOT NULL, length_s INTEGER NOT NULL, start_ms INTEGER NOT NULL,
     import_kwh REAL, export_kwh REAL, register_start_kwh REAL, register_end_kwh REAL,
     stats TEXT NOT NULL, coverage REAL NOT NULL, note TEXT,
     PRIMARY KEY (meter, length_s, start_ms)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE events (
     seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, severity TEXT NOT NULL,
     subject TEXT, message TEXT NOT NULL, data TEXT
   ) STRICT;
   CREATE INDEX events_at ON events (at_ms);
   CREATE TABLE decisions (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at_ms INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
   CREATE INDEX decisions_at ON decisions (at_ms);
   CREATE TABLE writes (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at_ms INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
   CREATE INDEX writes_at ON writes (at_ms);
   CREATE TABLE audit (
     seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
     detail TEXT NOT NULL, hash TEXT NOT NULL
   ) STRICT;
   CREATE INDEX audit_at ON audit (at_ms);
   CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are only ever added'); END;
   CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are only ever added'); END;
   PRAGMA user_version = 1`
const oldRing = `CREATE TABLE layouts (id INTEGER PRIMARY KEY, keys TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE meters (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE ring (
     meter INTEGER NOT NULL, at_ms INTEGER NOT NULL, layout INTEGER NOT NULL, readings BLOB NOT NULL, qualities BLOB NOT NULL,
     PRIMARY KEY (meter, at_ms)
   ) STRICT, WITHOUT ROWID;
   PRAGMA user_version = 1`

let folder = ''
const engines: Engine[] = []
afterEach(() => {
  for (const engine of engines.splice(0)) engine.close()
  rmSync(folder, { recursive: true, force: true })
})

const writeOld = async (kind: 'node:sqlite' | 'libsql', minutes: number) => {
  const open = await loadEngine(kind)
  const site = open(join(folder, 'site.db'))
  site.exec(oldSite)
  site.exec('BEGIN')
  for (let minute = 0; minute < minutes; minute += 1) {
    const row = intervalAt(base + minute * 60_000)
    site
      .prepare('INSERT INTO intervals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        'm',
        60,
        row.startMs,
        row.importKwh,
        row.exportKwh,
        row.registerStartKwh,
        row.registerEndKwh,
        JSON.stringify(row.stats),
        1,
        null,
      )
  }
  const [event, decision, write] = [eventAt(base), decisionAt(base), writeAt(base)]
  site
    .prepare('INSERT INTO events (id, at_ms, kind, severity, subject, message, data) VALUES (?, ?, ?, ?, ?, ?, ?)')
    .run(
      event.id,
      event.atMs,
      event.kind,
      event.severity,
      JSON.stringify(event.subject),
      event.message,
      JSON.stringify(event.data),
    )
  site
    .prepare('INSERT INTO decisions (id, at_ms, body) VALUES (?, ?, ?)')
    .run(decision.id, base, JSON.stringify(decision))
  site.prepare('INSERT INTO writes (id, at_ms, body) VALUES (?, ?, ?)').run(write.id, base, JSON.stringify(write))
  site.exec('COMMIT')
  site.close()
  const ring = open(join(folder, 'ring.db'))
  ring.exec(oldRing)
  ring.exec('BEGIN')
  ring.prepare('INSERT INTO layouts (keys) VALUES (\'["f","u_l1n"]\')').run()
  ring.prepare("INSERT INTO meters (name) VALUES ('m')").run()
  const readings = new Uint8Array(new Float32Array([50, 230]).buffer)
  for (let second = 0; second < 30; second += 1)
    ring.prepare('INSERT INTO ring VALUES (1, ?, 1, ?, ?)').run(base + second * 1000, readings, new Uint8Array([0, 0]))
  ring.exec('COMMIT')
  ring.close()
}
const start = async (engine: 'node:sqlite' | 'libsql') => {
  const opened = await createEngine({ folder, engine, busyMs: 20, reopenMs: 0 })
  engines.push(opened)
  return opened
}

describe.each(['node:sqlite', 'libsql'] as const)('files of the first version (%s)', (kind) => {
  it('are opened, read, added to, and their intervals moved into the smaller form bit by bit', async () => {
    folder = mkdtempSync(join(tmpdir(), 'tripscope-old-'))
    await writeOld(kind, 500)
    const engine = await start(kind)
    const { operations } = engine
    expect(engine.status()).toMatchObject({ state: 'ok', problem: null })
    expect(operations.events(all, 9)).toEqual([eventAt(base)])
    expect(operations.decisions(all, 9)).toEqual([decisionAt(base)])
    expect(operations.writes(all, 9)).toEqual([writeAt(base)])
    const wanted = Array.from({ length: 500 }, (_, minute) => intervalAt(base + minute * 60_000))
    expect(operations.intervals('m', 60, all)).toEqual(wanted)
    expect(operations.readings('m', all)).toHaveLength(30)
    for (let round = 1; round <= 4; round += 1) {
      operations.appendIntervals([intervalAt(base + (500 + round) * 60_000)])
      operations.appendReadings([readingAt(base + (30 + round) * 1000)])
      expect(operations.intervals('m', 60, all)).toHaveLength(500 + round)
    }
    expect(operations.intervals('m', 60, all).slice(0, 500)).toEqual(wanted)
    expect(operations.readings('m', all)).toHaveLength(34)
    engine.close()
    engines.length = 0
    const again = await start(kind)
    expect(again.status()).toMatchObject({ state: 'ok', problem: null })
    expect(again.operations.intervals('m', 60, all)).toHaveLength(504)
    expect(again.status().tables?.['minutes']?.rows).toBe(504)
  })
})

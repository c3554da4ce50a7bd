import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine, type Engine } from './engine.ts'
import { all, auditAt, base, decisionAt, eventAt, intervalAt, readingAt, writeAt } from './test-support/rows.ts'

/**
 * Every kind of row in both files, then one bit changed at a time, as a failing disk does it. What comes back must be what was
 * stored, or be missing and said; and the store must go on.
 */
let folder = ''
const rows = 60
const open = (name: string) =>
  createEngine({ folder: join(folder, name), engine: 'node:sqlite', busyMs: 20, reopenMs: 0 })

const fill = (engine: Engine) => {
  const { operations } = engine
  for (let index = 0; index < rows; index += 1) {
    const atMs = base + index * 60_000
    operations.appendEvents([eventAt(atMs)])
    operations.appendDecision(decisionAt(atMs))
    operations.appendWrite(writeAt(atMs))
    operations.appendAudit(auditAt(atMs))
    operations.appendIntervals([intervalAt(atMs), ...(index % 15 === 0 ? [intervalAt(atMs, 900)] : [])])
    operations.appendReadings(Array.from({ length: 20 }, (_, second) => readingAt(atMs + second * 1000, 220 + second)))
  }
}
const readAll = ({ operations }: Engine) => ({
  events: operations.events(all, 1000),
  decisions: operations.decisions(all, 1000),
  writes: operations.writes(all, 1000),
  audit: operations.audit(all, 1000),
  minutes: operations.intervals('m', 60, all),
  quarters: operations.intervals('m', 900, all),
  readings: operations.readings('m', all),
})
type Everything = ReturnType<typeof readAll>
let whole: Everything

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tripscope-flips-'))
  const engine = await open('whole')
  fill(engine)
  whole = readAll(engine)
  engine.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A pseudo-random but fixed sequence of places. */
const places = (count: number, size: number): readonly { readonly byte: number; readonly bit: number }[] =>
  Array.from({ length: count }, (_, index) => ({
    byte: Math.floor(((index * 0.618_033_988_75 + 0.137) % 1) * size),
    bit: (index * 5) % 8,
  }))

const flipped = (name: string, file: 'site.db' | 'ring.db', byte: number, bit: number): void => {
  const target = join(folder, name)
  mkdirSync(target)
  for (const each of readdirSync(join(folder, 'whole'))) copyFileSync(join(folder, 'whole', each), join(target, each))
  const bytes = readFileSync(join(target, file))
  bytes[byte] = (bytes[byte] ?? 0) ^ (1 << bit)
  writeFileSync(join(target, file), bytes)
}

const keysOf = (list: readonly object[]) => new Set(list.map((row) => JSON.stringify(row)))

/** Rows that came back and were never stored so, and how many are missing. */
const compare = (found: Everything) =>
  Object.entries(found).map(([name, list]) => {
    const stored = keysOf(whole[name as keyof Everything])
    const back = keysOf(list)
    return {
      name,
      wrong: [...back].filter((row) => !stored.has(row)),
      missing: [...stored].filter((row) => !back.has(row)).length,
    }
  })

describe.each([
  ['site.db', 50],
  ['ring.db', 50],
] as const)('one bit of %s changed on the disk', (file, count) => {
  it('changes no row in silence, hides none in silence, and ends nothing', async () => {
    const size = readFileSync(join(folder, 'whole', file)).length
    const troubles: string[] = []
    for (const { byte, bit } of [
      // The header and the description of the tables, where a bit does most.
      ...Array.from({ length: 25 }, (_, index) => ({ byte: index * 4 + 2, bit: (index * 3) % 8 })),
      ...places(count, size),
    ]) {
      const name = `${file}-${byte}-${bit}`
      flipped(name, file, byte, bit)
      const engine = await open(name)
      const found = readAll(engine)
      const status = engine.status()
      for (const { name: table, wrong, missing } of compare(found)) {
        // The audit is chained: a changed row is shown, because its chain says so.
        if (wrong.length > 0 && !(table === 'audit' && status.state === 'degraded'))
          troubles.push(`byte ${byte} bit ${bit}: ${table} wrong: ${wrong[0] ?? ''}`)
        if (missing > 0 && status.state === 'ok')
          troubles.push(`byte ${byte} bit ${bit}: ${missing} ${table} missing in silence`)
      }
      engine.operations.appendEvents([eventAt(base + 9e7, 'after')])
      engine.operations.appendReadings([readingAt(base + 9e7)])
      const { events, readings } = readAll(engine)
      if (!events.some(({ id }) => id === 'after'))
        troubles.push(`byte ${byte} bit ${bit}: no event is stored any more`)
      if (!readings.some(({ atMs }) => atMs === base + 9e7))
        troubles.push(`byte ${byte} bit ${bit}: no reading is stored any more`)
      engine.close()
      rmSync(join(folder, name), { recursive: true, force: true })
    }
    expect(troubles).toEqual([])
  }, 300_000)
})

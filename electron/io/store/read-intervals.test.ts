import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine, type Engine } from './engine.ts'
import { base, intervalAt } from './test-support/rows.ts'

const minuteMs = 60_000
const count = 2000
let folder = ''
let engine: Engine
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tripscope-long-'))
  engine = await createEngine({ folder, engine: 'node:sqlite' })
  // A quarter of an hour's energy is that of its minutes.
  engine.operations.appendIntervals([
    ...Array.from({ length: count }, (_, index) => intervalAt(base + index * minuteMs)),
    ...Array.from({ length: Math.floor(count / 15) }, (_, index) => ({
      ...intervalAt(base + index * 15 * minuteMs, 900),
      importKwh: 7.5,
    })),
  ])
})
afterAll(() => {
  engine.close()
  rmSync(folder, { recursive: true, force: true })
})
const energy = (rows: readonly { readonly importKwh: number | null }[]) =>
  rows.reduce((sum, { importKwh }) => sum + (importKwh ?? NaN), 0)

describe('a long range of intervals', () => {
  it.each([
    [7, 100],
    [0, 30],
    [22, 1000],
  ])('from minute %i on in at most about %i rows: bounded, and not a watt-hour lost', (skipped, joinTo) => {
    const range = { fromMs: base + skipped * minuteMs, toMs: base + count * minuteMs }
    const rows = engine.operations.intervals('m', 60, range, { joinTo, quantities: ['p_total'] })
    expect(rows.length).toBeLessThanOrEqual(joinTo + 1)
    expect(energy(rows)).toBeCloseTo((count - skipped) * 0.5, 6)
    expect(rows.every(({ stats }) => Object.keys(stats).join() === 'p_total')).toBe(true)
    expect(rows.map(({ startMs }) => startMs)).toEqual(rows.map(({ startMs }) => startMs).toSorted((a, b) => a - b))
  })
  it('by pages: every single one, once', () => {
    const range = { fromMs: base, toMs: base + count * minuteMs }
    const found: number[] = []
    for (let fromMs = range.fromMs; ;) {
      const page = engine.operations.intervals('m', 60, { fromMs, toMs: range.toMs }, { limit: 300, from: 'oldest' })
      const last = page.at(-1)
      if (last === undefined) break
      found.push(...page.map(({ startMs }) => startMs))
      fromMs = last.startMs + 1
    }
    expect(found).toEqual(Array.from({ length: count }, (_, index) => base + index * minuteMs))
    const newest = engine.operations.intervals('m', 60, range, { limit: 3, from: 'newest' })
    expect(newest.map(({ startMs }) => (startMs - base) / minuteMs).sort((a, b) => a - b)).toEqual([1997, 1998, 1999])
  })
})

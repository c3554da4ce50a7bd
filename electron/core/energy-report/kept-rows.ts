import type { KeptRows } from '../../../shared/energy-report/source-energy.ts'
import { quarterMs, type EnergyRow, type RegisterPoint } from '../../../shared/energy-report/walk.ts'
import type { EnergyWindow } from '../../../shared/energy-report/window.ts'
import type { Interval } from '../../../shared/model/event.ts'
import type { Recorder } from '../record/recorder.ts'

type Reading = Pick<Recorder, 'intervals'>

/** Rows of one read: some milliseconds of this thread. */
const pageRows = 2000
const dayQuarters = 96
const dayMs = dayQuarters * quarterMs
/** How far back the last reading before a window is looked for: as far as a report may reach. */
const mostPagesBack = 20
/** Quarters of an hour at the edges of gaps that are looked at by the minute; the newest ones. */
const mostRefined = 40

const wanted = { quantities: [] as readonly string[] }

const endOf = ({ startMs, lengthS }: Interval): number => startMs + lengthS * 1000
const importOf = (row: Interval): EnergyRow => ({
  startMs: row.startMs,
  endMs: endOf(row),
  kwh: row.importKwh,
  startKwh: row.registerStartKwh,
  endKwh: row.registerEndKwh,
})
const exportOf = (row: Interval): EnergyRow => ({
  ...{ startMs: row.startMs, endMs: endOf(row), kwh: row.exportKwh },
  ...{ startKwh: null, endKwh: null },
})

const readAll = async (
  recorder: Reading,
  id: string,
  lengthS: 60 | 900,
  { fromMs, toMs }: EnergyWindow,
  rest: () => Promise<void>,
): Promise<Interval[]> => {
  const rows: Interval[] = []
  for (let atMs = fromMs; atMs < toMs;) {
    const page = await recorder.intervals(
      id,
      lengthS,
      { fromMs: atMs, toMs },
      { ...wanted, limit: pageRows, from: 'oldest' },
    )
    const last = page.at(-1)
    if (last === undefined) break
    for (const row of page) rows.push(row)
    atMs = last.startMs + 1
    await rest()
  }
  return rows
}

const lastPoint = (row: Interval | undefined): RegisterPoint | null => {
  if (row === undefined) return null
  if (row.registerEndKwh !== null) return { atMs: endOf(row), kwh: row.registerEndKwh }
  return row.registerStartKwh === null ? null : { atMs: row.startMs, kwh: row.registerStartKwh }
}
const hasRegister = (row: Interval): boolean => row.registerEndKwh !== null || row.registerStartKwh !== null

/** The last reading of the import register before a time, by the minute where minutes are kept; null: none is kept. */
const pointBefore = async (
  recorder: Reading,
  id: string,
  beforeMs: number,
  hasMinutes: boolean,
): Promise<RegisterPoint | null> => {
  let toMs = beforeMs
  let quarter: RegisterPoint | null = null
  for (let page = 0; page < mostPagesBack && quarter === null; page += 1) {
    const rows = await recorder.intervals(id, 900, { fromMs: 0, toMs }, { ...wanted, limit: pageRows, from: 'newest' })
    if (rows.length === 0) break
    quarter = lastPoint(rows.filter(hasRegister).toSorted((one, other) => other.startMs - one.startMs)[0])
    toMs = Math.min(...rows.map(({ startMs }) => startMs))
  }
  if (!hasMinutes || (quarter !== null && quarter.atMs >= beforeMs)) return quarter
  const fromMs = Math.max(quarter?.atMs ?? 0, beforeMs - dayMs)
  const minutes = await recorder.intervals(
    id,
    60,
    { fromMs, toMs: beforeMs },
    { ...wanted, limit: pageRows, from: 'newest' },
  )
  const minute = lastPoint(minutes.filter(hasRegister).toSorted((one, other) => other.startMs - one.startMs)[0])
  return minute !== null && minute.atMs > (quarter?.atMs ?? -Infinity) ? minute : quarter
}

/**
 * The quarters whose energy is not known and that have one beside them in which the program ran: the edges of gaps, the one of now, and those
 * in which minutes begin and end, since a recording may begin and end within a quarter.
 */
const toRefine = (
  quarters: readonly Interval[],
  { fromMs, toMs }: EnergyWindow,
  minutes: readonly Interval[],
): readonly number[] => {
  const ran = new Map(quarters.map((row) => [row.startMs, row.importKwh !== null]))
  const edges = new Set<number>()
  const consider = (startMs: number) => {
    if (startMs >= fromMs && startMs < toMs && ran.get(startMs) !== true) edges.add(startMs)
  }
  for (const { startMs } of quarters) for (const side of [-1, 0, 1]) consider(startMs + side * quarterMs)
  for (const atMs of [toMs - 1, ...minutes.map(({ startMs }) => startMs)])
    consider(Math.floor(atMs / quarterMs) * quarterMs)
  return [...edges].toSorted((one, other) => other - one).slice(0, mostRefined)
}

/** Where a quarter is known by its minutes, its own readings stand among them as points. */
const pointsOf = (row: Interval): readonly EnergyRow[] => {
  const at = (atMs: number, kwh: number | null): EnergyRow => ({
    ...{ startMs: atMs, endMs: atMs, kwh: null },
    ...{ startKwh: null, endKwh: kwh },
  })
  return [at(row.startMs, row.registerStartKwh), at(endOf(row), row.registerEndKwh)]
}

const inOrder = (rows: EnergyRow[]): EnergyRow[] =>
  rows.sort((one, other) => one.endMs - other.endMs || one.startMs - other.startMs)

/**
 * What is kept of a meter's or charger's energy in a window: quarters of an hour, at the edges of gaps and before now minutes, and the
 * last reading before it. `rest` is waited for between reads, so that everybody else has a turn.
 */
export const readKeptRows = async (
  recorder: Reading,
  id: string,
  window: EnergyWindow,
  of: { readonly hasMinutes: boolean; readonly rest: () => Promise<void> },
): Promise<KeptRows> => {
  const before = await pointBefore(recorder, id, window.fromMs, of.hasMinutes)
  await of.rest()
  // A quarter that began in the window and is not over is known by its minutes.
  const quarters = (await readAll(recorder, id, 900, window, of.rest)).filter((row) => endOf(row) <= window.toMs)
  const atEnds: Interval[] = []
  if (of.hasMinutes)
    for (const from of ['oldest', 'newest'] as const)
      for (const row of await recorder.intervals(id, 60, window, { ...wanted, limit: 1, from })) atEnds.push(row)
  const refined = of.hasMinutes ? toRefine(quarters, window, atEnds) : []
  const minutes: Interval[] = []
  for (const startMs of refined) {
    const part = { fromMs: startMs, toMs: Math.min(startMs + quarterMs, window.toMs) }
    for (const row of await readAll(recorder, id, 60, part, of.rest)) minutes.push(row)
  }
  const byMinutes = new Set(minutes.map(({ startMs }) => Math.floor(startMs / quarterMs) * quarterMs))
  const whole = quarters.filter(({ startMs }) => !byMinutes.has(startMs))
  const parted = quarters.filter(({ startMs }) => byMinutes.has(startMs))
  return {
    before,
    imported: inOrder([...whole.map(importOf), ...minutes.map(importOf), ...parted.flatMap(pointsOf)]),
    exported: inOrder([...whole.map(exportOf), ...minutes.map(exportOf)]),
  }
}

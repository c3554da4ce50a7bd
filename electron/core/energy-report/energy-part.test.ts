import { describe, expect, it } from 'vitest'
import type { Caller } from '../../../shared/api/define.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { energyIntervalsSchema, type IntervalLine } from '../../../shared/energy-report/intervals-schema.ts'
import { energyReportSchema } from '../../../shared/energy-report/report-schema.ts'
import type { Interval } from '../../../shared/model/event.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import type { Recorder } from '../record/recorder.ts'
import { createEnergyPart } from './energy-part.ts'

const base = Date.UTC(2026, 10, 23)
const minuteMs = 60_000
const hourMs = 3_600_000
const quarterMs = 900_000
const caller: Caller = { role: 'viewer', name: 'Ann' }

const site = siteSchema.parse({
  ...{ version: 1, id: 'house', name: 'House', timezone: 'UTC', grid: { limit: 63 } },
  lines: [{ id: 'lan', transport: 'tcp', host: '192.0.2.1', port: 502 }],
  meters: [
    { id: 'top', profile: 'any', line: 'lan', unit: 1 },
    { id: 'flat', name: 'Flat meter', profile: 'any', line: 'lan', unit: 2 },
  ],
  circuits: [
    { id: 'main', meter: 'top' },
    { id: 'part', parent: 'main', meter: 'flat' },
  ],
  chargers: [{ id: 'cp', modbus: { line: 'lan', unit: 9, profile: 'box' }, circuit: 'main', maximum: 16 }],
  accounts: [{ id: 'tenant', name: 'Tenant', kind: 'tenant', meters: ['flat'] }],
})
const described = (id: string) => ({
  ...{ id, name: site.meters.find((meter) => meter.id === id)?.name ?? id, quantities: { e_import: {} } },
  ...{ billingUse: 'mid-variant-only', billing: 'Only the MID variant.' },
})
const overview = { site, meters: ['top', 'flat'].map(described), chargers: [] } as unknown as Overview

const row = (
  meterId: string,
  startMs: number,
  lengthS: 60 | 900,
  start: number | null,
  end: number | null,
): Interval => ({
  ...{ meterId, startMs, lengthS, stats: {}, coverage: 1, note: null, exportKwh: null },
  importKwh: start === null || end === null ? null : end - start,
  ...{ registerStartKwh: start, registerEndKwh: end },
})

/** A store of rows that counts what is asked of it; a page as the real one gives it. */
const storeOf = (rows: readonly Interval[]) => {
  const asked: number[] = []
  const recorder: Pick<Recorder, 'intervals'> = {
    intervals: (meterId, lengthS, { fromMs, toMs }, page) => {
      const found = rows
        .filter((each) => each.meterId === meterId && each.lengthS === lengthS)
        .filter(({ startMs }) => startMs >= fromMs && startMs < toMs)
        .toSorted((one, other) => one.startMs - other.startMs)
      const limit = page?.limit ?? 5000
      const given = page?.from === 'newest' ? found.toReversed().slice(0, limit) : found.slice(0, limit)
      asked.push(given.length)
      return Promise.resolve(given)
    },
  }
  return { recorder, asked }
}

const partOf = (rows: readonly Interval[]) =>
  createEnergyPart({
    ...{ overview, recorder: storeOf(rows).recorder, chargerProfiles: new Map() },
    now: () => base + 400 * 24 * hourMs,
    rest: () => Promise.resolve(),
  })

const reportOf = async (
  rows: readonly Interval[],
  range: { readonly fromMs: number; readonly toMs: number },
  of: { readonly nowMs?: number; readonly grouping?: 'account' | 'meter' | 'charger' } = {},
) => {
  const { recorder, asked } = storeOf(rows)
  let rests = 0
  const part = createEnergyPart({
    ...{ overview, recorder, chargerProfiles: new Map() },
    now: () => of.nowMs ?? base + 400 * 24 * hourMs,
    rest: () => {
      rests += 1
      return Promise.resolve()
    },
  })
  const report = await part.handlers['energy.report']({ ...range, grouping: of.grouping ?? 'account' }, caller)
  return { report: energyReportSchema.parse(report), asked, rests: () => rests }
}
const quarters = (meterId: string, count: number, kwhEach: number, fromMs = base) =>
  Array.from({ length: count }, (_, index) =>
    row(meterId, fromMs + index * quarterMs, 900, 100 + index * kwhEach, 100 + (index + 1) * kwhEach),
  )

describe('energy reports from the store', () => {
  it('count accounts, the site and what is left, and answer as the contract has it', async () => {
    const { report } = await reportOf([...quarters('top', 96, 2), ...quarters('flat', 96, 1)], {
      fromMs: base,
      toMs: base + 24 * hourMs,
    })
    expect(report.lines.map(({ id, importKwh, coverage }) => [id, importKwh, coverage])).toEqual([
      ['tenant', 96, 1],
      ['not-attributed', 96, null],
      ['site', 192, 1],
    ])
    expect(report.standing?.says).toContain('MID mark')
    expect(report.chart.series.map(({ name, kwh }) => [name, kwh.length])).toEqual([['Tenant', 96]])
  })
  it('know what is not yet a quarter of an hour, and where a program began in one, by their minutes', async () => {
    const rows = [
      // The program began at 10:05; the quarter it began in has no energy, its minutes have.
      row('flat', base + 10 * hourMs, 900, null, 110),
      ...Array.from({ length: 10 }, (_, index) =>
        row('flat', base + 10 * hourMs + (5 + index) * minuteMs, 60, index === 0 ? null : 100 + index, 101 + index),
      ),
      ...Array.from({ length: 4 }, (_, index) =>
        row('flat', base + 10 * hourMs + (15 + index) * minuteMs, 60, 110 + index, 111 + index),
      ),
    ]
    const nowMs = base + 10 * hourMs + 19.5 * minuteMs
    const { report } = await reportOf(rows, { fromMs: base, toMs: base + 24 * hourMs }, { nowMs })
    expect(report).toMatchObject({ isSoFar: true, toMs: base + 10 * hourMs + 19 * minuteMs })
    const [tenant] = report.lines
    expect(tenant).toMatchObject({ importKwh: 13, gapKwh: 0 })
    expect(tenant?.coverage).toBeCloseTo(13 / (10 * 60 + 19), 9)
  })
  it('bridge a gap by the register, also one that began long before the window', async () => {
    const before = quarters('flat', 3, 1, base - 30 * 24 * hourMs)
    const after = [row('flat', base + hourMs, 900, null, 150), row('flat', base + hourMs + quarterMs, 900, 150, 151)]
    const [whole, first, second] = await Promise.all(
      [
        { fromMs: base - 31 * 24 * hourMs, toMs: base + 2 * hourMs },
        { fromMs: base - 31 * 24 * hourMs, toMs: base },
        { fromMs: base, toMs: base + 2 * hourMs },
      ].map(async (range) => (await reportOf([...before, ...after], range, { grouping: 'meter' })).report.lines[1]),
    )
    expect([whole?.importKwh, first?.importKwh, second?.importKwh]).toEqual([51, 3, 48])
    expect(second?.notes).toMatchObject([{ kind: 'began-before', kwh: 47 }, { kind: 'open-end' }])
    expect(first?.notes).toMatchObject([{ kind: 'open-end' }])
  })
  it('read a year in pages with a turn for others between them, one report at a time', async () => {
    const { report, asked, rests } = await reportOf(quarters('flat', 365 * 96, 0.5), {
      fromMs: base,
      toMs: base + 365 * 24 * hourMs,
    })
    expect(report.lines[0]?.importKwh).toBeCloseTo(365 * 48, 3)
    expect(Math.max(...asked)).toBeLessThanOrEqual(2000)
    expect(rests()).toBeGreaterThanOrEqual(asked.length / 2)
    expect(report.chart.edges.length).toBe(366)
  })
  it('say why a charger has none, and refuse what is too long, backwards or still to come', async () => {
    const day = { fromMs: base, toMs: base + 24 * hourMs }
    const { report } = await reportOf([], day, { grouping: 'charger' })
    expect(report.lines).toMatchObject([{ id: 'cp', importKwh: null, notes: [{ kind: 'no-counter' }] }])
    await expect(reportOf([], { fromMs: base, toMs: base + 401 * 24 * hourMs })).rejects.toThrow('400 days')
    await expect(reportOf([], { fromMs: base, toMs: base })).rejects.toThrow('ends')
    await expect(reportOf([], day, { nowMs: base })).rejects.toThrow('Nothing of this time is over yet')
  })
})

describe('the quarters behind a report', () => {
  const range = { fromMs: base, toMs: base + 3 * hourMs }
  // An hour without the program, and one quarter of which only five minutes were measured; the meter feeds in all the time.
  const rows = [
    ...quarters('flat', 4, 0.5),
    ...quarters('flat', 3, 0.5, base + 2 * hourMs).map((each, index) =>
      row('flat', each.startMs, 900, 106 + index * 0.5, 106.5 + index * 0.5),
    ),
    ...Array.from({ length: 5 }, (_, minute) =>
      row('flat', base + 2 * hourMs + 3 * quarterMs + minute * minuteMs, 60, 107.5 + minute / 50, 107.52 + minute / 50),
    ),
  ].map((each) => ({ ...each, exportKwh: 0.25 }))

  it('say how much of each was measured, leave a gap beside them, and together are the report, however they are asked for', async () => {
    const part = partOf(rows)
    const asked = { ...range, grouping: 'account' as const }
    const report = await part.handlers['energy.report'](asked, caller)
    const whole = energyIntervalsSchema.parse(await part.handlers['energy.intervals'](asked, caller))
    const [tenant] = whole.lines
    expect(tenant?.importKwh).toEqual([
      ...[0.5, 0.5, 0.5, 0.5],
      ...[null, null, null, null],
      ...[0.5, 0.5, 0.5, expect.closeTo(0.1, 6)],
    ])
    expect(tenant?.measured).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, expect.closeTo(1 / 3, 6)])
    expect(tenant?.gaps).toEqual([
      { source: 'Flat meter', fromMs: base + hourMs, toMs: base + 2 * hourMs, kwh: expect.closeTo(4, 6) },
    ])
    // No register of it is kept, so what was exported in the gap stays unknown; and a person is told.
    expect(tenant?.exportKwh.slice(3, 9)).toEqual([0.25, null, null, null, null, 0.25])
    expect(report.lines[0]?.notes).toContainEqual({
      kind: 'export-open',
      source: 'Flat meter',
      hours: expect.closeTo(7 / 6, 6),
    })

    const cut = base + 1.5 * hourMs
    const parts = [
      await part.handlers['energy.intervals']({ ...asked, toMs: cut }, caller),
      await part.handlers['energy.intervals']({ ...asked, fromMs: cut }, caller),
    ]
    const total = (lines: readonly IntervalLine[]) =>
      lines
        .filter(({ id }) => id === 'tenant')
        .flatMap(({ importKwh, gaps }) => [...importKwh.map((kwh) => kwh ?? 0), ...gaps.map(({ kwh }) => kwh)])
        .reduce((sum, kwh) => sum + kwh, 0)
    expect(total(whole.lines)).toBeCloseTo(report.lines[0]?.importKwh ?? 0, 6)
    expect(total(parts.flatMap(({ lines }) => lines))).toBeCloseTo(report.lines[0]?.importKwh ?? 0, 6)
  })
  it('count a recording that holds no whole quarter, over a change of quarters, by its minutes', async () => {
    const minutes = Array.from({ length: 15 }, (_, minute) =>
      row('flat', base + (8 + minute) * minuteMs, 60, 100 + minute / 10, 100.1 + minute / 10),
    )
    const asked = { ...range, grouping: 'meter' as const }
    const part = partOf(minutes)
    expect((await part.handlers['energy.report'](asked, caller)).lines[1]?.importKwh).toBeCloseTo(1.5, 6)
    const { lines } = await part.handlers['energy.intervals'](asked, caller)
    expect(lines[1]?.importKwh.slice(0, 3)).toEqual([expect.closeTo(0.7, 6), expect.closeTo(0.8, 6), null])
    expect(lines[1]?.gaps).toEqual([])
  })
  it('are refused over more days than one answer holds', async () => {
    const asked = { fromMs: base, toMs: base + 15 * 24 * hourMs, grouping: 'meter' as const }
    await expect(Promise.resolve(partOf([]).handlers['energy.intervals'](asked, caller))).rejects.toThrow('14 days')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountSchema } from '../site/accounts-schema.ts'
import { energyNoteText } from '../said/energy-note.ts'
import { energyReport, type Tariff } from './report.ts'
import { chartEdges, highestQuarter, mostPoints, quartersOf, stretched } from './quarters.ts'
import { sourceEnergy, type EnergySource, type KeptRows } from './source-energy.ts'
import { isTimed, quarterMs, walkRegister, type EnergyRow, type RegisterPoint } from './walk.ts'
import { createWallClock } from './wall-clock.ts'
import { monthWindow, windowOf } from './window.ts'

const zone = 'Europe/Berlin'
const base = Date.UTC(2026, 9, 24, 20)
const source = (id: string, of: Partial<EnergySource> = {}): EnergySource => ({
  ...{ id, name: `Meter ${id}`, kind: 'meter', counter: 'register', boundKw: 500 },
  billing: { use: 'if-marked', why: 'Check the plate.' },
  ...of,
})

/** What the recorder stores of a counter read at some quarters' ends: energy where both ends were read. */
const rowsOf = (registers: readonly (number | null)[], fromMs = base): EnergyRow[] =>
  registers.slice(1).map((end, index) => {
    const start = registers[index] ?? null
    return {
      startMs: fromMs + index * quarterMs,
      endMs: fromMs + (index + 1) * quarterMs,
      kwh: start === null || end === null || end < start ? null : end - start,
      ...{ startKwh: start, endKwh: end },
    }
  })
const within = (rows: readonly EnergyRow[], fromMs: number, toMs: number): EnergyRow[] =>
  rows.filter(({ startMs, endMs }) => startMs >= fromMs && endMs <= toMs)
const pointAt = (rows: readonly EnergyRow[], atMs: number): RegisterPoint | null =>
  rows
    .flatMap(({ startMs, endMs, startKwh, endKwh }) => [
      { atMs: startMs, kwh: startKwh },
      { atMs: endMs, kwh: endKwh },
    ])
    .flatMap((point) => (point.kwh === null || point.atMs > atMs ? [] : [{ ...point, kwh: point.kwh }]))
    .at(-1) ?? null
const keptOf = (rows: readonly EnergyRow[], fromMs: number, toMs: number): KeptRows => ({
  imported: within(rows, fromMs, toMs),
  exported: [],
  before: pointAt(rows, fromMs),
})
const energyOf = (rows: readonly EnergyRow[], fromMs: number, toMs: number) =>
  sourceEnergy(source('m'), keptOf(rows, fromMs, toMs), { fromMs, toMs })

/** A counter that rises, unread at some quarters' ends; sometimes it begins anew. */
const counter = fc
  .array(
    fc.record({
      rise: fc.integer({ min: 0, max: 40 }),
      isRead: fc.boolean(),
      isReset: fc.integer({ min: 0, max: 30 }),
    }),
    {
      minLength: 4,
      maxLength: 120,
    },
  )
  .map((steps) => {
    let kwh = 1000
    return steps.map(({ rise, isRead, isReset }) => {
      kwh = isReset === 0 ? rise : kwh + rise
      return isRead ? kwh : null
    })
  })

describe('the energy of a window', () => {
  it('is the same however the window is split, also in a gap and across a reset', () => {
    fc.assert(
      fc.property(counter, fc.array(fc.nat(), { maxLength: 4 }), (registers, cuts) => {
        const rows = rowsOf(registers)
        const count = rows.length
        const edges = [...new Set([0, count, ...cuts.map((cut) => cut % (count + 1))])].sort((a, b) => a - b)
        const whole = energyOf(rows, base, base + count * quarterMs)
        const parts = edges.slice(0, -1).map((edge, index) => {
          const next = edges[index + 1] ?? edge
          return energyOf(rows, base + edge * quarterMs, base + next * quarterMs)
        })
        const sum = parts.reduce((all, { importKwh }) => all + (importKwh ?? 0), 0)
        expect(sum).toBeCloseTo(whole.importKwh ?? 0, 6)
      }),
      { numRuns: 300 },
    )
  })
  it('has no energy that a register does not show: a gap makes none, and rows that are lost make none', () => {
    fc.assert(
      fc.property(counter, fc.func(fc.boolean()), (registers, isLost) => {
        const rows = rowsOf(registers)
        const toMs = base + rows.length * quarterMs
        const lost = rows.filter((_row, index) => !isLost(index))
        const [whole, less] = [energyOf(rows, base, toMs), energyOf(lost, base, toMs)]
        expect(less.importKwh ?? 0).toBeLessThanOrEqual((whole.importKwh ?? 0) + 1e-6)
        // A reset in the lost rows can't be seen where the counter has passed its old reading meanwhile, but never makes more than the register shows.
        const read = registers.filter((kwh) => kwh !== null)
        const risen = read.slice(1).reduce((sum, kwh, index) => sum + Math.max(0, kwh - (read[index] ?? kwh)), 0)
        expect(less.importKwh ?? 0).toBeLessThanOrEqual(risen + 1e-6)
        expect(less.gapKwh).toBeLessThanOrEqual((less.importKwh ?? 0) + 1e-9)
      }),
      { numRuns: 300 },
    )
  })
  it('of a gap is the difference of the register, told as energy without a time', () => {
    const told = energyOf(rowsOf([100, 101, null, null, null, 109, 110]), base, base + 6 * quarterMs)
    expect(told).toMatchObject({ importKwh: 10, gapKwh: 8, coveredMs: 2 * quarterMs })
    expect(told.notes).toEqual([
      { kind: 'bridged', source: 'Meter m', fromMs: base + quarterMs, toMs: base + 5 * quarterMs, kwh: 8 },
    ])
    expect(energyNoteText(told.notes[0] ?? { kind: 'rest-negative' }, (ms) => new Date(ms).toISOString())).toContain(
      '8.00 kWh flowed between',
    )
    // Of a window that begins in the gap: counted where it was read again, and said so.
    const second = energyOf(rowsOf([100, 101, null, null, null, 109, 110]), base + 3 * quarterMs, base + 6 * quarterMs)
    expect(second).toMatchObject({ importKwh: 9, gapKwh: 8 })
    expect(second.notes[0]).toMatchObject({ kind: 'began-before' })
  })
  it('is not counted where a counter went back or rose by more than can flow, and both are told', () => {
    const rows = rowsOf([1000, 1001, 3, 4, null, 90_000, 90_001])
    const told = energyOf(rows, base, base + 6 * quarterMs)
    expect(told.importKwh).toBe(3)
    expect(told.notes).toMatchObject([
      { kind: 'went-back', before: 1001, after: 3 },
      { kind: 'too-much', before: 4, after: 90_000 },
    ])
  })
  it('within one quarter of an hour has its time as well as a whole one', () => {
    const minute = (fromMin: number, toMin: number) => ({
      fromMs: base + fromMin * 60_000,
      toMs: base + toMin * 60_000,
      kwh: 1,
    })
    expect([minute(0, 15), minute(7, 9), minute(14, 16), minute(0, 16)].map(isTimed)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
  it('of a counter of sessions is never carried over a gap', () => {
    const rows = rowsOf([0, 2, null, null, 0, 3]).map((row) => ({ ...row, startKwh: null, endKwh: null }))
    const told = sourceEnergy(source('c', { counter: 'session' }), keptOf(rows, base, base + 5 * quarterMs), {
      fromMs: base,
      toMs: base + 5 * quarterMs,
    })
    expect(told).toMatchObject({ importKwh: 5, gapKwh: 0, register: null })
    expect(walkRegister(rows, null, 100).breaks).toEqual([])
  })
})

describe('windows of a site', () => {
  const hours = ({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) => (toMs - fromMs) / 3_600_000
  it('are days of 23, 24 and 25 hours by its own clock', () => {
    const noon = (month: number, day: number) => Date.UTC(2026, month, day, 10)
    expect(hours(windowOf('today', zone, noon(2, 29)))).toBe(23)
    expect(hours(windowOf('yesterday', zone, noon(2, 29)))).toBe(24)
    expect(hours(windowOf('today', zone, noon(9, 25)))).toBe(25)
    expect(hours(windowOf('today', 'America/New_York', noon(10, 1)))).toBe(25)
    expect(hours(windowOf('today', 'no such zone', noon(9, 25)))).toBe(24)
    expect(hours(windowOf('this-week', zone, noon(9, 25)))).toBe(169)
    expect(new Date(windowOf('this-week', zone, noon(9, 25)).fromMs).toISOString()).toBe('2026-10-18T22:00:00.000Z')
  })
  it('meet: days make a week, months a quarter, in every zone', () => {
    const zones = [
      'UTC',
      zone,
      'Asia/Kathmandu',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
      'America/Santiago',
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2028, 0) }),
        (timezone, atMs) => {
          const [today, yesterday] = [windowOf('today', timezone, atMs), windowOf('yesterday', timezone, atMs)]
          expect(today.fromMs).toBeLessThanOrEqual(atMs)
          expect(today.toMs).toBeGreaterThan(atMs)
          expect(yesterday.toMs).toBe(today.fromMs)
          expect(windowOf('last-week', timezone, atMs).toMs).toBe(windowOf('this-week', timezone, atMs).fromMs)
          expect(monthWindow(timezone, atMs, -1).toMs).toBe(monthWindow(timezone, atMs, 0).fromMs)
          expect(today.fromMs % quarterMs).toBe(0)
        },
      ),
      { numRuns: 300 },
    )
  })
  it('are drawn with at most 600 points whose sum is all that was measured', () => {
    const clock = createWallClock(zone)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * 96 }), (quarters) => {
        const edges = chartEdges(base, base + quarters * quarterMs, clock.dayStart)
        expect(edges.length - 1).toBeLessThanOrEqual(mostPoints)
        expect([edges[0], edges.at(-1)]).toEqual([base, base + quarters * quarterMs])
      }),
      { numRuns: 60 },
    )
    const { quarters } = energyOf(rowsOf([0, 1, 2, 4, null, 9]), base, base + 5 * quarterMs)
    expect(stretched([quarters], [base, base + 2 * quarterMs, base + 3 * quarterMs, base + 5 * quarterMs])).toEqual([
      2,
      2,
      null,
    ])
  })
  it('have their highest quarter where all of it was measured', () => {
    const steps = [
      { fromMs: base, toMs: base + quarterMs, kwh: 2 },
      { fromMs: base + quarterMs, toMs: base + quarterMs + 60_000, kwh: 9 },
    ]
    expect(highestQuarter([quartersOf(steps, base, base + 2 * quarterMs)])).toEqual({ kW: 8, fromMs: base })
    expect(highestQuarter([])).toBeNull()
  })
})

describe('a report', () => {
  const tariff: Tariff = { price: 0.3, periods: [{ from: '22:00', to: '06:00', days: 'all', price: 0.2 }] }
  const accounts = [
    accountSchema.parse({ id: 'flat', name: 'Flat', kind: 'tenant', meters: ['a'] }),
    accountSchema.parse({
      ...{ id: 'vans', name: 'Vans', kind: 'fleet', meters: ['b'], chargers: ['c'] },
      periods: [{ name: 'Night', from: '22:00', to: '06:00' }],
    }),
  ]
  const reportOf = (
    registers: Readonly<Record<string, readonly (number | null)[]>>,
    grouping: 'account' | 'meter' | 'charger' | 'period' = 'account',
  ) => {
    const count = Math.max(...Object.values(registers).map(({ length }) => length)) - 1
    const window = { fromMs: base, toMs: base + count * quarterMs }
    const sources = new Map(
      Object.entries(registers).map(([id, read]) => {
        const kind = id === 'c' ? ('charger' as const) : ('meter' as const)
        const billing = id === 'c' ? { use: 'no' as const, why: 'its own counter' } : source(id).billing
        return [
          id,
          sourceEnergy(source(id, { kind, billing }), keptOf(rowsOf(read), window.fromMs, window.toMs), window),
        ]
      }),
    )
    return energyReport({
      ...{ site: { name: 'House', timezone: zone }, accounts, tariff, currency: 'EUR', grouping, window, sources },
      ...{ isSoFar: false, madeAtMs: window.toMs, clock: createWallClock(zone), incomerId: 'top' },
    })
  }
  const night = [0, 1, 2, 3, 4]
  it('tells accounts, what is not attributed, and the site', () => {
    const { lines, standing } = reportOf({ top: [0, 5, 10, 15, 20], a: night, b: night, c: [0, 2, 4, 6, 8] })
    expect(lines.map(({ id, importKwh, kind }) => [id, kind, importKwh])).toEqual([
      ['flat', 'tenant', 4],
      ['vans', 'fleet', 12],
      ['not-attributed', 'rest', 4],
      ['site', 'site', 20],
    ])
    // 20:00 UTC is 22:00 by the site's clock: all of it at night.
    expect(lines[0]?.money).toEqual({ amount: 0.8, parts: [{ price: 0.2, kwh: 4 }], unpricedKwh: 0 })
    expect(lines[1]).toMatchObject({ peak: { kW: 12 }, coverage: 1, register: null, billing: { use: 'no' } })
    expect(standing).toMatchObject({ use: 'no' })
    expect(standing?.says).toContain('Vans')
    expect(reportOf({ top: night, a: night }, 'meter').standing).toMatchObject({ use: 'if-marked' })
  })
  it('says that the rest is rough where not all was measured, and when accounts counted more than there is', () => {
    const { lines } = reportOf({ top: [0, 1, 2, 3, 4], a: [0, 9, 18, null, null], b: night, c: night })
    expect(lines[2]).toMatchObject({ importKwh: -22, notes: [{ kind: 'rest-rough' }, { kind: 'rest-negative' }] })
  })
  it('splits every account by periods that make it whole, gaps over several of them by themselves', () => {
    fc.assert(
      fc.property(counter, counter, (a, b) => {
        const { lines } = reportOf({ top: a, a, b, c: b }, 'period')
        for (const { id } of accounts) {
          const whole = lines.find((line) => line.id === id)?.importKwh ?? 0
          const parts = lines.filter((line) => line.kind === 'period' && line.id.startsWith(`${id} `))
          expect(parts.reduce((sum, { importKwh }) => sum + (importKwh ?? 0), 0)).toBeCloseTo(whole, 6)
        }
      }),
      { numRuns: 60 },
    )
  })
  it('has no money for gaps over a change of the price, and says how much energy that is', () => {
    // From 05:30 by the site's clock to 06:30 unread; the night is an hour longer, summer time ends in it.
    const from = [...Array.from({ length: 35 }, (_, index) => index), null, null, null, 40]
    const { lines } = reportOf({ top: from, a: from, b: from, c: from })
    expect(lines[0]?.money?.unpricedKwh).toBe(6)
    expect(lines[0]?.notes).toContainEqual({ kind: 'unpriced', kwh: 6 })
  })
})

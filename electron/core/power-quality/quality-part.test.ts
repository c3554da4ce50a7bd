import { describe, expect, it } from 'vitest'
import type { Interval, SiteEvent } from '../../../shared/model/event.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import { columnsOf, placesOf, type QualityScheme } from '../../../shared/power-quality/quality-columns.ts'
import type { QualityRecord } from '../../../shared/power-quality/quality-record.ts'
import type { QualityRow } from '../../../shared/power-quality/quality-row.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import type { WaveObservation } from '../../../shared/wave/wave-observation.ts'
import { createFanOut } from '../fan-out.ts'
import { createQualityPart } from './quality-part.ts'

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const caller = { role: 'operator', name: 'Test' } as const
const site = siteSchema.parse({
  version: 1,
  id: 'yard',
  name: 'Yard',
  grid: { limit: 63 },
  lines: [{ id: 'lan', transport: 'tcp', host: '192.0.2.1', port: 502 }],
  meters: [{ id: 'm1', name: 'Feeder 1', profile: 'janitza-umg', line: 'lan', unit: 1 }],
  circuits: [{ id: 'main', limit: 63, meter: 'm1' }],
  waves: [{ id: 'scope', name: 'Scope', host: '192.0.2.9', port: 7110, circuit: 'main' }],
})
/** A Monday. */
const weekMs = Date.UTC(2026, 10, 16)
const scheme: QualityScheme = { channels: ['u1', 'u2', 'u3'], orders: 25, bands: 0 }
const places = placesOf(columnsOf(scheme))
const valuesOf = (set: Readonly<Record<string, number>>): Float64Array => {
  const values = new Float64Array(places.size).fill(NaN)
  for (const [key, value] of Object.entries(set)) values[places.get(key) ?? -1] = value
  return values
}
const rowOf = (length: QualityRow['length'], fromMs: number, values: Float64Array): QualityRow => ({
  source: 'scope',
  length,
  fromMs,
  toMs: fromMs + 600_000,
  windows: 3000,
  flagged: 0,
  coveredMs: 600_000,
  scheme,
  values,
  extremes: {},
  tenSecondsHz: [],
  flicker: [],
})

const finding = (state: 'active' | 'cleared'): Finding => ({
  id: 'f1',
  detector: 'undervoltage',
  subject: { kind: 'meter', id: 'm1' },
  phase: 'L1 L2',
  severity: 'critical',
  state,
  raisedAtMs: weekMs + 10_400,
  updatedAtMs: weekMs + 11_000,
  clearedAtMs: state === 'active' ? null : weekMs + 11_400,
  title: 'Undervoltage at Feeder 1',
  message: '',
  numbers: [
    { label: 'lowest L1', value: 138, unit: 'V' },
    { label: 'lowest L2', value: 142, unit: 'V' },
    { label: 'duration at least', value: 0.1, unit: 's' },
    { label: 'duration at most', value: 0.5, unit: 's' },
  ],
  evidence: 'polled RMS every 0.2 s',
  blindMs: 200,
  acknowledged: null,
})
const event = (id: string, kind: string, atMs: number, data: SiteEvent['data']): SiteEvent => ({
  id,
  atMs,
  kind,
  severity: 'warning',
  subject: kind.startsWith('wave') ? { kind: 'circuit', id: 'main' } : { kind: 'meter', id: 'm1' },
  message: '',
  data,
})
const dipData = (kind: string, fromMs: number, toMs: number, extremeV: number) => ({
  kind: 'voltage-event',
  source: 'scope',
  event: { kind, fromMs, toMs, isCut: false, extremeV, channels: ['u2', 'u1'] },
  side: { side: 'upstream', why: 'no rise' },
})

const open = (rows: readonly SiteEvent[] = [], minutes: readonly Interval[] = [], active: readonly Finding[] = []) => {
  const waves = createFanOut<WaveObservation>('waves', log)
  const stored: QualityRecord[] = []
  let ids = 0
  const part = createQualityPart({
    site,
    log,
    newId: () => `id-${(ids += 1)}`,
    listen: waves.listen,
    findings: () => active,
    deviceOf: () => 'Front end, class S',
    recorder: {
      appendQuality: async (records) => void stored.push(...records),
      // As the recorder: the newest of the range, a page at a time.
      quality: async ({ fromMs, toMs }, limit) =>
        stored.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).slice(-Math.min(limit, 400)),
      events: async ({ fromMs, toMs }) => rows.filter(({ atMs }) => atMs >= fromMs && atMs < toMs),
      intervals: async (_meter, _length, { fromMs, toMs }, page) =>
        minutes.filter(({ startMs }) => startMs >= fromMs && startMs < toMs).slice(0, page?.limit),
    },
  })
  part.start?.()
  return { part, waves, stored }
}

describe('voltage events', () => {
  const rows = [
    event('e1', 'wave-dip', weekMs + 10_400, dipData('dip', weekMs + 10_000, weekMs + 10_300, 138)),
    event('e2', 'wave-captured', weekMs + 12_000, { source: 'scope', captureId: 'c1', atMs: weekMs + 10_000 }),
    event('e3', 'finding-raised', weekMs + 10_400, { ...finding('active') }),
    event('e4', 'finding-cleared', weekMs + 11_400, { ...finding('cleared') }),
    event('e5', 'finding-raised', weekMs + 10_400, { nonsense: true }),
  ]
  it('one dip that samples and a poll saw is one entry; only the samples give it names', async () => {
    const { part } = open(rows)
    const { events, sinceMs } = await part.handlers['quality.events'](
      { fromMs: weekMs, toMs: weekMs + 86_400_000 },
      caller,
    )
    expect(sinceMs).toBe(weekMs)
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({
      truth: 'sampled',
      kind: 'dip',
      phases: ['L1', 'L2'],
      durationMs: 300,
      extremePercent: expect.closeTo(60, 6),
      names: { en50160: 'C2', itic: 'below', semiF47: false, ieee1159: 'instantaneous sag' },
    })
    const [sampled, polled] = events[0]?.members ?? []
    expect(sampled).toMatchObject({ captureId: 'c1', side: { side: 'upstream' }, isBound: false })
    expect(polled).toMatchObject({
      truth: 'polled RMS',
      kind: 'excursion',
      atLeastMs: 100,
      atMostMs: 500,
      extremeV: 138,
      isBound: true,
      sourceName: 'Feeder 1',
    })
  })

  it('an excursion seen by polls alone has bounds and no name of the standards', async () => {
    const { part } = open(rows.slice(2))
    const { events } = await part.handlers['quality.events']({ fromMs: weekMs, toMs: weekMs + 86_400_000 }, caller)
    expect(events).toMatchObject([{ truth: 'polled RMS', kind: 'excursion', durationMs: null, names: null }])
  })

  it('a dip that lost samples cut in two is one entry with bounds', async () => {
    const first = dipData('dip', weekMs + 10_000, 0, 150)
    const { part } = open([
      event('e1', 'wave-dip', weekMs + 10_150, { ...first, event: { ...first.event, toMs: null, isCut: true } }),
      event('e2', 'wave-dip', weekMs + 10_400, dipData('dip', weekMs + 10_200, weekMs + 10_300, 138)),
    ])
    const { events } = await part.handlers['quality.events']({ fromMs: weekMs, toMs: weekMs + 86_400_000 }, caller)
    expect(events).toMatchObject([
      {
        kind: 'dip',
        durationMs: null,
        names: null,
        members: [{ atLeastMs: 100, atMostMs: 300, extremeV: 138, isBound: true }],
      },
    ])
  })

  it('an interruption inside of a dip is one entry by the worse name', async () => {
    const { part } = open([
      event('e1', 'wave-interruption', weekMs + 10_300, dipData('interruption', weekMs + 10_100, weekMs + 10_250, 2)),
      event('e2', 'wave-dip', weekMs + 10_400, dipData('dip', weekMs + 10_000, weekMs + 10_300, 2)),
    ])
    const { events } = await part.handlers['quality.events']({ fromMs: weekMs, toMs: weekMs + 86_400_000 }, caller)
    expect(events).toMatchObject([{ kind: 'interruption', durationMs: 300, names: { en50160: 'X2' } }])
  })
})

describe('records of a meter', () => {
  const recordOf = (log: string, fromMs: number, more: object = {}) => ({
    source: 'm1',
    key: `${log} ${fromMs}`,
    event: 'dip',
    fromMs,
    toMs: fromMs + 310,
    durationMs: 310,
    extremeV: 138,
    extremePercent: 60,
    phases: ['L1'],
    log,
    uncertaintyMs: 100,
    wallMs: fromMs,
    isClockKnown: true,
    ...more,
  })
  const noDepth = { extremeV: null, extremePercent: null }
  const read = async (rows: readonly SiteEvent[]) => {
    const { part } = open(rows)
    return (await part.handlers['quality.events']({ fromMs: weekMs, toMs: weekMs + 86_400_000 }, caller)).events
  }

  it('in two of its logs are one, and the one that has a depth stands for both', async () => {
    const events = await read([
      event('e1', 'meter-event', weekMs + 10_000, recordOf('EN 50160 log', weekMs + 10_000, noDepth)),
      event('e2', 'meter-event', weekMs + 10_000, recordOf('quality log', weekMs + 10_002)),
      // The same log tells two: they are two.
      event('e3', 'meter-event', weekMs + 10_500, recordOf('quality log', weekMs + 10_500)),
    ])
    expect(events.map(({ members }) => members.map(({ id, extremeV }) => [id, extremeV]))).toEqual([
      [['e3', 138]],
      [['e2', 138]],
    ])
  })

  it('lead to the capture that the meter took then, and only where it says when it took it', async () => {
    const captured = (id: string, hasTime: boolean, fromMs: number) =>
      event(id, 'wave-captured', weekMs + 60_000, {
        source: 'm1',
        captureId: `m1-${id}`,
        atMs: fromMs,
        fromMs,
        toMs: fromMs + 400,
        cause: { kind: 'meter', rateFrom: 'counted', hasTime },
      })
    const dip = event('e1', 'meter-event', weekMs + 10_000, recordOf('quality log', weekMs + 10_000))
    const memberOf = async (rows: readonly SiteEvent[]) => (await read(rows))[0]?.members[0]
    expect(await memberOf([dip, captured('c1', true, weekMs + 9_900)])).toMatchObject({
      captureId: 'm1-c1',
      waveSourceId: 'm1',
    })
    expect(await memberOf([dip, captured('c1', false, weekMs + 9_900)])).toMatchObject({ captureId: null })
    expect(await memberOf([dip, captured('c1', true, weekMs + 20_000)])).toMatchObject({ captureId: null })
  })
})

describe('values of intervals', () => {
  it('are shown as they come, and ten minutes are kept and read by their columns', async () => {
    const { part, waves, stored } = open()
    const seen: { row: { length: string } | null; ongoing: readonly unknown[] }[] = []
    const stop = part.handlers['quality.watch'](
      { sourceId: 'scope', length: '3s' },
      (value) => seen.push(value),
      caller,
    )
    const tell = (row: QualityRow) => waves.tell({ kind: 'quality', source: 'scope', row })
    tell(rowOf('window', weekMs, valuesOf({ 'u1.rms': 230 })))
    tell(rowOf('3s', weekMs, valuesOf({ 'u1.rms': 231 })))
    tell(rowOf('10min', weekMs, valuesOf({ 'u1.rms': 232 })))
    waves.tell({
      kind: 'voltage-event',
      source: 'scope',
      event: { kind: 'dip', fromMs: 1, toMs: null, isCut: false, extremeV: 100, channels: ['u1'] },
    })
    expect(seen.map(({ row, ongoing }) => [row?.length ?? null, ongoing.length])).toEqual([
      [null, 0],
      ['3s', 0],
      ['3s', 1],
    ])
    stop()
    expect(stored).toHaveLength(1)
    const rows = await part.handlers['quality.rows'](
      { sourceId: 'scope', length: '10min', keys: ['u1.rms', 'u2.rms', 'nothing'], fromMs: weekMs, toMs: weekMs + 1 },
      caller,
    )
    expect(rows).toMatchObject([{ fromMs: weekMs, values: [232, null, null] }])
    expect(() => part.handlers['quality.watch']({ sourceId: 'other', length: '3s' }, () => undefined, caller)).toThrow(
      /no wave source 'other'/,
    )
  })
})

describe('the report of a week', () => {
  it('from samples: 958 of 1008 inside pass, flagged intervals told apart, and a part of a week has no verdict', async () => {
    const { part, waves } = open()
    for (let tick = 0; tick < 1008; tick += 1)
      waves.tell({
        kind: 'quality',
        source: 'scope',
        row: {
          ...rowOf(
            '10min',
            weekMs + tick * 600_000,
            valuesOf({ 'u1.rms': tick < 50 ? 200 : 230, 'u1.h1': 230, 'u1.h5': 11.5 }),
          ),
          flagged: tick < 50 ? 1 : 0,
          tenSecondsHz: Array.from({ length: 60 }, () => 50.01),
        },
      })
    const report = await part.handlers['quality.report']({ sourceId: 'scope', fromMs: weekMs, edition: '2010' }, caller)
    expect(report).toMatchObject({ truth: 'sampled', intervals: 1008, expected: 1008, flagged: 50 })
    expect(report.standing).toContain('Indicative')
    expect(report.standing).toContain('Front end, class S')
    const rowsOf = (group: string, phase: string) =>
      report.rows.filter((row) => row.group === group && row.phase === phase)
    expect(rowsOf('Voltage', 'L1').map(({ all, unflagged }) => [all.verdict, all.inside, unflagged.counted])).toEqual([
      ['within', 958, 958],
      ['within', 1008, 958],
    ])
    expect(rowsOf('Harmonic 5', 'L1')[0]).toMatchObject({
      most: 6,
      p95: expect.closeTo(5, 3),
      all: { verdict: 'within' },
    })
    expect(rowsOf('Frequency, 10 s', 'all')[0]).toMatchObject({ all: { counted: 60_480, verdict: 'within' } })
    expect(rowsOf('Voltage', 'L2')[0]).toMatchObject({ all: { counted: 0, verdict: 'unknown' } })
    const later = await part.handlers['quality.report'](
      { sourceId: 'scope', fromMs: weekMs + 86_400_000, edition: '2010' },
      caller,
    )
    expect(later.rows.every(({ all }) => all.verdict === 'unknown')).toBe(true)
  })

  it('from polls: mean squares of ten minutes, nothing that polls cannot carry', async () => {
    const minutes = Array.from({ length: 10_080 }, (_, index): Interval => ({
      meterId: 'm1',
      startMs: weekMs + index * 60_000,
      lengthS: 60,
      importKwh: null,
      exportKwh: null,
      registerStartKwh: null,
      registerEndKwh: null,
      stats: { u_l1n: [229, 230, 231, 60], u_l1l2: [1, 400, 1, 60], u_l2l3: [1, 392, 1, 60], u_l3l1: [1, 408, 1, 60] },
      coverage: index < 100 ? 0.5 : 1,
      note: null,
    }))
    const { part } = open([], minutes)
    const report = await part.handlers['quality.report']({ sourceId: 'm1', fromMs: weekMs, edition: '2010' }, caller)
    expect(report).toMatchObject({ truth: 'polled RMS', intervals: 998, cells: [] })
    expect(report.rows.map(({ group }) => group)).toEqual(['Voltage', 'Voltage', 'Unbalance u2 (three line voltages)'])
    expect(report.rows[2]).toMatchObject({ p95: expect.closeTo(2.3101, 3), all: { verdict: 'outside' } })
    expect(report.missing.join(' ')).toContain('flicker')
  })
})

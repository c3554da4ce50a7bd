import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OwnRecords } from '../../../shared/api/meter-records-contract.ts'
import type { PowerEvent, PowerEventMember, QualityReport } from '../../../shared/api/quality-contract.ts'
import { columnsOf, placesOf } from '../../../shared/power-quality/quality-columns.ts'
import {
  panned,
  placeOf,
  pointNear,
  shownPlaces,
  wholeWindow,
  zoomed,
  type EventPoint,
} from '../../charts/event-plot.ts'
import { createTimeFormat } from '../../format/time.ts'
import { filterEvents, noEventFilter, pointsOf } from './event-filter.ts'
import { ownVerdictLine, ownVerdicts } from './own-verdicts.ts'
import { reportCsv } from './report-export.ts'
import { depthWords, durationWords, shortDepthWords, shortDurationWords } from './quality-words.ts'
import { weeksBefore } from './report-week.ts'
import { readValues } from './use-quality.ts'

const polled: PowerEventMember = {
  id: 'f1',
  truth: 'polled RMS',
  sourceName: 'Feeder 1',
  waveSourceId: null,
  subject: { kind: 'meter', id: 'm1' },
  kind: 'excursion',
  phases: ['L1'],
  fromMs: 1000,
  toMs: 1400,
  atLeastMs: 100,
  atMostMs: 500,
  extremeV: 138,
  extremePercent: 60,
  isBound: true,
  isCut: false,
  captureId: null,
  side: null,
  evidence: 'polled RMS every 0.2 s',
}
const sampled: PowerEventMember = {
  ...polled,
  id: 'e1',
  truth: 'sampled',
  kind: 'dip',
  waveSourceId: 'scope',
  sourceName: 'Scope',
  subject: { kind: 'circuit', id: 'main' },
  atLeastMs: 300,
  atMostMs: 300,
  isBound: false,
}
const eventOf = (members: readonly PowerEventMember[], names: PowerEvent['names']): PowerEvent => ({
  id: members[0]!.id,
  direction: 'under',
  truth: members[0]!.truth,
  kind: members[0]!.kind,
  fromMs: 1000,
  toMs: 1300,
  phases: ['L1'],
  extremePercent: 60,
  durationMs: names === null ? null : 300,
  names,
  members: [...members],
})
const names = { en50160: 'C2', itic: 'below', semiF47: false, ieee1159: 'instantaneous sag' } as const

describe('what meters say of the week themselves', () => {
  const meter = (
    name: string,
    verdict: OwnRecords['verdict'],
    noVerdict: OwnRecords['noVerdict'] = null,
  ): OwnRecords => ({
    meterId: name,
    name,
    clock: null,
    logs: [],
    alarms: null,
    verdict,
    noVerdict,
    hasHarmonics: false,
  })
  const week = { fromMs: Date.UTC(2026, 10, 16), toMs: Date.UTC(2026, 10, 23), sourceName: 'of it' }
  const said = (atMs: number | null) => ({ atMs, result: 'not fulfilled', failed: ['flicker'], cells: [] })

  it('is quoted with its time, and told apart where it is of another week', () => {
    const verdicts = ownVerdicts(
      [
        meter('old', said(week.fromMs - 10_000)),
        meter('of it', { ...said(week.toMs + 60_000), cells: [{ cell: 'C2', count: 3 }] }),
        meter('timeless', said(null)),
        meter('silent', null),
        meter('young', null, 'not-judged-yet'),
        // One second of its clock, corrected by the clock's measured error.
        meter('late', said(week.fromMs + 3_600_000 - 106)),
      ],
      week,
    )
    expect(verdicts.map((each) => each.kind === 'told' && each.isOfWeek)).toEqual([true, false, false, false, true])
    const lines = verdicts.map((verdict) => ownVerdictLine(verdict, createTimeFormat('UTC')))
    expect(lines).toEqual([
      'of it itself, 2026-11-23 00:01:00: not fulfilled; failed last: flicker; its counters: C2 3',
      'old itself, 2026-11-15 23:59:50 (not in this week): not fulfilled; failed last: flicker',
      'timeless itself, at a time it does not tell (not in this week): not fulfilled; failed last: flicker',
      'young judges itself, and has not judged yet',
      'late itself, 2026-11-16 01:00:00: not fulfilled; failed last: flicker',
    ])
  })
})

describe('the report as a table', () => {
  it('holds its rules, its cells and what meters say themselves, each told apart in a row of its own', () => {
    const judged = { counted: 1008, inside: 1005, neededPermille: 950, verdict: 'within' } as const
    const report: QualityReport = {
      sourceName: 'Scope',
      truth: 'sampled',
      standing: 'Indicative.',
      edition: 'EN 50160:2010',
      fromMs: Date.UTC(2026, 10, 16),
      toMs: Date.UTC(2026, 10, 23),
      intervals: 1008,
      expected: 1008,
      flagged: 1,
      rows: [
        {
          group: 'Voltage',
          phase: 'L1',
          rule: '95 % within 10 %',
          unit: 'V',
          least: 207,
          most: 253,
          all: judged,
          unflagged: judged,
          lowest: 221.5,
          highest: 236.25,
          p95: 234,
        },
      ],
      cells: [{ cell: 'C2', count: 3 }],
      missing: [],
    }
    const verdict = {
      kind: 'told' as const,
      meter: 'UMD 97',
      atMs: Date.UTC(2026, 10, 22, 12),
      isOfWeek: true,
      says: 'failed; failed last: voltage L1',
    }
    const { header, rows } = reportCsv(report, [verdict])
    const cell = (row: number, name: string) => rows[row]?.[header.indexOf(name)]
    expect(rows.every((row) => row.length === header.length)).toBe(true)
    expect([cell(0, 'quantity'), cell(0, 'verdict'), cell(0, 'p95')]).toEqual(['Voltage', 'within', 234])
    expect([cell(1, 'rule'), cell(1, 'counted'), cell(1, 'verdict')]).toEqual(['EN 50160 cell C2', 3, null])
    expect([cell(2, 'source'), cell(2, 'verdict'), cell(2, 'edition')]).toEqual(['UMD 97', verdict.says, null])
    expect(cell(2, 'known_as')).toContain('the meter’s own verdict')
  })
})

describe('words of an event', () => {
  it('samples have a depth and a duration, polls have bounds', () => {
    expect([depthWords(sampled, false), durationWords(sampled)]).toEqual(['138.0 V (60.0 %)', '300 ms'])
    expect(depthWords(polled, false)).toBe('lowest reading 138.0 V (60.0 %), true minimum may be lower')
    expect(durationWords(polled)).toBe('at least 100 ms, at most 500 ms')
    expect(durationWords({ ...sampled, isCut: true })).toContain('missing')
  })
})

describe('words of the list', () => {
  it('say a bound in few words', () => {
    const bound = { ...polled, extremeV: 138.2, extremePercent: 60.1, atMostMs: 3000 }
    expect(shortDepthWords(bound, false)).toBe('at most 138.2 V (60.1 %)')
    expect(shortDepthWords(bound, true)).toBe('at least 138.2 V (60.1 %)')
    expect(shortDurationWords(bound)).toBe('100 ms to 3.00 s')
    expect(shortDurationWords({ ...bound, isCut: true })).toBe('end not seen')
  })
})

describe('the list', () => {
  const both = eventOf([sampled, polled], names)
  const alone = eventOf([polled], null)
  it('is filtered by phase, depth, duration, kind of truth and place', () => {
    const all = [both, alone]
    const count = (filter: Partial<typeof noEventFilter>) => filterEvents(all, { ...noEventFilter, ...filter }).length
    expect(count({})).toBe(2)
    expect(count({ phase: 'L2' })).toBe(0)
    expect(count({ truth: 'sampled' })).toBe(1)
    expect(count({ source: 'circuit main' })).toBe(1)
    expect(count({ source: 'Feeder 1' })).toBe(2)
    expect(count({ belowPercent: 40 })).toBe(0)
    expect(count({ belowPercent: 70 })).toBe(2)
    // What may have lasted so long is not left out.
    expect(count({ fromMs: 400 })).toBe(1)
    expect(count({ fromMs: 600 })).toBe(0)
  })

  it('polls alone make no point of the ITIC plot', () => {
    expect(pointsOf([both, alone])).toEqual([{ id: 'e1', seconds: 0.3, percent: 60, isSevere: true }])
  })
})

describe('the ITIC plot', () => {
  it('draws one square a pixel, and none that is out of sight', () => {
    const size = { width: 400, height: 300 }
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -4, max: 3, noNaN: true }), fc.double({ min: 0, max: 250, noNaN: true })), {
          maxLength: 300,
        }),
        (all) => {
          const points = all.map(([decade, percent], index) => ({
            id: String(index),
            seconds: 10 ** decade,
            percent,
            isSevere: false,
          }))
          const places = shownPlaces(points, wholeWindow, size)
          expect(new Set(places.map(([x, y]) => `${Math.round(x)} ${Math.round(y)}`)).size).toBe(places.length)
          for (const point of points) {
            const [x, y] = placeOf(point, wholeWindow, size)
            if (x < 0 || y < 0 || x > size.width || y > size.height) continue
            expect(places.some(([px, py]) => Math.abs(px - x) <= 1 && Math.abs(py - y) <= 1)).toBe(true)
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  const size = { width: 500, height: 300 }
  it('finds the point under the mouse wherever it was moved and zoomed to', () => {
    const point: EventPoint = { id: 'e1', seconds: 0.3, percent: 60, isSevere: true }
    const step = fc.oneof(
      fc.record({ x: fc.double({ min: -1, max: 1, noNaN: true }), y: fc.double({ min: -1, max: 1, noNaN: true }) }),
      fc.double({ min: 0.3, max: 3, noNaN: true }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const view = steps.reduce(
          (before, each) => (typeof each === 'number' ? zoomed(before, each) : panned(before, each.x, each.y)),
          wholeWindow,
        )
        expect(view.toDecade).toBeGreaterThan(view.fromDecade)
        expect(view.high).toBeGreaterThan(view.low)
        expect([view.fromDecade >= -4.001, view.toDecade <= 4.001, view.low >= -20.001, view.high <= 520.001]).toEqual([
          true,
          true,
          true,
          true,
        ])
        expect(pointNear([point], placeOf(point, view, size), view, size)).toBe(point)
      }),
    )
    expect(pointNear([point], [0, 0], wholeWindow, size)).toBeNull()
  })
})

describe('values that came as bytes', () => {
  it('are read by their columns; a missing one is none', () => {
    const scheme = { channels: ['u1'], orders: 3, bands: 0 }
    const places = placesOf(columnsOf(scheme))
    const numbers = new Float32Array(places.size).fill(NaN)
    numbers[places.get('u1.rms')!] = 230.5
    const { of } = readValues({
      length: '3s',
      fromMs: 0,
      toMs: 3000,
      windows: 15,
      flagged: 0,
      coveredMs: 3000,
      scheme,
      values: new Uint8Array(numbers.buffer),
      flicker: [],
    })
    expect([of('u1.rms'), of('u1.h1'), of('u9.rms')]).toEqual([230.5, null, null])
  })
})

describe('weeks of a report', () => {
  it('begin on Monday at midnight of the site, also across a change of the clock', () => {
    const time = createTimeFormat('Europe/Berlin')
    const weeks = weeksBefore(Date.UTC(2026, 9, 28, 12), time, 3)
    expect(weeks.map((week) => time.dateTime(week))).toEqual([
      '2026-10-26 00:00:00',
      '2026-10-19 00:00:00',
      '2026-10-12 00:00:00',
    ])
  })
})

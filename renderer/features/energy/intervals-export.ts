import type { OutputOf, InputOf } from '../../../shared/api/define.ts'
import type { TripscopeContract } from '../../../shared/api/contract.ts'
import {
  mostIntervalDays,
  type EnergyIntervals,
  type IntervalLine,
} from '../../../shared/energy-report/intervals-schema.ts'
import { quarterMs } from '../../../shared/energy-report/walk.ts'
import type { EnergyWindow } from '../../../shared/energy-report/window.ts'
import { toCsv, type CsvCell, type CsvStyle } from '../../format/csv.ts'
import { isoTime, type TimeFormat } from '../../format/time.ts'
import { billingWords, kindWords, momentText } from './energy-words.ts'

/**
 * Every quarter of an hour of every account in one table. A gap is a row of its own with its true length: its energy is known by the register
 * at both ends, when in it is not, so nothing is spread over the quarters in it. The column of the import adds up to the report.
 */
const head = (zone: string): readonly string[] => [
  ...['name', 'kind', 'from_utc', 'to_utc', `from (${zone})`],
  ...['what', 'import [kWh]', 'export [kWh]', 'measured [%]', 'note', 'billing', 'billing_why'],
]

const whatOf = (share: number, kwh: number | null): string =>
  kwh === null ? 'not measured' : share >= 1 - 1e-6 ? 'quarter of an hour' : 'part of a quarter of an hour'

interface Row {
  readonly fromMs: number
  readonly toMs: number
  readonly what: string
  readonly importKwh: number | null
  readonly exportKwh: number | null
  readonly measured: number | null
  readonly note: string
}

const gapRows = ({ gaps, breaks }: IntervalLine): readonly Row[] => [
  ...gaps.map(({ source, fromMs, toMs, kwh }) => ({
    ...{ fromMs, toMs, what: 'gap', importKwh: kwh, exportKwh: null, measured: null },
    note: `${source}: by its register at both ends; when in it is not known, and in no quarter of an hour`,
  })),
  ...breaks.map(({ source, fromMs, toMs, before, after }) => ({
    ...{ fromMs, toMs, what: 'not counted', importKwh: null, exportKwh: null, measured: null },
    note: `${source}: its register stood at ${before} kWh and then at ${after} kWh; that is no one count`,
  })),
]

const rowsOf = (line: IntervalLine, { fromMs, toMs }: EnergyWindow): readonly Row[] =>
  [
    ...line.importKwh.map((importKwh, place) => {
      const share = line.measured[place] ?? 0
      const from = fromMs + place * quarterMs
      return {
        ...{ fromMs: from, toMs: Math.min(from + quarterMs, toMs), what: whatOf(share, importKwh), importKwh },
        ...{ exportKwh: line.exportKwh[place] ?? null, measured: share * 100, note: '' },
      }
    }),
    ...gapRows(line),
  ].toSorted((one, other) => one.fromMs - other.fromMs || one.toMs - other.toMs)

export const intervalCells = (told: EnergyIntervals, time: TimeFormat): readonly (readonly CsvCell[])[] =>
  told.lines.flatMap((line) =>
    rowsOf(line, told).map((row) => [
      ...[line.name, kindWords[line.kind], isoTime(row.fromMs), isoTime(row.toMs), momentText(time, row.fromMs)],
      ...[row.what, row.importKwh, row.exportKwh, row.measured, row.note],
      ...[billingWords[line.billing.use], line.billing.why],
    ]),
  )

type Ask = (
  input: InputOf<TripscopeContract['energy.intervals']>,
) => Promise<OutputOf<TripscopeContract['energy.intervals']>>
const stretchMs = mostIntervalDays * 86_400_000

/** The whole file in pieces, stretch by stretch, so that a year needs no answer of its size. `told`: how much of it is made, 0..1. */
export const intervalsFile = async (
  ask: Ask,
  input: InputOf<TripscopeContract['energy.intervals']>,
  of: { readonly time: TimeFormat; readonly style: CsvStyle; readonly told: (share: number) => void },
): Promise<readonly string[]> => {
  const { time, style, told } = of
  const header = head(time.zone)
  const headText = toCsv({ header, rows: [] }, style)
  const parts = ['\ufeff', headText]
  for (let fromMs = input.fromMs; fromMs < input.toMs; fromMs += stretchMs) {
    const answer = await ask({ ...input, fromMs, toMs: Math.min(input.toMs, fromMs + stretchMs) })
    parts.push(toCsv({ header, rows: intervalCells(answer, time) }, style).slice(headText.length))
    told(Math.min(1, (fromMs + stretchMs - input.fromMs) / (input.toMs - input.fromMs)))
  }
  return parts
}

import type { AuditRow, Interval, SiteEvent } from '../../../shared/model/event.ts'
import { own } from '../../../shared/own.ts'
import { isQuantityKey, quantities } from '../../../shared/quantities.ts'

type Table = (string | number | null)[][]
const utc = (atMs: number) => new Date(atMs).toISOString()

export const intervalTable = (intervals: readonly Interval[]): Table => {
  const keys = [...new Set(intervals.flatMap(({ stats }) => Object.keys(stats)))].sort()
  const unit = (key: string) => (isQuantityKey(key) ? quantities[key].unit : '1')
  const header = [
    'meter',
    'start_utc',
    'end_utc',
    'length_s',
    'import [kWh]',
    'export [kWh]',
    'import_register_start [kWh]',
    'import_register_end [kWh]',
    'coverage',
    'note',
    ...keys.flatMap((key) => [...['min', 'mean', 'max'].map((part) => `${key} ${part} [${unit(key)}]`), `${key} n`]),
  ]
  return [
    header,
    ...intervals.map((row) => [
      row.meterId,
      utc(row.startMs),
      utc(row.startMs + row.lengthS * 1000),
      row.lengthS,
      row.importKwh,
      row.exportKwh,
      row.registerStartKwh,
      row.registerEndKwh,
      Number(row.coverage.toFixed(4)),
      row.note,
      ...keys.flatMap((key) => own(row.stats, key) ?? [null, null, null, 0]),
    ]),
  ]
}

export const eventTable = (events: readonly SiteEvent[]): Table => [
  ['time_utc', 'kind', 'severity', 'subject', 'message', 'id'],
  ...events.map((row) => [
    utc(row.atMs),
    row.kind,
    row.severity,
    row.subject === null ? null : `${row.subject.kind} ${row.subject.id}`,
    row.message,
    row.id,
  ]),
]

export const auditTable = (rows: readonly AuditRow[]): Table => [
  ['seq', 'time_utc', 'at_ms', 'who', 'action', 'subject', 'detail_json', 'sha256_chain'],
  ...rows.map((row) => [
    row.seq,
    utc(row.atMs),
    row.atMs,
    row.who,
    row.action,
    row.subject,
    JSON.stringify(row.detail),
    row.hash,
  ]),
]

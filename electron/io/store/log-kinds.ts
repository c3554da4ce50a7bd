import type { Decision, Write } from '../../../shared/model/decision.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import type { QualityRecord } from '../../../shared/power-quality/quality-record.ts'
import type { SqlValue } from './database.ts'
import type { LogTableKind } from './log-table.ts'
import type { Packer } from './packer.ts'

const text = (value: SqlValue | undefined): string => {
  if (typeof value !== 'string') throw new Error('a text is missing')
  return value
}
const object = <T>(value: SqlValue | undefined): T => {
  const parsed: unknown = JSON.parse(text(value))
  if (typeof parsed !== 'object' || parsed === null) throw new Error('not an object')
  return parsed as T
}
/** Times are whole milliseconds in the file. */
const ms = (value: number): number => Math.round(value)
const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value))

export const eventRows: LogTableKind<SiteEvent> = {
  name: 'events',
  columns: ['kind', 'severity', 'subject', 'message', 'data'],
  fields: (row) => [row.id, ms(row.atMs), row.kind, row.severity, json(row.subject), row.message, json(row.data)],
  build: (row) => ({
    id: text(row['id']),
    atMs: Number(row['at_ms']),
    kind: text(row['kind']),
    severity: text(row['severity']) as SiteEvent['severity'],
    subject: row['subject'] === null ? null : object(row['subject']),
    message: text(row['message']),
    data: row['data'] === null ? null : object(row['data']),
  }),
  again: 'keep',
}

/** `packer` makes a decision small; rows of an earlier version hold it as plain text. */
export const decisionRows = (packer: Packer): LogTableKind<Decision> => ({
  name: 'decisions',
  columns: ['body', 'packed'],
  fields: (row) => [row.id, ms(row.atMs), '', packer.pack(JSON.stringify(row))],
  build: (row) =>
    row['packed'] instanceof Uint8Array
      ? object<Decision>(packer.unpack(row['packed']))
      : object<Decision>(row['body']),
  // The first of each minute, and those that something other than the ordinary cycle caused.
  thinning: {
    stretchMs: 60_000,
    staying: (rows) => rows.filter((row, index) => index === 0 || row.trigger !== 'cycle'),
  },
  again: 'keep',
})

/** A write is recorded again as it moves on to verified or failed: the last state is kept. */
export const writeRows: LogTableKind<Write> = {
  name: 'writes',
  columns: ['body'],
  fields: (row) => [row.id, ms(row.atMs), JSON.stringify(row)],
  build: (row) => object<Write>(row['body']),
  // What each charger was left at, and what went wrong.
  thinning: {
    stretchMs: 900_000,
    staying: (rows) => {
      const last = new Map(rows.map((row) => [row.chargerId, row]))
      return rows.filter((row) => row.state === 'failed' || last.get(row.chargerId) === row)
    },
  },
  again: 'replace',
}

/** The same interval measured again (after a restart in the middle of it) stands beside the first: each says how much it covers. */
export const qualityRows: LogTableKind<QualityRecord> = {
  name: 'quality',
  columns: ['body', 'numbers'],
  fields: ({ values, ...row }) => [
    row.id,
    ms(row.atMs),
    JSON.stringify(row),
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  ],
  build: (row) => {
    const numbers = row['numbers']
    if (!(numbers instanceof Uint8Array)) throw new Error('the values are missing')
    const values = new Float32Array(numbers.slice().buffer)
    return { ...object<Omit<QualityRecord, 'values'>>(row['body']), values }
  },
  again: 'keep',
}

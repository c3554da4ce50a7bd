import { z } from 'zod'
import { decisionSchema, writeSchema, type Decision, type Write } from '../../../shared/model/decision.ts'
import {
  auditRowSchema,
  eventSchema,
  intervalSchema,
  type AuditRow,
  type Interval,
  type SiteEvent,
} from '../../../shared/model/event.ts'
import { incidentSchema, type Incident } from '../../../shared/forensics/incident.ts'
import { tapeEntrySchema, type TapeEntry as LineEntry } from '../../../shared/bus/tape-entry.ts'
import type { QualityRecord } from '../../../shared/power-quality/quality-record.ts'
import { qualities, type Quality } from '../../../shared/model/sample.ts'
import type { Recorder, StoredReading, StoredValue, TimeRange } from '../record/recorder.ts'

/** Rows of a JSON part that fit; one that does not is left out, and counted. */
const rowsOf =
  <T>(schema: z.ZodType<T>) =>
  (value: unknown): { readonly rows: readonly T[]; readonly bad: number } => {
    const list: readonly unknown[] = Array.isArray(value) ? (value as readonly unknown[]) : []
    const rows = list.flatMap((row) => {
      const parsed = schema.safeParse(row)
      return parsed.success ? [parsed.data] : []
    })
    return { rows, bad: list.length - rows.length }
  }
export const eventRows = rowsOf<SiteEvent>(eventSchema)
export const decisionRows = rowsOf<Decision>(decisionSchema)
export const writeRows = rowsOf<Write>(writeSchema)
export const auditRows = rowsOf<AuditRow>(auditRowSchema)
export const incidentRows = rowsOf<Incident>(incidentSchema)
export const lineRows = rowsOf<LineEntry>(tapeEntrySchema)

const span = z.tuple([z.number(), z.number()]).readonly()
const qualitySchema = z.object({
  id: z.string(),
  atMs: z.number(),
  toMs: z.number(),
  source: z.string(),
  length: z.enum(['10min', '2h']),
  windows: z.number(),
  flagged: z.number(),
  coveredMs: z.number(),
  scheme: z.object({ channels: z.array(z.string()), orders: z.number(), bands: z.number() }),
  extremes: z.record(z.string(), span),
  tenSecondsHz: z.array(z.number().nullable()),
  /** JSON knows no NaN: null stands for it. */
  values: z.array(z.number().nullable()).transform((values) => Float32Array.from(values, (value) => value ?? NaN)),
}) satisfies z.ZodType<QualityRecord>
export const qualityRows = rowsOf<QualityRecord>(qualitySchema)
export const intervalRows = rowsOf<Interval>(intervalSchema)

/** One line of CSV (RFC 4180) as cells. */
export const cellsOf = (line: string): readonly string[] => {
  if (!line.includes('"')) return line.split(',')
  const cells: string[] = []
  for (const [, quoted, plain = ''] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g))
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
  return cells
}

const unitless = (heading: string): string => heading.replace(/ \[[^\]]*\]$/, '')
const isQuality = (text: string): text is Quality => (qualities as readonly string[]).includes(text)
const numberOf = (cell: string | undefined): number | null => {
  if (cell === undefined || cell === '') return null
  const value = Number(cell)
  return Number.isFinite(value) ? value : null
}

interface Columns {
  readonly keys: readonly (readonly [key: string, column: number])[]
  readonly missing: number
  readonly extras: ReadonlyMap<string, number>
}

const columnsOf = (heading: readonly string[]): Columns => {
  const missing = heading.indexOf('missing')
  return {
    keys: heading.slice(1, missing).map((name, index) => [unitless(name), index + 1] as const),
    missing,
    extras: new Map(heading.slice(missing + 1).map((name, index) => [unitless(name), missing + 1 + index])),
  }
}

const valueOf = (
  cells: readonly string[],
  [key, column]: readonly [string, number],
  { extras }: Columns,
  why: Quality | undefined,
): StoredValue | null => {
  const value = numberOf(cells[column])
  if (value === null && why === undefined) return null
  const quality: Quality = value === null ? (why ?? 'absent') : 'good'
  const extra = (part: string): string | undefined => {
    const at = extras.get(`${key} ${part}`)
    return at === undefined ? undefined : cells[at]
  }
  const count = numberOf(extra('reads'))
  if (count === null) return { value, quality }
  const worst = extra('worst') ?? ''
  const spread = {
    min: numberOf(extra('min')),
    max: numberOf(extra('max')),
    count,
    worst: isQuality(worst) ? worst : quality,
  }
  return { value, quality, spread }
}

/** The rows of a `readings/<meter>.csv`, of this version and of the first one; a line that is none gives null. */
export const readingsReader = (meterId: string, heading: string): ((line: string) => StoredReading | null) | null => {
  const columns = columnsOf(cellsOf(heading))
  if (columns.missing < 0) return null
  return (line) => {
    const cells = cellsOf(line)
    const atMs = Date.parse(cells[0] ?? '')
    if (!Number.isFinite(atMs)) return null
    const missing = new Map<string, Quality>(
      (cells[columns.missing] ?? '').split(' ').flatMap((entry): [string, Quality][] => {
        const [key = '', why = ''] = entry.split('=')
        return isQuality(why) ? [[key, why]] : []
      }),
    )
    const values = columns.keys.flatMap((key): [string, StoredValue][] => {
      const value = valueOf(cells, key, columns, missing.get(key[0]))
      return value === null ? [] : [[key[0], value]]
    })
    return { meterId, atMs, values: Object.fromEntries(values) }
  }
}

export interface KeptRows {
  readonly events: readonly SiteEvent[]
  readonly decisions: readonly Decision[]
  readonly writes: readonly Write[]
  readonly audit: readonly AuditRow[]
  readonly quality: readonly QualityRecord[]
}

const newest = <T extends { readonly atMs: number }>(rows: readonly T[], { fromMs, toMs }: TimeRange, limit: number) =>
  rows.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).slice(-limit)

/** A store whose rows of these kinds are the very ones of a file: nothing is thinned, counted or chained anew. */
export const withRows = (recorder: Recorder, rows: KeptRows): Recorder => ({
  ...recorder,
  events: async (range, limit) => newest(rows.events, range, limit),
  decisions: async (range, limit) => newest(rows.decisions, range, limit),
  writes: async (range, limit) => newest(rows.writes, range, limit),
  audit: async (range, limit) => newest(rows.audit, range, limit),
  quality: async (range, limit) => newest(rows.quality, range, limit),
})

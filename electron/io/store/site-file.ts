import type { AuditRow, Interval, SiteEvent } from '../../../shared/model/event.ts'
import type { Decision, Write } from '../../../shared/model/decision.ts'
import type { TimeRange } from '../../core/ports.ts'
import { canonicalJson, chainHash, chainStart, checkChain } from './audit-chain.ts'
import { transaction, type Database, type Row, type SqlValue } from './database.ts'

export interface SiteFile {
  appendIntervals(rows: readonly Interval[]): void
  appendEvents(rows: readonly SiteEvent[]): void
  appendDecision(decision: Decision): void
  appendWrite(write: Write): void
  appendAudit(row: Omit<AuditRow, 'seq' | 'hash'>): AuditRow
  intervals(meterId: string, lengthS: number, range: TimeRange): Interval[]
  events(range: TimeRange, limit: number): SiteEvent[]
  decisions(range: TimeRange, limit: number): Decision[]
  writes(range: TimeRange, limit: number): Write[]
  audit(range: TimeRange, limit: number): AuditRow[]
  /** Null when the audit chain is whole, else what is wrong. */
  checkAudit(): string | null
  bytes(): number
}

const dayMs = 86_400_000
/**
 * How long rows are kept; editable assumptions. Decisions and writes answer "why was it 12 A then": a quarter covers a complaint about
 * a bill or a season's load. Events are small and tell a site's history: two years show a whole cycle of seasons twice. Audit rows are never removed.
 */
const keepMs = { decisions: 90 * dayMs, writes: 90 * dayMs, events: 730 * dayMs } as const
/** Rows removed with one append at most: no append waits long, and a clock that is wrong for a moment cannot empty the file. */
const mostRemoved = 20
/** However often decisions change: at about 8 kB each this is some 1.6 GB; one a minute for 90 days is 130,000. */
const keptDecisions = 200_000

const text = (value: SqlValue | undefined): string => String(value)
const real = (value: SqlValue | undefined): number | null => (typeof value === 'number' ? value : null)
const parse = <T>(value: SqlValue | undefined): T => JSON.parse(text(value)) as T

const intervalOf = (row: Row): Interval => ({
  meterId: text(row['meter']),
  startMs: Number(row['start_ms']),
  lengthS: Number(row['length_s']) as 60 | 900,
  importKwh: real(row['import_kwh']),
  exportKwh: real(row['export_kwh']),
  registerStartKwh: real(row['register_start_kwh']),
  registerEndKwh: real(row['register_end_kwh']),
  stats: parse(row['stats']),
  coverage: Number(row['coverage']),
  note: row['note'] === null ? null : text(row['note']),
})
const eventOf = (row: Row): SiteEvent => ({
  id: text(row['id']),
  atMs: Number(row['at_ms']),
  kind: text(row['kind']),
  severity: text(row['severity']) as SiteEvent['severity'],
  subject: row['subject'] === null ? null : parse(row['subject']),
  message: text(row['message']),
  data: row['data'] === null ? null : parse(row['data']),
})
const auditOf = (row: Row): AuditRow => ({
  seq: Number(row['seq']),
  atMs: Number(row['at_ms']),
  who: text(row['who']),
  action: text(row['action']),
  subject: text(row['subject']),
  detail: parse(row['detail']),
  hash: text(row['hash']),
})

/** Times are whole milliseconds in the file. */
const ms = (value: number): number => Math.round(value)
const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value))

export const createSiteFile = (database: Database): SiteFile => {
  const prepared = new Map<string, ReturnType<Database['prepare']>>()
  const sql = (source: string) => {
    const statement = prepared.get(source) ?? database.prepare(source)
    prepared.set(source, statement)
    return statement
  }
  /** The newest `limit` rows of the range, oldest first. */
  const newest = <T>(table: string, range: TimeRange, limit: number, build: (row: Row) => T): T[] =>
    sql(`SELECT * FROM ${table} WHERE at_ms >= ? AND at_ms < ? ORDER BY at_ms DESC, seq DESC LIMIT ?`)
      .all(ms(range.fromMs), ms(range.toMs), limit)
      .map(build)
      .reverse()
  const prune = (table: keyof typeof keepMs, nowMs: number): void => {
    sql(
      `DELETE FROM ${table} WHERE seq IN (SELECT seq FROM ${table} WHERE at_ms < ? ORDER BY at_ms LIMIT ${mostRemoved})`,
    ).run(ms(nowMs - keepMs[table]))
  }
  const pragma = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0)

  return {
    appendIntervals: (rows) =>
      transaction(database, () => {
        for (const row of rows) {
          // The clock may be set back over an interval: the better covered record of it stays.
          sql(`INSERT INTO intervals (meter, length_s, start_ms, import_kwh, export_kwh, register_start_kwh, register_end_kwh, stats, coverage, note)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET import_kwh = excluded.import_kwh, export_kwh = excluded.export_kwh, register_start_kwh = excluded.register_start_kwh,
               register_end_kwh = excluded.register_end_kwh, stats = excluded.stats, coverage = excluded.coverage, note = excluded.note
             WHERE excluded.coverage > intervals.coverage`).run(
            row.meterId,
            row.lengthS,
            ms(row.startMs),
            row.importKwh,
            row.exportKwh,
            row.registerStartKwh,
            row.registerEndKwh,
            JSON.stringify(row.stats),
            row.coverage,
            row.note,
          )
        }
      }),
    appendEvents: (rows) =>
      transaction(database, () => {
        for (const row of rows) {
          sql(
            'INSERT OR IGNORE INTO events (id, at_ms, kind, severity, subject, message, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
          ).run(row.id, ms(row.atMs), row.kind, row.severity, json(row.subject), row.message, json(row.data))
          prune('events', row.atMs)
        }
      }),
    appendDecision: (decision) =>
      transaction(database, () => {
        sql('INSERT OR IGNORE INTO decisions (id, at_ms, body) VALUES (?, ?, ?)').run(
          decision.id,
          ms(decision.atMs),
          JSON.stringify(decision),
        )
        sql('DELETE FROM decisions WHERE seq <= (SELECT max(seq) FROM decisions) - ?').run(keptDecisions)
        prune('decisions', decision.atMs)
      }),
    // A write is recorded again as it moves on to verified or failed: the last state is kept.
    appendWrite: (write) =>
      transaction(database, () => {
        sql(
          'INSERT INTO writes (id, at_ms, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
        ).run(write.id, ms(write.atMs), JSON.stringify(write))
        prune('writes', write.atMs)
      }),
    appendAudit: (row) =>
      transaction(database, () => {
        // Read inside the transaction: another program on the same file cannot fork the chain.
        const last = sql('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1').get()
        const seq = Number(last?.['seq'] ?? 0) + 1
        const atMs = ms(row.atMs)
        const detailJson = canonicalJson(row.detail)
        const hash = chainHash(last === null ? chainStart : text(last['hash']), { ...row, atMs, seq, detailJson })
        sql('INSERT INTO audit (seq, at_ms, who, action, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)').run(
          seq,
          atMs,
          row.who,
          row.action,
          row.subject,
          detailJson,
          hash,
        )
        return { ...row, atMs, detail: JSON.parse(detailJson) as AuditRow['detail'], seq, hash }
      }),
    intervals: (meterId, lengthS, range) =>
      sql(
        'SELECT * FROM intervals WHERE meter = ? AND length_s = ? AND start_ms >= ? AND start_ms < ? ORDER BY start_ms',
      )
        .all(meterId, lengthS, ms(range.fromMs), ms(range.toMs))
        .map(intervalOf),
    events: (range, limit) => newest('events', range, limit, eventOf),
    decisions: (range, limit) => newest('decisions', range, limit, (row) => parse<Decision>(row['body'])),
    writes: (range, limit) => newest('writes', range, limit, (row) => parse<Write>(row['body'])),
    audit: (range, limit) => newest('audit', range, limit, auditOf),
    checkAudit: () => checkChain(database.prepare('SELECT * FROM audit ORDER BY seq').all().map(auditOf)),
    bytes: () => pragma('page_count') * pragma('page_size'),
  }
}

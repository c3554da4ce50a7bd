import type { Decision, Write } from '../../../shared/model/decision.ts'
import type { AuditRow, Interval, SiteEvent } from '../../../shared/model/event.ts'
import type { QualityRecord } from '../../../shared/power-quality/quality-record.ts'
import type { TimeRange } from '../../core/record/recorder.ts'
import { createAuditTable, type AuditTable } from './audit-table.ts'
import { siteBudget, yearMs } from './budget.ts'
import type { TellDamage } from './damage.ts'
import { transaction, type Database } from './database.ts'
import { createFacts, type Facts } from './facts.ts'
import type { Head } from './head-file.ts'
import { createIntervalTable, type IntervalPage } from './interval-table.ts'
import { decisionRows, eventRows, qualityRows, writeRows } from './log-kinds.ts'
import { createLogTable } from './log-table.ts'
import { createNames } from './names.ts'
import { createOldIntervals } from './old-intervals.ts'
import { createPacker } from './packer.ts'
import { createThinStep } from './thin-step.ts'
import { createUsage, type Usage } from './usage.ts'

/** How much of an answer is read at most, bytes of stored rows: what passes to the screen in one piece. */
export const mostAnswerBytes = 4 * 1024 * 1024

/** Decisions are packed to about a twentieth. */
const packing = 20

export interface TableUsage {
  readonly rows: number
  readonly bytes: number
  /** At the rate since its oldest row; null while that is not a day old. */
  readonly bytesPerYear: number | null
  readonly keepBytes: number | null
  readonly keepMs: number | null
}

export interface SiteFile {
  /** `nowMs`: the time rows are deleted by, never later than the newest of them. */
  appendIntervals(rows: readonly Interval[], nowMs: number): void
  appendEvents(rows: readonly SiteEvent[], nowMs: number): void
  appendDecisions(rows: readonly Decision[], nowMs: number): void
  appendWrites(rows: readonly Write[], nowMs: number): void
  appendQuality(rows: readonly QualityRecord[], nowMs: number): void
  appendAudit(row: Omit<AuditRow, 'seq' | 'hash'>): AuditRow
  intervals(meterId: string, lengthS: 60 | 900, range: TimeRange, page: IntervalPage): Interval[]
  countIntervals(meterId: string, lengthS: 60 | 900, range: TimeRange): number
  oldestIntervalMs(meterId: string, lengthS: 60 | 900): number | null
  events(range: TimeRange, limit: number, withApart: boolean): SiteEvent[]
  decisions(range: TimeRange, limit: number, withApart: boolean): Decision[]
  writes(range: TimeRange, limit: number, withApart: boolean): Write[]
  audit(range: TimeRange, limit: number): AuditRow[]
  quality(range: TimeRange, limit: number, withApart: boolean): QualityRecord[]
  readonly auditTable: AuditTable
  /** How far each table reaches, for the file beside this one. */
  head(): Head
  /** Rows from after `atMs` are kept apart; gives how many. */
  keepApart(atMs: number): number
  usage(nowMs: number): Readonly<Record<string, TableUsage>>
  /** Time of the newest event; null where there is none. */
  newestMs(): number | null
  readonly facts: Facts
  bytes(): number
}

const dayMs = 86_400_000

type Budget = ReturnType<typeof siteBudget>

/** What each table takes, and at which rate since its oldest row. */
const usageOf =
  (usage: Usage, limits: Budget, nowMs: number) =>
  (name: keyof Budget, oldestMs: number | null): TableUsage => {
    const { rows, bytes } = usage.of(name)
    const spanMs = oldestMs === null ? 0 : nowMs - oldestMs
    return { rows, bytes, bytesPerYear: spanMs < dayMs ? null : (bytes * yearMs) / spanMs, ...limits[name] }
  }

/** Intervals of the table, and beside them those of the old form that it does not have yet. */
const merged = (stored: readonly Interval[], older: readonly Interval[], { from, limit }: IntervalPage): Interval[] => {
  const known = new Set(stored.map(({ startMs }) => startMs))
  const sign = from === 'oldest' ? 1 : -1
  return [...stored, ...older.filter(({ startMs }) => !known.has(startMs))]
    .sort((one, other) => sign * (one.startMs - other.startMs))
    .slice(0, limit)
}

export const createSiteFile = (database: Database, tell: TellDamage = () => undefined): SiteFile => {
  const usage = createUsage(database)
  const meters = createNames(database, 'meters')
  const quantities = createNames(database, 'quantities')
  const minutes = createIntervalTable(database, 60, meters, quantities, usage, tell)
  const quarters = createIntervalTable(database, 900, meters, quantities, usage, tell)
  const old = createOldIntervals(database, tell)
  const events = createLogTable(database, eventRows, usage, tell)
  const facts = createFacts(database)
  const packer = createPacker(facts)
  const decisions = createLogTable(database, decisionRows(packer), usage, tell)
  const writes = createLogTable(database, writeRows, usage, tell)
  const quality = createLogTable(database, qualityRows, usage, tell)
  const thinDecisions = createThinStep('decisions', decisions, facts)
  const thinWrites = createThinStep('writes', writes, facts)
  const audit = createAuditTable(database, tell)
  const pragma = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0)
  const countMeters = database.prepare('SELECT count(*) AS n FROM meters')
  const budget = () => siteBudget(Number(countMeters.get()?.['n'] ?? 0))
  const tableOf = (lengthS: 60 | 900) => (lengthS === 60 ? minutes : quarters)

  const store = (work: () => void): void => {
    try {
      transaction(database, work)
    } catch (error) {
      meters.forget()
      quantities.forget()
      packer.forget()
      throw error
    }
  }

  return {
    appendIntervals: (rows, nowMs) =>
      store(() => {
        for (const row of rows) tableOf(row.lengthS).append(row)
        old.move((row) => tableOf(row.lengthS).append(row))
        const { minutes: ofMinutes, quarters: ofQuarters } = budget()
        minutes.prune(nowMs, ofMinutes)
        quarters.prune(nowMs, ofQuarters)
      }),
    appendEvents: (rows, nowMs) =>
      store(() => {
        events.append(rows)
        events.prune(nowMs, budget().events)
      }),
    appendDecisions: (rows, nowMs) =>
      store(() => {
        decisions.append(rows)
        decisions.prune(nowMs, budget().decisions)
        thinDecisions(nowMs, budget().decisions)
      }),
    appendWrites: (rows, nowMs) =>
      store(() => {
        writes.append(rows)
        writes.prune(nowMs, budget().writes)
        thinWrites(nowMs, budget().writes)
      }),
    appendQuality: (rows, nowMs) =>
      store(() => {
        quality.append(rows)
        quality.prune(nowMs, budget().quality)
      }),
    appendAudit: (row) => transaction(database, () => audit.append(row)),
    intervals: (meterId, lengthS, range, page) => {
      const stored = tableOf(lengthS).read(meterId, range, page)
      if (old.isEmpty()) return stored
      return merged(stored, old.read(meterId, lengthS, range, page.from, page.limit), page)
    },
    countIntervals: (meterId, lengthS, range) =>
      tableOf(lengthS).count(meterId, range) + old.count(meterId, lengthS, range),
    oldestIntervalMs: (meterId, lengthS) => {
      const ends = [tableOf(lengthS).oldestMs(meterId), old.oldestMs(meterId, lengthS)].filter((ms) => ms !== null)
      return ends.length === 0 ? null : Math.min(...ends)
    },
    events: (range, limit, withApart) => events.read(range, limit, mostAnswerBytes, withApart),
    decisions: (range, limit, withApart) => decisions.read(range, limit, mostAnswerBytes / packing, withApart),
    writes: (range, limit, withApart) => writes.read(range, limit, mostAnswerBytes, withApart),
    audit: (range, limit) => audit.read(range, limit, mostAnswerBytes),
    quality: (range, limit, withApart) => quality.read(range, limit, mostAnswerBytes, withApart),
    auditTable: audit,
    head: () => ({
      version: 1,
      audit: audit.head(),
      rows: {
        events: events.newestSeq(),
        decisions: decisions.newestSeq(),
        writes: writes.newestSeq(),
        minutes: minutes.newestSeq(),
        quarters: quarters.newestSeq(),
        quality: quality.newestSeq(),
      },
    }),
    keepApart: (atMs) => {
      let rows = 0
      store(() => {
        for (const table of [events, decisions, writes, quality, minutes, quarters]) rows += table.keepApart(atMs)
      })
      return rows
    },
    usage: (nowMs) => {
      const of = usageOf(usage, budget(), nowMs)
      return {
        minutes: of('minutes', minutes.oldestOfAllMs()),
        quarters: of('quarters', quarters.oldestOfAllMs()),
        events: of('events', events.oldestMs()),
        decisions: of('decisions', decisions.oldestMs()),
        writes: of('writes', writes.oldestMs()),
        quality: of('quality', quality.oldestMs()),
      }
    },
    newestMs: events.newestMs,
    facts,
    bytes: () => pragma('page_count') * pragma('page_size'),
  }
}

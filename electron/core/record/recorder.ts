/** The site's memory, as the core uses it; `io/store` has it on the disk. */
import type { AuditRow, Interval, SiteEvent } from '../../../shared/model/event.ts'
import type { Decision, Write } from '../../../shared/model/decision.ts'
import type { Quality } from '../../../shared/model/sample.ts'
import type { QualityRecord } from '../../../shared/power-quality/quality-record.ts'
import type { Stop } from '../ports.ts'

/** What one quantity was in one second of one meter. */
export interface StoredValue {
  /** The mean of the good reads (RMS values by mean square), of counters and states the last one; null: there was none. */
  readonly value: number | null
  /** `good` where there was a good read; else why not. */
  readonly quality: Quality
  /** Where it was read more than once: the extremes and number of the good reads (null and 0: none), and the worst quality of all. */
  readonly spread?: {
    readonly min: number | null
    readonly max: number | null
    readonly count: number
    readonly worst: Quality
  }
}

/** One second of one meter: quantity keys with what was read of them in it. */
export interface StoredReading {
  readonly meterId: string
  readonly atMs: number
  readonly values: Readonly<Record<string, StoredValue>>
}

/** One bucket of history: [min, mean, max] or null for a gap. */
export interface HistoryColumn {
  readonly quantity: string
  readonly buckets: readonly (readonly [number, number, number] | null)[]
}

export interface History {
  readonly startMs: number
  readonly bucketMs: number
  readonly columns: readonly HistoryColumn[]
}

export interface TimeRange {
  readonly fromMs: number
  readonly toMs: number
}

/** Which intervals of a range are given, and with which statistics. */
export interface IntervalPageRequest {
  /** At most this many, from one end of the range; default 5000. */
  readonly limit?: number
  /** Which end of the range is given first where there are more; default the oldest. */
  readonly from?: 'oldest' | 'newest'
  /** The whole range in at most about this many rows: neighbours are joined where there are more (from quarter hours where they do). */
  readonly joinTo?: number
  /** Names of the statistics that are wanted; default all. */
  readonly quantities?: readonly string[]
}

/** An interval, or several that were joined: from `startMs` to `endMs`, energies summed, extremes kept, means weighed. */
export type JoinedInterval = Interval & { readonly joined?: number; readonly endMs?: number }

/** What the store takes on the disk, by table. */
export interface StoreUsage {
  readonly rows: number
  readonly bytes: number
  /** At the rate since the table's oldest row; null while that is not a day old. */
  readonly bytesPerYear: number | null
  /** The oldest rows go when the table takes more, or they are older; null: not for that reason. */
  readonly keepBytes: number | null
  readonly keepMs: number | null
}

/**
 * The site's memory. An append's promise resolves when the row would survive kill -9 (intervals, events, audit) or has been
 * handed to the ring (readings); it rejects when it could not be stored, and the caller reports that as a health problem. Events,
 * decisions and writes that could not be stored for want of a usable disk wait inside (bounded, in order) and are stored when there
 * is one; an event of the store then tells of the gap. Reads are bounded: an answer ends where it is large enough for one piece, so a
 * caller that wants all asks again for what lies before (or after) until nothing more comes.
 */
export interface Recorder {
  appendReadings(rows: readonly StoredReading[]): Promise<void>
  appendIntervals(rows: readonly Interval[]): Promise<void>
  appendEvents(rows: readonly SiteEvent[]): Promise<void>
  /** May leave out a decision that says nothing new (core/record/decision-thinner.ts); resolves then at once. */
  appendDecision(decision: Decision): Promise<void>
  appendWrite(write: Write): Promise<void>
  appendQuality(rows: readonly QualityRecord[]): Promise<void>
  appendAudit(row: Omit<AuditRow, 'seq' | 'hash'>): Promise<AuditRow>
  readings(meterId: string, range: TimeRange): Promise<readonly StoredReading[]>
  history(meterId: string, quantities: readonly string[], range: TimeRange, maxBuckets: number): Promise<History>
  intervals(
    meterId: string,
    lengthS: 60 | 900,
    range: TimeRange,
    page?: IntervalPageRequest,
  ): Promise<readonly JoinedInterval[]>
  events(range: TimeRange, limit: number): Promise<readonly SiteEvent[]>
  decisions(range: TimeRange, limit: number): Promise<readonly Decision[]>
  writes(range: TimeRange, limit: number): Promise<readonly Write[]>
  audit(range: TimeRange, limit: number): Promise<readonly AuditRow[]>
  quality(range: TimeRange, limit: number): Promise<readonly QualityRecord[]>
  /** Last known findings and register readings at the previous stop are not kept: only what was appended. */
  status(): {
    readonly state: 'ok' | 'degraded' | 'off'
    readonly problem: string | null
    readonly readingsSinceMs: number | null
    readonly bytes: number
    /** This instance only reads: another one records this site. */
    readonly readOnly?: boolean
    readonly tables?: Readonly<Record<string, StoreUsage>>
    /** What the site's file may grow by in a year, bytes. */
    readonly budgetBytesPerYear?: number
  }
  /** Events of the store itself (a gap, a damaged file): they are stored like any other; whoever shows events live hears of them here. */
  onEvent?(listener: (event: SiteEvent) => void): Stop
  close(): Promise<void>
}

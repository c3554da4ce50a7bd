import type { Decision, Write } from '../../../shared/model/decision.ts'
import type { AuditRow, Interval, SiteEvent } from '../../../shared/model/event.ts'
import type { EventFacts } from '../../../shared/said/event.ts'
import type { QualityRecord } from '../../../shared/power-quality/quality-record.ts'
import type {
  History,
  IntervalPageRequest,
  JoinedInterval,
  StoredReading,
  StoreUsage,
  TimeRange,
} from '../../core/record/recorder.ts'
import type { Database } from './database.ts'
import type { RingLimits } from './ring.ts'

export interface EngineOptions {
  readonly folder: string
  readonly ring?: RingLimits
  /** Another instance records this site: nothing is written, whatever is asked. */
  readonly readOnly?: boolean
  /** For tests: which SQLite, and how large the files may grow before the disk counts as full. */
  readonly engine?: Database['engine']
  readonly maxPages?: number
  /** For tests: how long a locked file is waited for, how soon one that could not be opened is tried again, how often files are looked at, ms. */
  readonly busyMs?: number
  readonly reopenMs?: number
  readonly watchMs?: number
}

export interface EngineStatus {
  readonly state: 'ok' | 'degraded' | 'off'
  readonly problem: string | null
  readonly readingsSinceMs: number | null
  readonly bytes: number
  readonly readOnly?: boolean
  readonly tables?: Readonly<Record<string, StoreUsage>>
  readonly budgetBytesPerYear?: number
}

/** Something that happened to the store itself and belongs into the site's events. */
export type StoreNotice = {
  [K in 'store-file' | 'store-rows' | 'store-clock']: { readonly kind: K; readonly facts: EventFacts[K] }
}['store-file' | 'store-rows' | 'store-clock']

/** Everything the store can be asked, by name: what crosses to the worker. */
export interface Operations {
  appendReadings(rows: readonly StoredReading[]): void
  appendIntervals(rows: readonly Interval[]): void
  appendEvents(rows: readonly SiteEvent[]): void
  appendDecision(decision: Decision): void
  appendWrite(write: Write): void
  appendQuality(rows: readonly QualityRecord[]): void
  appendAudit(row: Omit<AuditRow, 'seq' | 'hash'>): AuditRow
  readings(meterId: string, range: TimeRange): StoredReading[]
  history(meterId: string, quantities: readonly string[], range: TimeRange, maxBuckets: number): History
  intervals(meterId: string, lengthS: 60 | 900, range: TimeRange, page?: IntervalPageRequest): JoinedInterval[]
  events(range: TimeRange, limit: number): SiteEvent[]
  decisions(range: TimeRange, limit: number): Decision[]
  writes(range: TimeRange, limit: number): Write[]
  audit(range: TimeRange, limit: number): AuditRow[]
  quality(range: TimeRange, limit: number): QualityRecord[]
}

export interface Engine {
  readonly operations: Operations
  status(): EngineStatus
  /** What happened to the store since it was asked last. */
  notices(): readonly StoreNotice[]
  close(): void
}

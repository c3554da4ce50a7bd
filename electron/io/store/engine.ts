import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
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
} from '../../core/ports.ts'
import { budgetBytesPerYear } from './budget.ts'
import { missingRows } from './compare-head.ts'
import { createDamageBook } from './damage.ts'
import { loadEngine, type Database } from './database.ts'
import { createFileKeeper, type FileKeeper } from './file-keeper.ts'
import { createHeadFile } from './head-file.ts'
import { readHistory } from './history.ts'
import { readIntervals } from './read-intervals.ts'
import { isDamage } from './open-file.ts'
import { createRetentionTime } from './retention-time.ts'
import { createRing, defaultRingLimits, type Ring, type RingLimits } from './ring.ts'
import { createSiteFile, type SiteFile } from './site-file.ts'
import { agreesWithinMs } from './trusted-clock.ts'

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

/** Already put into words for one file: history asks the other file inside, whose damage must not be taken for its own. */
class ToldError extends Error {
  override readonly name = 'ToldError'
}

const isFull = (error: unknown): boolean =>
  error instanceof Error && /disk is full|database or disk|ENOSPC|EDQUOT/i.test(error.message)
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Intervals in one answer where nobody says how many. */
const usualIntervals = 5000
/** Files are looked at this often, and usage is counted, ms. */
const usualWatchMs = 2000
const usageEveryMs = 30_000
/** Rows from ahead of the clock are looked for at the start and this often, ms. */
const apartEveryMs = 600_000

/**
 * The two databases of a site, on the calling thread. Rejects, with what to do, when there can be none (folder not writable, a newer
 * version's file); a file that is only in use elsewhere is tried again by itself, and the status says so meanwhile.
 */
export const createEngine = async (options: EngineOptions): Promise<Engine> => {
  const { folder, readOnly = false } = options
  const open = await loadEngine(options.engine)
  if (!readOnly) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      // What it holds is this user's alone; a folder of an earlier version was open to all.
      if (process.platform !== 'win32') chmodSync(folder, 0o700)
    } catch (error) {
      throw new Error(
        `${folder} cannot be created (${messageOf(error)}): nothing can be recorded. Choose a folder this user may write to.`,
      )
    }
  }
  /** Problems that stay for this run: a file was set aside, the audit chain is broken. */
  const lasting: string[] = []
  /** What the last append of each kind met; gone when one of that kind succeeds: a stored reading says nothing of a lost audit row. */
  const passing = new Map<string, string>()
  let told: StoreNotice[] = []
  const tellProblem = (problem: string) => {
    lasting.push(problem)
    told.push({ kind: 'store-file', facts: { problem } })
  }
  const damage = createDamageBook(({ table, rows, place, why }) => {
    told.push({ kind: 'store-rows', facts: { table, rows, place, why } })
  })
  const time = createRetentionTime()
  const headFile = createHeadFile(folder)
  /** Whether the file was there before it was opened: one that is missing while its head is there was taken away. */
  const wasThere = existsSync(join(folder, 'site.db'))

  const startSite = (database: Database): SiteFile => {
    const file = createSiteFile(database, damage.tell)
    if (readOnly) return file
    time.start(file.facts, file.newestMs())
    for (const problem of missingRows(
      headFile.read(),
      file.head(),
      file.auditTable.hashOf,
      file.facts.get('head') === 'kept',
    ))
      tellProblem(wasThere ? problem : `site.db was not there any more: ${problem}`)
    const broken = file.auditTable.check()
    if (broken !== null) tellProblem(`the audit chain is broken: ${broken}`)
    keepHead(file, true)
    return file
  }
  const keepHead = (file: SiteFile, isLasting: boolean): void => {
    try {
      time.note(file.facts)
      headFile.write(file.head(), isLasting)
      if (file.facts.get('head') !== 'kept') file.facts.set('head', 'kept')
      passing.delete('head')
    } catch (error) {
      if (isDamage(error)) throw error
      passing.set('head', `how far the rows reach could not be noted beside them: ${messageOf(error)}`)
    }
  }
  const keeping = {
    folder,
    open,
    readOnly,
    watchMs: options.watchMs ?? usualWatchMs,
    onProblem: tellProblem,
    onWeakness: (weakness: string) => lasting.push(weakness),
    ...(options.busyMs === undefined ? {} : { busyMs: options.busyMs }),
    ...(options.reopenMs === undefined ? {} : { reopenMs: options.reopenMs }),
    ...(options.maxPages === undefined ? {} : { maxPages: options.maxPages }),
  }
  const site = createFileKeeper('site', startSite, keeping)
  const ring = createFileKeeper(
    'ring',
    (database): Ring => createRing(database, options.ring ?? defaultRingLimits, damage.tell),
    keeping,
  )
  site.start()
  ring.start()

  const guarded = <F, T>(keeper: FileKeeper<F>, what: string, isAppend: boolean, work: (file: F) => T): T => {
    try {
      const result = keeper.use(work)
      if (isAppend) passing.delete(what)
      return result
    } catch (error) {
      if (error instanceof ToldError) throw error
      const why = isFull(error) ? `the disk is full: free space on the disk of ${folder}` : messageOf(error)
      if (isAppend) passing.set(what, `${what} could not be stored: ${why}`)
      throw new ToldError(`${what} could not be ${isAppend ? 'stored' : 'read'}: ${why}`)
    }
  }
  const onSite = <T>(what: string, isAppend: boolean, work: (file: SiteFile) => T): T =>
    guarded(site, what, isAppend, work)
  const onRing = <T>(what: string, isAppend: boolean, work: (file: Ring) => T): T => guarded(ring, what, isAppend, work)
  const append = <T>(what: string, isLasting: boolean, work: (file: SiteFile) => T): T =>
    onSite(what, true, (file) => {
      const result = work(file)
      keepHead(file, isLasting)
      return result
    })
  const newest = (rows: readonly { readonly atMs: number }[]): number => Math.max(0, ...rows.map(({ atMs }) => atMs))

  /** Rows from ahead of the clock: not shown as history when that time comes, and said. */
  let apartMs = -Infinity
  const keepApart = (): void => {
    if (readOnly || performance.now() - apartMs < apartEveryMs) return
    const fromMs = time.aheadOfMs()
    if (fromMs === null) return
    apartMs = performance.now()
    const rows = (site.look((file) => file.keepApart(fromMs)) ?? 0) + (ring.look((file) => file.keepApart(fromMs)) ?? 0)
    if (rows === 0) return
    told.push({ kind: 'store-clock', facts: { rows, fromMs } })
  }

  let counted: { readonly atMs: number; readonly tables: Readonly<Record<string, StoreUsage>> } | null = null
  const tables = (): Readonly<Record<string, StoreUsage>> => {
    if (counted !== null && performance.now() - counted.atMs < usageEveryMs) return counted.tables
    const found = site.look((file) => file.usage(Date.now())) ?? {}
    const limits = options.ring ?? defaultRingLimits
    const bytes = ring.look((file) => file.bytes()) ?? 0
    const readings = { rows: 0, bytes, bytesPerYear: null, keepBytes: limits.keepBytes, keepMs: limits.keepMs }
    counted = { atMs: performance.now(), tables: { ...found, readings } }
    return counted.tables
  }
  const isAsked = (range: TimeRange): boolean => range.toMs > Date.now() + agreesWithinMs
  const pageOf = (range: TimeRange, page: IntervalPageRequest = {}) => ({
    limit: page.limit ?? usualIntervals,
    from: page.from ?? ('oldest' as const),
    wanted: page.quantities === undefined ? null : new Set(page.quantities),
    withApart: isAsked(range),
  })

  const appends = {
    appendReadings: (rows) => onRing('readings', true, (file) => file.append(rows, time.at(newest(rows)))),
    appendIntervals: (rows) =>
      append('intervals', false, (file) =>
        file.appendIntervals(rows, time.at(newest(rows.map(({ startMs }) => ({ atMs: startMs }))))),
      ),
    appendEvents: (rows) => append('events', false, (file) => file.appendEvents(rows, time.at(newest(rows)))),
    appendDecision: (decision) =>
      append('a decision', false, (file) => file.appendDecisions([decision], time.at(decision.atMs))),
    appendWrite: (write) => append('a write', false, (file) => file.appendWrites([write], time.at(write.atMs))),
    appendQuality: (rows) => append('power quality', false, (file) => file.appendQuality(rows, time.at(newest(rows)))),
    appendAudit: (row) => append('an audit row', true, (file) => file.appendAudit(row)),
  } satisfies Partial<Operations>
  const refuse = (): never => {
    throw new ToldError('nothing is stored here: another instance records this site, this one only reads')
  }

  return {
    operations: {
      ...(readOnly
        ? {
            appendReadings: () => undefined,
            appendIntervals: () => undefined,
            appendEvents: () => undefined,
            appendDecision: () => undefined,
            appendWrite: () => undefined,
            appendQuality: () => undefined,
            appendAudit: refuse,
          }
        : appends),
      readings: (meterId, range) => onRing('readings', false, (file) => file.read(meterId, range, isAsked(range))),
      history: (meterId, quantities, range, maxBuckets) =>
        onRing('history', false, (file) =>
          readHistory(
            file,
            {
              read: (lengthS, part) =>
                onSite('intervals', false, (siteFile) =>
                  siteFile.intervals(meterId, lengthS, part, {
                    limit: Number.MAX_SAFE_INTEGER,
                    from: 'oldest',
                    wanted: new Set(quantities),
                    withApart: false,
                  }),
                ),
              oldestMs: (lengthS) =>
                onSite('intervals', false, (siteFile) => siteFile.oldestIntervalMs(meterId, lengthS)),
            },
            meterId,
            quantities,
            range,
            maxBuckets,
          ),
        ),
      intervals: (meterId, lengthS, range, page) =>
        onSite('intervals', false, (file) =>
          readIntervals(file, meterId, lengthS, range, pageOf(range, page), page?.joinTo),
        ),
      events: (range, limit) => onSite('events', false, (file) => file.events(range, limit, isAsked(range))),
      decisions: (range, limit) => onSite('decisions', false, (file) => file.decisions(range, limit, isAsked(range))),
      writes: (range, limit) => onSite('writes', false, (file) => file.writes(range, limit, isAsked(range))),
      audit: (range, limit) => onSite('audit rows', false, (file) => file.audit(range, limit)),
      quality: (range, limit) => onSite('power quality', false, (file) => file.quality(range, limit, isAsked(range))),
    },
    status: () => {
      keepApart()
      const problems = [
        ...new Set([site.problem(), ring.problem(), ...passing.values(), damage.words(), ...lasting]),
      ].filter((problem) => problem !== null)
      return {
        state: problems.length === 0 ? 'ok' : 'degraded',
        problem: problems.length === 0 ? null : problems.join('; '),
        readingsSinceMs: ring.look((file) => file.oldestMs()),
        bytes: (site.look((file) => file.bytes()) ?? 0) + (ring.look((file) => file.bytes()) ?? 0),
        tables: tables(),
        budgetBytesPerYear,
        ...(readOnly ? { readOnly } : {}),
      }
    },
    notices: () => {
      const given = told
      told = []
      return given
    },
    close: () => {
      if (!readOnly) site.look((file) => time.save(file.facts))
      site.close()
      ring.close()
    },
  }
}

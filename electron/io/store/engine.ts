import { mkdirSync } from 'node:fs'
import type { AuditRow, Interval, SiteEvent } from '../../../shared/model/event.ts'
import type { Decision, Write } from '../../../shared/model/decision.ts'
import type { History, StoredReading, TimeRange } from '../../core/ports.ts'
import { loadEngine, type Database } from './database.ts'
import { readHistory } from './history.ts'
import { createSlot, type Slot } from './file-slot.ts'
import { isDamage, openFile, setAside } from './open-file.ts'
import { createRing, defaultRingLimits, type Ring, type RingLimits } from './ring.ts'
import type { FileKind } from './schema.ts'
import { createSiteFile, type SiteFile } from './site-file.ts'
import { join } from 'node:path'

export interface EngineOptions {
  readonly folder: string
  readonly ring?: RingLimits
  /** For tests: which SQLite, and how large the files may grow before the disk counts as full. */
  readonly engine?: Database['engine']
  readonly maxPages?: number
  /** For tests: how long a locked file is waited for, and how soon one that could not be opened is tried again, ms. */
  readonly busyMs?: number
  readonly reopenMs?: number
}

export interface EngineStatus {
  readonly state: 'ok' | 'degraded' | 'off'
  readonly problem: string | null
  readonly readingsSinceMs: number | null
  readonly bytes: number
}

/** Everything the store can be asked, by name: what crosses to the worker. */
export interface Operations {
  appendReadings(rows: readonly StoredReading[]): void
  appendIntervals(rows: readonly Interval[]): void
  appendEvents(rows: readonly SiteEvent[]): void
  appendDecision(decision: Decision): void
  appendWrite(write: Write): void
  appendAudit(row: Omit<AuditRow, 'seq' | 'hash'>): AuditRow
  readings(meterId: string, range: TimeRange): StoredReading[]
  history(meterId: string, quantities: readonly string[], range: TimeRange, maxBuckets: number): History
  intervals(meterId: string, lengthS: 60 | 900, range: TimeRange): Interval[]
  events(range: TimeRange, limit: number): SiteEvent[]
  decisions(range: TimeRange, limit: number): Decision[]
  writes(range: TimeRange, limit: number): Write[]
  audit(range: TimeRange, limit: number): AuditRow[]
}

export interface Engine {
  readonly operations: Operations
  status(): EngineStatus
  close(): void
}

/** Already put into words for one file: history asks the other file inside, whose damage must not be taken for its own. */
class ToldError extends Error {
  override readonly name = 'ToldError'
}

const isFull = (error: unknown): boolean =>
  error instanceof Error && /disk is full|database or disk/i.test(error.message)
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * The two databases of a site, on the calling thread. Rejects, with what to do, when there can be none (folder not writable, a newer version's file); a
 * file that is only in use elsewhere is tried again by itself, and the status says so meanwhile.
 */
export const createEngine = async (options: EngineOptions): Promise<Engine> => {
  const { folder } = options
  const open = await loadEngine(options.engine)
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new Error(
      `${folder} cannot be created (${messageOf(error)}): nothing can be recorded. Choose a folder this user may write to.`,
    )
  }
  /** Problems that stay for this run: a file was set aside, the audit chain is broken. */
  const lasting: string[] = []
  /** What the last append of each kind met; gone when one of that kind succeeds: a stored reading says nothing of a lost audit row. */
  const passing = new Map<string, string>()

  const openKind = (kind: FileKind): Database => {
    const { database, problem } = openFile(open, folder, kind, options.busyMs)
    if (problem !== null) lasting.push(problem)
    if (options.maxPages !== undefined) database.prepare(`PRAGMA max_page_count = ${options.maxPages}`).get()
    return database
  }
  const startSite = (database: Database): SiteFile => {
    const file = createSiteFile(database)
    const broken = file.checkAudit()
    if (broken !== null) lasting.push(`the audit chain is broken: ${broken}`)
    return file
  }
  const site = createSlot('site', openKind, startSite, options.reopenMs)
  const ring = createSlot(
    'ring',
    openKind,
    (database): Ring => createRing(database, options.ring ?? defaultRingLimits),
    options.reopenMs,
  )
  /** Damage found while running: keep the file aside, go on with a new one, and say so. */
  const recover = (slot: Slot<unknown>, error: unknown): void => {
    slot.close()
    const kept = setAside(join(folder, `${slot.kind}.db`))
    lasting.push(`${slot.kind}.db was damaged (${messageOf(error)}); it was kept as ${kept} and a new one begun`)
  }

  const start = (slot: Slot<unknown>): void => {
    try {
      slot.start()
    } catch (error) {
      if (!isDamage(error)) throw error
      recover(slot, error)
      slot.start()
    }
  }
  start(site)
  start(ring)

  const guarded = <F, T>(slot: Slot<F>, what: string, isAppend: boolean, work: (file: F) => T): T => {
    const attempt = (): T => {
      try {
        return work(slot.file())
      } catch (error) {
        if (error instanceof ToldError || !isDamage(error)) throw error
        recover(slot, error)
        return work(slot.file())
      }
    }
    try {
      const result = attempt()
      if (isAppend) passing.delete(what)
      return result
    } catch (error) {
      const why = isFull(error) ? `the disk is full: free space on the disk of ${folder}` : messageOf(error)
      if (isAppend) passing.set(what, `${what} could not be stored: ${why}`)
      throw new ToldError(`${what} could not be ${isAppend ? 'stored' : 'read'}: ${why}`)
    }
  }
  const onSite = <T>(what: string, isAppend: boolean, work: (file: SiteFile) => T): T =>
    guarded(site, what, isAppend, work)
  const onRing = <T>(what: string, isAppend: boolean, work: (file: Ring) => T): T => guarded(ring, what, isAppend, work)

  return {
    operations: {
      appendReadings: (rows) => onRing('readings', true, (file) => file.append(rows)),
      appendIntervals: (rows) => onSite('intervals', true, (file) => file.appendIntervals(rows)),
      appendEvents: (rows) => onSite('events', true, (file) => file.appendEvents(rows)),
      appendDecision: (decision) => onSite('a decision', true, (file) => file.appendDecision(decision)),
      appendWrite: (write) => onSite('a write', true, (file) => file.appendWrite(write)),
      appendAudit: (row) => onSite('an audit row', true, (file) => file.appendAudit(row)),
      readings: (meterId, range) => onRing('readings', false, (file) => file.read(meterId, range)),
      history: (meterId, quantities, range, maxBuckets) =>
        onRing('history', false, (file) =>
          readHistory(
            file,
            (part) => onSite('intervals', false, (siteFile) => siteFile.intervals(meterId, 60, part)),
            meterId,
            quantities,
            range,
            maxBuckets,
          ),
        ),
      intervals: (meterId, lengthS, range) =>
        onSite('intervals', false, (file) => file.intervals(meterId, lengthS, range)),
      events: (range, limit) => onSite('events', false, (file) => file.events(range, limit)),
      decisions: (range, limit) => onSite('decisions', false, (file) => file.decisions(range, limit)),
      writes: (range, limit) => onSite('writes', false, (file) => file.writes(range, limit)),
      audit: (range, limit) => onSite('audit rows', false, (file) => file.audit(range, limit)),
    },
    status: () => {
      const problems = [...new Set([site.problem(), ring.problem(), ...passing.values(), ...lasting])].filter(
        (problem) => problem !== null,
      )
      return {
        state: problems.length === 0 ? 'ok' : 'degraded',
        problem: problems.length === 0 ? null : problems.join('; '),
        readingsSinceMs: ring.look((file) => file.oldestMs()),
        bytes: (site.look((file) => file.bytes()) ?? 0) + (ring.look((file) => file.bytes()) ?? 0),
      }
    },
    close: () => {
      site.close()
      ring.close()
    },
  }
}

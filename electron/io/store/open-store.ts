import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Decision, Write } from '../../../shared/model/decision.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import { eventColumns, type EventFacts } from '../../../shared/said/event.ts'
import type { Outage } from '../../../shared/said/outage.ts'
import type { Log } from '../../core/ports.ts'
import type { Recorder } from '../../core/record/recorder.ts'
import type { SiteLock } from '../../core/site-lock.ts'
import { createDecisionThinner } from '../../core/record/decision-thinner.ts'
import { createWriteThinner } from '../../core/record/write-thinner.ts'
import { lockSite } from '../site-lock.ts'
import type { EngineOptions, EngineStatus } from './engine.ts'
import { stepOutage, type OutageNews } from './outage.ts'
import { createReadGate } from './read-gate.ts'
import { startStoreThread, StoreError, type StoreThread } from './store-thread.ts'
import { createWaitingRows, type WaitingRows } from './waiting-rows.ts'

export interface StoreDependencies {
  readonly log: Log
  /** Where the worker's code is: in a build the bundled file; by default the source beside this one. */
  readonly workerUrl?: URL | string
  /** Only read, also where nobody else records: what another instance on the site has stored. */
  readonly readOnly?: boolean
  readonly ring?: EngineOptions['ring']
  readonly engine?: EngineOptions['engine']
  readonly maxPages?: EngineOptions['maxPages']
  /** For tests: how soon what waits is tried again, and how often files on the disk are looked at, ms. */
  readonly retryMs?: number
  readonly watchMs?: number
  /** For tests: how long a locked file is waited for, ms. */
  readonly busyMs?: number
}

/** What waits for a usable disk is tried again this often, ms. */
const usualRetryMs = 2000
/** Rows that wait: a day of a site in trouble; about 10 MB. */
const mostEvents = 10_000
const mostDecisions = 500
const mostWrites = 2000
/** Rows in one go, so that reads are not kept waiting by what waited. */
const batchRows = 200
/** Reads that may wait at once: all that a few screens ask for. */
const mostReads = 256

/** A store is written by one program: whoever holds the lock beside its file. Null where the folder can't even be made. */
const lockStore = (folder: string): SiteLock | null => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch {
    // The store itself says what is wrong with the folder.
    return null
  }
  return lockSite(join(folder, 'site.db'), Date.now())
}

type StoreEventKind = 'store-file' | 'store-rows' | 'store-clock' | 'store-gap'

interface Parts {
  readonly thread: StoreThread
  readonly tell: <K extends StoreEventKind>(kind: K, facts: EventFacts[K]) => void
}

/** The three kinds of rows that wait, and what is known of the time in which they had to. */
const createWaiting = ({ thread, tell }: Parts) => {
  let outage: Outage | null = null
  const news = (what: OutageNews) => {
    outage = stepOutage(outage, what)
  }
  const whyOf = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error)
    // "events could not be stored: the disk is full ...": the kind of row is told apart.
    return message.replace(/^.*? could not be stored: /, '')
  }
  const failed = (file: string, error: unknown) => news({ kind: 'failed', file, atMs: Date.now(), why: whyOf(error) })
  const lost = (what: string, rows: number) => news({ kind: 'lost', what, rows })
  const queue = <T>(
    what: string,
    send: (rows: readonly T[]) => Promise<void>,
    batch: number,
    mostWaiting: number,
  ): WaitingRows<T> =>
    createWaitingRows({
      send,
      batch,
      mostWaiting,
      mayRetry: (error) => !(error instanceof StoreError && error.isFinal),
      onFailed: (error) => failed('site', error),
      onStored: (_rows, late) => {
        if (late > 0) news({ kind: 'late', what, rows: late })
        stored('site')
      },
      onGivenUp: (rows) => lost(what, rows),
    })
  const events = queue<SiteEvent>('events', (rows) => thread.call('appendEvents', rows), batchRows, mostEvents)
  const decisions = queue<Decision>(
    'decisions',
    async (rows) => {
      for (const row of rows) await thread.call('appendDecision', row)
    },
    1,
    mostDecisions,
  )
  const writes = queue<Write>(
    'writes',
    async (rows) => {
      for (const row of rows) await thread.call('appendWrite', row)
    },
    1,
    mostWrites,
  )
  const count = () => events.count() + decisions.count() + writes.count()
  const stored = (file: string) => {
    news({ kind: 'stored', file })
    if (outage === null || outage.failing.length > 0 || count() > 0) return
    const over = outage
    outage = null
    tell('store-gap', { outage: over, toMs: Date.now() })
  }
  return {
    events,
    decisions,
    writes,
    count,
    failed,
    lost,
    stored,
    retry: async () => {
      await events.retry()
      await writes.retry()
      await decisions.retry()
    },
  }
}

/** What the worker is started with; only what is given is passed on. */
const engineOptions = (folder: string, readOnly: boolean, given: StoreDependencies): EngineOptions => ({
  folder,
  ...(readOnly ? { readOnly } : {}),
  ...(given.ring === undefined ? {} : { ring: given.ring }),
  ...(given.engine === undefined ? {} : { engine: given.engine }),
  ...(given.maxPages === undefined ? {} : { maxPages: given.maxPages }),
  ...(given.busyMs === undefined ? {} : { busyMs: given.busyMs }),
  ...(given.watchMs === undefined ? {} : { watchMs: given.watchMs }),
})

/** Appends that do not wait here: their callers keep them, or their loss is told. */
const createDirect =
  (rows: ReturnType<typeof createWaiting>) =>
  async <T>(file: string, what: string | null, count: number, append: Promise<T>): Promise<T> => {
    try {
      const result = await append
      rows.stored(file)
      return result
    } catch (error) {
      rows.failed(file, error)
      if (what !== null) rows.lost(what, count)
      throw error
    }
  }

/** Rows that wait are a weakness of the store as well. */
const withWaiting = (status: EngineStatus, count: number): EngineStatus => {
  if (count === 0) return status
  const words = `${count} ${count === 1 ? 'row waits' : 'rows wait'} to be stored`
  return {
    ...status,
    state: status.state === 'off' ? 'off' : 'degraded',
    problem: status.problem === null ? words : `${status.problem}; ${words}`,
  }
}

/**
 * The site's memory in `folder` (site.db and ring.db, made when missing), behind one worker thread. Never rejects: a folder that
 * cannot be used gives a store that is off, says why, and rejects every append with the same words; it is tried again. Where another
 * program records this site the store is read-only: appends are dropped without a word, because they are that program's to keep.
 */
export const openStore = async (folder: string, dependencies: StoreDependencies): Promise<Recorder> => {
  const { log } = dependencies
  let lock = dependencies.readOnly === true ? null : lockStore(folder)
  const readOnly = dependencies.readOnly === true || lock?.isAnothers === true
  if (readOnly) log.warn('the history is only read here', { recordedBy: lock?.holder ?? 'another instance' })
  const listeners = new Set<(event: SiteEvent) => void>()
  /** What happened before anyone listened: told, and stored, when someone does. */
  let early: SiteEvent[] = []
  let waiting: ReturnType<typeof createWaiting> | null = null
  const give = (event: SiteEvent) => {
    for (const listener of listeners) listener(event)
    if (!readOnly) waiting?.events.add([event]).catch(() => undefined)
  }
  const tell: Parts['tell'] = (kind, facts) => {
    const columns = eventColumns(kind, facts)
    log.warn(columns.message)
    const event: SiteEvent = { id: randomUUID(), atMs: Date.now(), severity: 'warning', subject: null, ...columns }
    // A gap stands in the history itself, whoever uses it.
    if (listeners.size > 0 || kind === 'store-gap') give(event)
    else early.push(event)
  }
  const thread = await startStoreThread({
    engine: engineOptions(folder, readOnly, dependencies),
    workerUrl: dependencies.workerUrl ?? new URL('./store-worker.ts', import.meta.url),
    log,
    onNotice: (notice) => tell(notice.kind, notice.facts),
  })
  const rows = createWaiting({ thread, tell })
  waiting = rows

  const gate = createReadGate(mostReads)
  const read: StoreThread['call'] = (name, ...input) => gate(() => thread.call(name, ...input))
  const direct = createDirect(rows)
  const thinner = createDecisionThinner((decision) => rows.decisions.add([decision]))
  const isKeptWrite = createWriteThinner()
  const dropped = () => Promise.resolve()
  const keepLock = () => {
    if (readOnly || lock?.stillHeld?.() !== false) return
    const taken = lockStore(folder)
    if (taken?.held === true) lock = taken
    else log.error('the lock of the history was lost', { holder: taken?.holder ?? 'unknown' })
  }
  const timer = setInterval(() => {
    void rows.retry()
    keepLock()
  }, dependencies.retryMs ?? usualRetryMs)
  timer.unref()
  let isClosed = false

  return {
    appendReadings: (items) =>
      readOnly ? dropped() : direct('ring', 'readings', items.length, thread.call('appendReadings', items)),
    // Intervals are kept and tried again by the record.
    appendIntervals: (items) => (readOnly ? dropped() : direct('site', null, 0, thread.call('appendIntervals', items))),
    appendEvents: (items) => (readOnly || items.length === 0 ? dropped() : rows.events.add(items)),
    appendDecision: (decision) => (readOnly ? dropped() : thinner(decision)),
    appendWrite: async (write) => {
      if (readOnly || !isKeptWrite(write)) return
      // In this order, but neither keeps the other from being stored.
      await Promise.all([thinner.beforeWrite(write), rows.writes.add([write])])
    },
    appendQuality: (items) =>
      readOnly ? dropped() : direct('site', 'power quality', items.length, thread.call('appendQuality', items)),
    appendAudit: (row) =>
      readOnly
        ? thread.call('appendAudit', row)
        : direct('site', `audit rows (${row.action} by ${row.who})`, 1, thread.call('appendAudit', row)),
    readings: (meterId, range) => read('readings', meterId, range),
    history: (meterId, quantities, range, maxBuckets) => read('history', meterId, quantities, range, maxBuckets),
    intervals: (meterId, lengthS, range, page) => read('intervals', meterId, lengthS, range, page),
    events: (range, limit) => read('events', range, limit),
    decisions: (range, limit) => read('decisions', range, limit),
    writes: (range, limit) => read('writes', range, limit),
    audit: (range, limit) => read('audit', range, limit),
    quality: (range, limit) => read('quality', range, limit),
    status: () => withWaiting(thread.status(), rows.count()),
    onEvent: (listener) => {
      listeners.add(listener)
      const before = early
      early = []
      for (const event of before) give(event)
      return () => listeners.delete(listener)
    },
    close: async () => {
      if (isClosed) return
      isClosed = true
      clearInterval(timer)
      await rows.retry()
      await thread.close()
      await lock?.release()
    },
  }
}

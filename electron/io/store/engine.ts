import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { StoreUsage } from '../../core/record/recorder.ts'
import { budgetBytesPerYear } from './budget.ts'
import { missingRows } from './compare-head.ts'
import { loadEngine, type Database } from './database.ts'
import type { Engine, EngineOptions } from './engine-contract.ts'
import { createEngineFiles, messageOf } from './engine-files.ts'
import { createOperations } from './engine-operations.ts'
import { createFileKeeper, type FileKeeper } from './file-keeper.ts'
import { createHeadFile } from './head-file.ts'
import { isDamage } from './open-file.ts'
import { createRetentionTime, type RetentionTime } from './retention-time.ts'
import { createRing, defaultRingLimits, type Ring, type RingLimits } from './ring.ts'
import { createSiteFile, type SiteFile } from './site-file.ts'
import { createStoreProblems, type StoreProblems } from './store-problems.ts'

export type { Engine, EngineOptions, EngineStatus, Operations, StoreNotice } from './engine-contract.ts'

/** Files are looked at this often, and usage is counted, ms. */
const usualWatchMs = 2000
const usageEveryMs = 30_000
/** Rows from ahead of the clock are looked for at the start and this often, ms. */
const apartEveryMs = 600_000

const makeFolder = (folder: string): void => {
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

/** How the site's file begins: its clock, and whether its rows reach as far as they did; and how far they reach is noted. */
const createSiteStart = (folder: string, readOnly: boolean, problems: StoreProblems, time: RetentionTime) => {
  const headFile = createHeadFile(folder)
  /** Whether the file was there before it was opened: one that is missing while its head is there was taken away. */
  const wasThere = existsSync(join(folder, 'site.db'))
  const keepHead = (file: SiteFile, isLasting: boolean): void => {
    try {
      time.note(file.facts)
      headFile.write(file.head(), isLasting)
      if (file.facts.get('head') !== 'kept') file.facts.set('head', 'kept')
      problems.over('head')
    } catch (error) {
      if (isDamage(error)) throw error
      problems.met('head', `how far the rows reach could not be noted beside them: ${messageOf(error)}`)
    }
  }
  const start = (database: Database): SiteFile => {
    const file = createSiteFile(database, problems.tellDamage)
    if (readOnly) return file
    time.start(file.facts, file.newestMs())
    for (const problem of missingRows(
      headFile.read(),
      file.head(),
      file.auditTable.hashOf,
      file.facts.get('head') === 'kept',
    ))
      problems.tell(wasThere ? problem : `site.db was not there any more: ${problem}`)
    const broken = file.auditTable.check()
    if (broken !== null) problems.tell(`the audit chain is broken: ${broken}`)
    keepHead(file, true)
    return file
  }
  return { start, keepHead }
}

/** Rows from ahead of the clock: not shown as history when that time comes, and said. */
const createApart = (
  site: FileKeeper<SiteFile>,
  ring: FileKeeper<Ring>,
  problems: StoreProblems,
  time: RetentionTime,
) => {
  let apartMs = -Infinity
  return (): void => {
    if (performance.now() - apartMs < apartEveryMs) return
    const fromMs = time.aheadOfMs()
    if (fromMs === null) return
    apartMs = performance.now()
    const rows = (site.look((file) => file.keepApart(fromMs)) ?? 0) + (ring.look((file) => file.keepApart(fromMs)) ?? 0)
    if (rows > 0) problems.keptApart(rows, fromMs)
  }
}

/** What each kind of rows takes, counted seldom. */
const createTables = (site: FileKeeper<SiteFile>, ring: FileKeeper<Ring>, limits: RingLimits) => {
  let counted: { readonly atMs: number; readonly tables: Readonly<Record<string, StoreUsage>> } | null = null
  return (): Readonly<Record<string, StoreUsage>> => {
    if (counted !== null && performance.now() - counted.atMs < usageEveryMs) return counted.tables
    const found = site.look((file) => file.usage(Date.now())) ?? {}
    const bytes = ring.look((file) => file.bytes()) ?? 0
    const readings = { rows: 0, bytes, bytesPerYear: null, keepBytes: limits.keepBytes, keepMs: limits.keepMs }
    counted = { atMs: performance.now(), tables: { ...found, readings } }
    return counted.tables
  }
}

/**
 * The two databases of a site, on the calling thread. Rejects, with what to do, when there can be none (folder not writable, a newer
 * version's file); a file that is only in use elsewhere is tried again by itself, and the status says so meanwhile.
 */
export const createEngine = async (options: EngineOptions): Promise<Engine> => {
  const { folder, readOnly = false, ring: limits = defaultRingLimits } = options
  const open = await loadEngine(options.engine)
  if (!readOnly) makeFolder(folder)
  const problems = createStoreProblems()
  const time = createRetentionTime()
  const { start, keepHead } = createSiteStart(folder, readOnly, problems, time)
  const keeping = {
    folder,
    open,
    readOnly,
    watchMs: options.watchMs ?? usualWatchMs,
    onProblem: problems.tell,
    onWeakness: problems.weakness,
    ...(options.busyMs === undefined ? {} : { busyMs: options.busyMs }),
    ...(options.reopenMs === undefined ? {} : { reopenMs: options.reopenMs }),
    ...(options.maxPages === undefined ? {} : { maxPages: options.maxPages }),
  }
  const site = createFileKeeper('site', start, keeping)
  const ring = createFileKeeper('ring', (database): Ring => createRing(database, limits, problems.tellDamage), keeping)
  site.start()
  ring.start()
  const files = createEngineFiles({ folder, site, ring, problems, keepHead })
  const keepApart = readOnly ? () => undefined : createApart(site, ring, problems, time)
  const tables = createTables(site, ring, limits)

  return {
    operations: createOperations(files, time, readOnly),
    status: () => {
      keepApart()
      const problem = problems.words([site.problem(), ring.problem()])
      return {
        state: problem === null ? 'ok' : 'degraded',
        problem,
        readingsSinceMs: ring.look((file) => file.oldestMs()),
        bytes: (site.look((file) => file.bytes()) ?? 0) + (ring.look((file) => file.bytes()) ?? 0),
        tables: tables(),
        budgetBytesPerYear,
        ...(readOnly ? { readOnly } : {}),
      }
    },
    notices: problems.takeNotices,
    close: () => {
      if (!readOnly) site.look((file) => time.save(file.facts))
      site.close()
      ring.close()
    },
  }
}

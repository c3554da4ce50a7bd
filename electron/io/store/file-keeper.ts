import { existsSync, mkdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Database, OpenDatabase } from './database.ts'
import { watchFile, type FileFate, type FileWatch } from './file-watch.ts'
import { createSlot, type Slot } from './file-slot.ts'
import { carryOver, isDamage, openFile, openToRead, setAside } from './open-file.ts'
import type { FileKind } from './schema.ts'

export interface KeeperOptions {
  readonly folder: string
  readonly open: OpenDatabase
  readonly readOnly: boolean
  readonly busyMs?: number
  readonly reopenMs?: number
  readonly maxPages?: number
  /** How often the file on the disk is looked at, ms. */
  readonly watchMs: number
  /** Told once each: what was wrong with the file and what was done. */
  readonly onProblem: (problem: string) => void
  /** A weakness of this runtime: told in the status alone. */
  readonly onWeakness: (weakness: string) => void
}

export interface FileKeeper<F> {
  /** Opens for the first time. Throws, with what to do, when there can be no such file. */
  start(): void
  /** Runs on the open file; where it turns out to be damaged, on the new one that takes its place. */
  use<T>(work: (file: F) => T): T
  look<T>(ask: (file: F) => T): T | null
  problem(): string | null
  close(): void
}

/** A file that was deleted while open is written anew from the open one below this size; a larger one would stop everything for long. */
const restoredBelowBytes = 512 * 1024 * 1024

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Keeps one database file usable, whatever happens to it on the disk, and says what happened. */
export const createFileKeeper = <F>(
  kind: FileKind,
  build: (database: Database) => F,
  options: KeeperOptions,
): FileKeeper<F> => {
  const { folder, open } = options
  const path = join(folder, `${kind}.db`)
  /** A damaged file that was set aside and is to be read from when the new one is open. */
  let aside: { readonly path: string; readonly why: string } | null = null
  let watch: FileWatch | null = null
  let database: Database | null = null

  const openKind = (): Database => {
    const opened = options.readOnly
      ? openToRead(open, folder, kind, options.busyMs)
      : openFile(open, folder, kind, options.busyMs)
    database = opened.database
    for (const problem of opened.problems) options.onProblem(problem)
    if (opened.weakness !== null) options.onWeakness(opened.weakness)
    if (options.maxPages !== undefined) database.prepare(`PRAGMA max_page_count = ${options.maxPages}`).get()
    if (aside !== null) {
      const { path: from, why } = aside
      aside = null
      const carried = carryOver(open, from, database, kind)
      options.onProblem(
        `${kind}.db was damaged (${why}); it was kept as ${basename(from)} and a new one begun${carried}`,
      )
    }
    const mode = Object.values(database.prepare('PRAGMA journal_mode').get() ?? {})[0]
    watch = watchFile(path, mode === 'wal' && !options.readOnly, options.watchMs)
    return database
  }
  const slot: Slot<F> = createSlot(kind, openKind, build, options.reopenMs)

  /** Damage found while running: the file is kept aside, and a new one begun with what can be read of it. */
  const recover = (why: string, carry: boolean): void => {
    slot.close()
    const kept = setAside(path)
    if (carry) aside = { path: kept, why }
    else options.onProblem(`${kind}.db was damaged (${why}); it was kept as ${basename(kept)} and a new one begun`)
  }

  /** The open file still holds all rows, though its name is gone: they are written to a new file of that name. */
  const restore = (): string => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const bytes = (name: string) => Number(Object.values(database?.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0)
    if (bytes('page_count') * bytes('page_size') > restoredBelowBytes) return 'a new one was begun'
    try {
      database?.exec(`VACUUM INTO '${path.replaceAll("'", "''")}'`)
      return 'it was written anew with all its rows'
    } catch (error) {
      return `a new one was begun, because its rows could not be written anew (${messageOf(error)})`
    }
  }
  const answer = (fate: Exclude<FileFate, 'there'>): void => {
    if (options.readOnly) return slot.close()
    if (fate === 'gone') {
      const what = restore()
      slot.close()
      options.onProblem(`${kind}.db was deleted while the program ran: ${what}`)
    } else if (fate === 'another') {
      slot.close()
      options.onProblem(`${kind}.db was replaced by another file while the program ran: that one is used from now on`)
    } else if (fate === 'emptied') {
      slot.close()
      if (existsSync(path) && statSync(path).size === 0) setAside(path)
      options.onProblem(`${kind}.db was emptied while the program ran: what it held is lost, a new one was begun`)
    } else {
      // Still open here: what stands in the log goes into the file before the log is begun anew.
      database?.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
      slot.close()
      options.onProblem(
        `the write-ahead log of ${kind}.db was deleted while the program ran: its rows were saved into ${kind}.db`,
      )
    }
  }
  const check = (): void => {
    const fate = watch?.fate() ?? 'there'
    if (fate === 'there') return
    watch = null
    answer(fate)
  }

  return {
    start: () => {
      for (const carry of [true, false]) {
        try {
          return slot.start()
        } catch (error) {
          if (options.readOnly || !isDamage(error)) throw error
          recover(messageOf(error), carry)
        }
      }
      slot.start()
    },
    use: (work) => {
      check()
      try {
        return work(slot.file())
      } catch (error) {
        if (options.readOnly || !isDamage(error)) throw error
        recover(messageOf(error), true)
        return work(slot.file())
      }
    },
    look: slot.look,
    problem: slot.problem,
    close: slot.close,
  }
}

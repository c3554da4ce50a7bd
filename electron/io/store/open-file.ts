import { chmodSync, existsSync, openSync, closeSync, readSync, renameSync, statfsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { walIsSound, type Database, type OpenDatabase } from './database.ts'
import { rescue } from './rescue.ts'
import { changedSchema, isCurrent, migrate, NewerFileError, type FileKind } from './schema.ts'

export interface OpenedFile {
  readonly database: Database
  /** What was wrong and what was done about it; told as long as the program runs, and as an event. */
  readonly problems: readonly string[]
  /** A weakness of this runtime, told in the status alone. */
  readonly weakness: string | null
}

/** A file that is there and may be sound, but can't be used now (locked, disk full, I/O error): left as it is, worth another try. */
export class UnusableFileError extends Error {
  override readonly name = 'UnusableFileError'
}

/**
 * SQLite's words for a file that is no longer a sound database: its pages, or the description of its tables. Locked, full or
 * unreadable is not damage: the file may be whole.
 */
export const isDamage = (error: unknown): boolean =>
  error instanceof Error &&
  !(error instanceof UnusableFileError) &&
  /malformed|not a database|is damaged:|no such (table|column|index)|has no column|unsupported file format|already exists|duplicate column|: syntax error/i.test(
    error.message,
  )

/** A store's file and its journals have a path of at most 512 bytes (SQLite, MAX_PATHNAME). */
const longestFolder = 480

/** Less than this is full, bytes: a store begins with more. */
const leastFree = 1_000_000

/** What is free on the disk of a folder, bytes; null where the system does not say. */
const freeOn = (folder: string): number | null => {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    // A folder that is gone, or a file system without numbers: then the error itself is all there is to say.
    return null
  }
}
/** A journal that finds no room says "disk I/O error", and so does a disk that fails: the disk is asked. */
const isFull = (why: string, folder: string): boolean => {
  if (/full/i.test(why)) return true
  const free = /I\/O/i.test(why) ? freeOn(folder) : null
  return free !== null && free < leastFree
}

const remedy = (why: string, folder: string): string =>
  Buffer.byteLength(folder) > longestFolder
    ? `The path of ${folder} is too long for a store (${Buffer.byteLength(folder)} bytes, at most ${longestFolder}): choose a folder nearer to the top`
    : /locked|busy/i.test(why)
      ? 'Close the other program that uses it (a second Tripscope, a backup)'
      : isFull(why, folder)
        ? `The disk is full: free space on the disk of ${folder}`
        : /I\/O/i.test(why)
          ? `Check the disk of ${folder}`
          : `Check that this user may read and write ${folder}`

/** A folder or device in the place of the file holds no rows: it is moved aside like a damaged file. */
const isNoFile = (path: string): boolean => {
  try {
    return !statSync(path).isFile()
  } catch {
    return false
  }
}

const stamp = () => new Date().toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '')
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Renames a damaged file with its journal, never deletes it; gives the new name. */
export const setAside = (path: string): string => {
  let target = `${path}.damaged-${stamp()}`
  for (let count = 2; existsSync(target); count += 1) target = `${path}.damaged-${stamp()}-${count}`
  renameSync(path, target)
  for (const suffix of ['-wal', '-shm', '-journal'])
    if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix)
  return target
}

/** Larger files are only checked page by page: entries of indexes too would take longer than a start may, bytes. */
const fullCheckBelowBytes = 128 * 1024 * 1024

/** What the check says of indexes that no longer fit their tables: made anew from them. */
const indexTrouble = /index|PRIMARY KEY order|rowid not at end/i
/** Of a single field: the row fails its own sum when it is read. Of pages that hold nothing: no row is behind them. */
const harmless = /^(NULL|TEXT|BLOB|INTEGER|REAL|NUMERIC|INT|non-\w+) value in |constraint failed in|never used/i

const check = (database: Database, path: string): readonly string[] => {
  const pragma = statSync(path).size < fullCheckBelowBytes ? 'integrity_check' : 'quick_check'
  return database
    .prepare(`PRAGMA ${pragma}(100)`)
    .all()
    .flatMap((row) => String(Object.values(row)[0]).split('\n'))
    .filter((line) => line !== 'ok' && !harmless.test(line))
}

/** Bytes 18 and 19 of a database say who may write and read it; a flipped one locks everybody out (SQLite file format, 1.3.3). */
const headerTrouble = (path: string): string | null => {
  const header = new Uint8Array(20)
  const file = openSync(path, 'r')
  try {
    if (readSync(file, header, 0, 20, 0) < 20) return null
  } finally {
    closeSync(file)
  }
  const isKnown = (version: number | undefined) => version === 1 || version === 2
  return isKnown(header[18]) && isKnown(header[19]) ? null : 'is damaged: its header names an unknown format'
}

const setUp = (database: Database, kind: FileKind, busyMs: number): void => {
  database.exec(`PRAGMA busy_timeout = ${busyMs}`)
  const sound = database.engine === 'libsql' || walIsSound(database.version)
  database.prepare(`PRAGMA journal_mode = ${sound ? 'WAL' : 'TRUNCATE'}`).get()
  database.exec(`PRAGMA synchronous = ${kind === 'site' ? 'FULL' : 'NORMAL'}`)
}

/** Opens and checks; gives what was put right. Throws where the file can't be used as it is. */
const openOnce = (
  open: OpenDatabase,
  path: string,
  kind: FileKind,
  busyMs: number,
): { database: Database; problems: string[] } => {
  if (existsSync(path)) {
    const trouble = headerTrouble(path)
    if (trouble !== null) throw new Error(trouble)
  }
  // Of what it holds only this user reads; the journal's files take its rights.
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  const database = open(path)
  const problems: string[] = []
  try {
    setUp(database, kind, busyMs)
    migrate(database, kind)
    const changed = changedSchema(database, kind, open)
    if (changed !== null) throw new Error(changed)
    // The ring may be gigabytes: there damage is found when rows are read.
    const found = kind === 'site' ? check(database, path) : []
    if (found.length > 0) {
      if (!found.every((line) => indexTrouble.test(line)))
        throw new Error(`is damaged: ${found.slice(0, 3).join('; ')}`)
      database.exec('REINDEX')
      const left = check(database, path)
      if (left.length > 0) throw new Error(`is damaged: ${left.slice(0, 3).join('; ')}`)
      problems.push(`${kind}.db had damaged indexes (${found[0] ?? ''}); they were made anew from its rows`)
    }
    return { database, problems }
  } catch (error) {
    database.close()
    throw error
  }
}

/** Sets a damaged file aside, begins a new one and carries over what can be read. */
const replace = (open: OpenDatabase, path: string, kind: FileKind, busyMs: number, why: string) => {
  const aside = setAside(path)
  const { database } = openOnce(open, path, kind, busyMs)
  const carried = carryOver(open, aside, database, kind)
  return {
    database,
    problem: `${kind}.db could not be used (${why}); it was kept as ${basename(aside)} and a new one begun${carried}`,
  }
}

/** ", with 1,033 rows carried over" or nothing; a file that is no database at all gives none. */
export const carryOver = (open: OpenDatabase, asidePath: string, fresh: Database, kind: FileKind): string => {
  if (isNoFile(asidePath)) return ''
  let damaged: Database | null = null
  try {
    damaged = open(asidePath)
    if (!isCurrent(damaged, kind)) migrate(damaged, kind)
    const { rows, holes } = rescue(damaged, fresh, kind)
    if (rows === 0) return ''
    return `, with ${rows} rows carried over${holes === 0 ? '' : `; ${holes} places in it could not be read`}`
  } catch {
    // Not even its first page is that of a database: nothing can be carried over, which the words about it say already.
    return ''
  } finally {
    damaged?.close()
  }
}

/**
 * Opens one database file; a damaged one is set aside and a new one begun with what could be read of it, which `problems` tell.
 * Throws, with what to do: UnusableFileError when the file is there but can't be used now, another error when there can be none
 * (folder not writable) or the file belongs to a newer version.
 */
export const openFile = (open: OpenDatabase, folder: string, kind: FileKind, busyMs = 5000): OpenedFile => {
  const path = join(folder, `${kind}.db`)
  const isEmpty = existsSync(path) && !isNoFile(path) && statSync(path).size === 0
  try {
    const { database, problems } = openOnce(open, path, kind, busyMs)
    const old = database.engine === 'node:sqlite' && !walIsSound(database.version)
    return {
      database,
      problems: isEmpty
        ? [...problems, `${kind}.db was empty (0 bytes): what it held is lost, a new one was begun`]
        : problems,
      weakness: old
        ? `SQLite ${database.version} is older than 3.51.3, whose write-ahead log is sound: a slower journal is used`
        : null,
    }
  } catch (error) {
    const why = messageOf(error)
    if (error instanceof NewerFileError || !existsSync(path))
      throw new Error(
        `${path} cannot be opened: ${why}. ${isFull(why, folder) ? remedy(why, folder) : `Check that ${folder} is a folder this user may write to`}.`,
      )
    if (!isDamage(error) && !isNoFile(path)) {
      throw new UnusableFileError(
        `${kind}.db cannot be used now (${why}) and is left as it is. ${remedy(why, folder)}; it is tried again by itself.`,
      )
    }
    try {
      const { database, problem } = replace(open, path, kind, busyMs, why)
      return { database, problems: [problem], weakness: null }
    } catch (renameError) {
      throw new Error(
        `${path} cannot be used (${why}) nor renamed (${messageOf(renameError)}). Check the rights of ${folder}.`,
      )
    }
  }
}

/** Opens a file that another instance writes: nothing of it is changed. Throws UnusableFileError while there is none to read. */
export const openToRead = (open: OpenDatabase, folder: string, kind: FileKind, busyMs = 5000): OpenedFile => {
  const path = join(folder, `${kind}.db`)
  if (!existsSync(path))
    throw new UnusableFileError(`${kind}.db is not there yet: the instance that controls this site begins it`)
  const database = open(path, true)
  try {
    database.exec(`PRAGMA busy_timeout = ${busyMs}`)
    if (!isCurrent(database, kind))
      throw new UnusableFileError(`${kind}.db is of another version of Tripscope: start the same version here`)
    return { database, problems: [], weakness: null }
  } catch (error) {
    database.close()
    throw error instanceof UnusableFileError
      ? error
      : new UnusableFileError(`${kind}.db cannot be read now (${messageOf(error)}); it is tried again by itself`)
  }
}

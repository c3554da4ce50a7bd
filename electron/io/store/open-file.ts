import { existsSync, renameSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { walIsSound, type Database, type OpenDatabase } from './database.ts'
import { migrate, NewerFileError, type FileKind } from './schema.ts'

export interface OpenedFile {
  readonly database: Database
  readonly problem: string | null
}

/** A file that is there and may be sound, but can't be used now (locked, disk full, I/O error): left as it is, worth another try. */
export class UnusableFileError extends Error {
  override readonly name = 'UnusableFileError'
}

/** SQLite's words for a file that is no longer a sound database. Locked, full or unreadable is not damage: the file may be whole. */
export const isDamage = (error: unknown): boolean =>
  error instanceof Error &&
  !(error instanceof UnusableFileError) &&
  /malformed|not a database|is damaged:/i.test(error.message)

const remedy = (why: string, folder: string): string =>
  /locked|busy/i.test(why)
    ? 'Close the other program that uses it (a second Tripscope, a backup)'
    : /full/i.test(why)
      ? `Free space on the disk of ${folder}`
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

/** Renames a damaged file with its journal, never deletes it; gives the new name. */
export const setAside = (path: string): string => {
  let target = `${path}.damaged-${stamp()}`
  for (let count = 2; existsSync(target); count += 1) target = `${path}.damaged-${stamp()}-${count}`
  renameSync(path, target)
  for (const suffix of ['-wal', '-shm', '-journal'])
    if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix)
  return target
}

const openOnce = (open: OpenDatabase, path: string, kind: FileKind, busyMs: number): Database => {
  const database = open(path)
  try {
    database.exec(`PRAGMA busy_timeout = ${busyMs}`)
    const sound = database.engine === 'libsql' || walIsSound(database.version)
    database.prepare(`PRAGMA journal_mode = ${sound ? 'WAL' : 'TRUNCATE'}`).get()
    database.exec(`PRAGMA synchronous = ${kind === 'site' ? 'FULL' : 'NORMAL'}`)
    migrate(database, kind)
    // The ring may be gigabytes: there a read that finds damage later sets it aside then.
    const check = kind === 'site' ? database.prepare('PRAGMA quick_check(1)').get() : null
    const verdict = check === null ? 'ok' : String(Object.values(check)[0])
    if (verdict !== 'ok') throw new Error(`is damaged: ${verdict}`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Opens one database file; a damaged one is set aside and a new one begun, which `problem` tells. Throws, with what to do:
 * UnusableFileError when the file is there but can't be used now, another error when there can be none (folder not writable) or
 * the file belongs to a newer version.
 */
export const openFile = (open: OpenDatabase, folder: string, kind: FileKind, busyMs = 5000): OpenedFile => {
  const path = join(folder, `${kind}.db`)
  try {
    const database = openOnce(open, path, kind, busyMs)
    const old = database.engine === 'node:sqlite' && !walIsSound(database.version)
    return {
      database,
      problem: old
        ? `SQLite ${database.version} is older than 3.51.3, whose write-ahead log is sound: a slower journal is used`
        : null,
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    if (error instanceof NewerFileError || !existsSync(path))
      throw new Error(`${path} cannot be opened: ${why}. Check that ${folder} is a folder this user may write to.`)
    if (!isDamage(error) && !isNoFile(path)) {
      throw new UnusableFileError(
        `${kind}.db cannot be used now (${why}) and is left as it is. ${remedy(why, folder)}; it is tried again by itself.`,
      )
    }
    let aside: string
    try {
      aside = setAside(path)
    } catch (renameError) {
      throw new Error(
        `${path} cannot be used (${why}) nor renamed (${renameError instanceof Error ? renameError.message : String(renameError)}). Check the rights of ${folder}.`,
      )
    }
    return {
      database: openOnce(open, path, kind, busyMs),
      problem: `${kind}.db could not be used (${why}); it was kept as ${basename(aside)} and a new one begun`,
    }
  }
}

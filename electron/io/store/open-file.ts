import { existsSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { walIsSound, type Database, type OpenDatabase } from './database.ts'
import { migrate, NewerFileError, type FileKind } from './schema.ts'

export interface OpenedFile { readonly database: Database; readonly problem: string | null }

const stamp = () => new Date().toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '')

/** Renames a damaged file with its journal, never deletes it; gives the new name. */
export const setAside = (path: string): string => {
  let target = `${path}.damaged-${stamp()}`
  for (let count = 2; existsSync(target); count += 1) target = `${path}.damaged-${stamp()}-${count}`
  renameSync(path, target)
  for (const suffix of ['-wal', '-shm', '-journal']) if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix)
  return target
}

const openOnce = (open: OpenDatabase, path: string, kind: FileKind): Database => {
  const database = open(path)
  try {
    database.exec('PRAGMA busy_timeout = 5000')
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
 * Opens one database file; a damaged or unwritable one is set aside and a new one begun, which `problem` tells. Throws, with
 * what to do, when even that is impossible (folder not writable) or the file belongs to a newer version.
 */
export const openFile = (open: OpenDatabase, folder: string, kind: FileKind): OpenedFile => {
  const path = join(folder, `${kind}.db`)
  try {
    const database = openOnce(open, path, kind)
    const old = database.engine === 'node:sqlite' && !walIsSound(database.version)
    return { database, problem: old ? `SQLite ${database.version} is older than 3.51.3, whose write-ahead log is sound: a slower journal is used` : null }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    if (error instanceof NewerFileError || !existsSync(path)) throw new Error(`${path} cannot be opened: ${why}. Check that ${folder} is a folder this user may write to.`)
    let aside: string
    try {
      aside = setAside(path)
    } catch (renameError) {
      throw new Error(`${path} cannot be used (${why}) nor renamed (${renameError instanceof Error ? renameError.message : String(renameError)}). Check the rights of ${folder}.`)
    }
    return { database: openOnce(open, path, kind), problem: `${kind}.db could not be used (${why}); it was kept as ${basename(aside)} and a new one begun` }
  }
}

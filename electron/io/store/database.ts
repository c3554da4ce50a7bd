/**
 * The few calls the store needs of SQLite, over node:sqlite (Node 24, Electron 45) or, where that does not exist (Node 20),
 * over the `libsql` package if it is installed. Parameters are positional; blobs are Uint8Array; integers fit a double.
 */
export type SqlValue = string | number | null | Uint8Array
export type Row = Readonly<Record<string, SqlValue>>

export interface Statement {
  /** How many rows it changed. */
  run(...parameters: SqlValue[]): number
  all(...parameters: SqlValue[]): readonly Row[]
  get(...parameters: SqlValue[]): Row | null
}
export interface Database {
  readonly engine: 'node:sqlite' | 'libsql'
  readonly version: string
  exec(sql: string): void
  prepare(sql: string): Statement
  close(): void
}
/** `readOnly` writes nothing whatever is asked of it, not even the journal's mode. */
export type OpenDatabase = (path: string, readOnly?: boolean) => Database

/** node:sqlite up to 3.51.2 can lose a WAL reset (corruption with several connections): older ones use a rollback journal. */
const firstSoundWal = [3, 51, 3] as const

export const walIsSound = (version: string): boolean => {
  const parts = version.split('.').map(Number)
  for (const [index, wanted] of firstSoundWal.entries()) {
    const part = parts[index] ?? 0
    if (part !== wanted) return part > wanted
  }
  return true
}

interface RawStatement {
  run(...parameters: unknown[]): unknown
  all(...parameters: unknown[]): unknown[]
  get(...parameters: unknown[]): unknown
}
interface RawDatabase {
  exec(sql: string): unknown
  prepare(sql: string): unknown
  close(): unknown
}

/** libsql takes a single array for all parameters and Buffers for blobs; node:sqlite takes them spread. */
const wrap = (engine: Database['engine'], raw: RawDatabase): Database => {
  const adapt = (parameters: SqlValue[]): unknown[] =>
    engine === 'libsql'
      ? [
          parameters.map((value) =>
            value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value,
          ),
        ]
      : parameters
  const database: Database = {
    engine,
    version: '',
    exec: (sql) => {
      raw.exec(sql)
    },
    prepare: (sql) => {
      const statement = raw.prepare(sql) as RawStatement
      return {
        run: (...parameters) => Number((statement.run(...adapt(parameters)) as { changes?: number | bigint }).changes),
        all: (...parameters) => {
          const rows = statement.all(...adapt(parameters)) as Record<string, SqlValue | ArrayBuffer>[]
          if (engine === 'libsql') {
            for (const row of rows)
              for (const [key, value] of Object.entries(row))
                if (value instanceof ArrayBuffer) row[key] = new Uint8Array(value)
          }
          return rows as Row[]
        },
        get: (...parameters) => (statement.get(...adapt(parameters)) as Row | undefined) ?? null,
      }
    },
    close: () => {
      raw.close()
    },
  }
  return {
    ...database,
    version: String(database.prepare('SELECT sqlite_version() AS version').get()?.['version'] ?? ''),
  }
}

/** The engine of this runtime; `prefer` is for tests. Rejects with what to do when there is none. */
export const loadEngine = async (prefer?: Database['engine']): Promise<OpenDatabase> => {
  if (prefer !== 'libsql') {
    try {
      const { DatabaseSync } = await import('node:sqlite')
      return (path, readOnly = false) => wrap('node:sqlite', new DatabaseSync(path, { readOnly }))
    } catch (error) {
      if (prefer === 'node:sqlite') throw error
    }
  }
  try {
    // Not a literal, so that no bundler takes the development-only package in.
    const name = 'libsql'
    const { default: Libsql } = (await import(/* @vite-ignore */ name)) as {
      default: new (path: string) => RawDatabase
    }
    return (path, readOnly = false) => {
      const database = wrap('libsql', new Libsql(path))
      // This engine opens for reading only by a URL the package does not take; the pragma refuses every write as well.
      if (readOnly) database.exec('PRAGMA query_only = ON')
      return database
    }
  } catch (error) {
    throw new Error(
      `This runtime (Node ${process.versions.node}) has no node:sqlite and the package libsql is not installed, so nothing can be recorded: ` +
        `use Node 24 or Electron 45. (${error instanceof Error ? error.message : String(error)})`,
    )
  }
}

export const transaction = <T>(database: Database, work: () => T): T => {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    try {
      database.exec('ROLLBACK')
    } catch {
      // SQLite has rolled back by itself (disk full, I/O error): the first error is the one to tell.
    }
    throw error
  }
}

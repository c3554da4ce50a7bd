import type { Database } from './database.ts'

/**
 * Rows and bytes of each table, counted as they come and go: SQLite would have to read the whole file to say it. Bytes are those
 * of the fields and of the row's place in its tree and indexes.
 */
export interface Usage {
  readonly of: (table: string) => { readonly rows: number; readonly bytes: number }
  /** Inside a transaction: rows that were added (or, negative, removed), and their bytes without the overhead. */
  readonly add: (table: string, rows: number, bytes: number) => void
  /** Counts a table anew, e.g. of a file of an earlier version. `bytesSql` gives the bytes of a row's fields. */
  readonly recount: (table: string, bytesSql: string) => void
}

/** Cell header, keys and the index entries of a row, bytes; measured with dbstat on a depot's file. */
export const rowOverhead = 40

export const createUsage = (database: Database): Usage => {
  const select = database.prepare('SELECT row_count, bytes FROM usage WHERE name = ?')
  const upsert = database.prepare(
    `INSERT INTO usage (name, row_count, bytes) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET row_count = max(0, row_count + excluded.row_count), bytes = max(0, bytes + excluded.bytes)`,
  )
  const of = (table: string) => {
    const row = select.get(table)
    return { rows: Number(row?.['row_count'] ?? 0), bytes: Number(row?.['bytes'] ?? 0) }
  }
  const add = (table: string, rows: number, bytes: number) => {
    if (rows !== 0) upsert.run(table, rows, bytes + rows * rowOverhead)
  }
  return {
    of,
    add,
    recount: (table, bytesSql) => {
      if (select.get(table) !== null) return
      const row = database.prepare(`SELECT count(*) AS n, coalesce(sum(${bytesSql}), 0) AS bytes FROM ${table}`).get()
      upsert.run(table, 0, 0)
      add(table, Number(row?.['n'] ?? 0), Number(row?.['bytes'] ?? 0))
    },
  }
}

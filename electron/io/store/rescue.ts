import { transaction, type Database, type Row, type SqlValue } from './database.ts'
import { own } from '../../../shared/own.ts'
import type { FileKind } from './schema.ts'

/** What was carried over from a damaged file into a new one. */
export interface Rescued {
  readonly rows: number
  /** Places in the damaged file that could not be read: rows behind them may be missing. */
  readonly holes: number
}

/** In the order in which rows refer to each other. `key`: what rows are walked along, after the fixed column `within`. */
const tables: Readonly<
  Record<FileKind, readonly { readonly name: string; readonly key: string; readonly within?: string }[]>
> = {
  site: [
    { name: 'meters', key: 'id' },
    { name: 'quantities', key: 'id' },
    { name: 'audit', key: 'seq' },
    { name: 'events', key: 'seq' },
    { name: 'writes', key: 'seq' },
    { name: 'decisions', key: 'seq' },
    { name: 'quarters', key: 'seq' },
    { name: 'minutes', key: 'seq' },
    { name: 'quality', key: 'seq' },
  ],
  ring: [
    { name: 'layouts', key: 'id' },
    { name: 'meters', key: 'id' },
    { name: 'ring', key: 'at_ms', within: 'meter' },
  ],
}

const pageRows = 500
/** A hole is stepped over by twice as far each time it is still there; past this it is taken for the end. */
const widestStep = 2 ** 41

const valuesOf = (columns: readonly string[], row: Row): SqlValue[] => columns.map((column) => own(row, column) ?? null)

/** What packed rows were packed with; each carries its own sum. */
const copyDictionaries = (damaged: Database, fresh: Database): void => {
  try {
    const insert = fresh.prepare('INSERT OR IGNORE INTO facts (name, value) VALUES (?, ?)')
    for (const row of damaged.prepare("SELECT name, value FROM facts WHERE name LIKE 'dictionar%'").all())
      insert.run(row['name'] ?? null, row['value'] ?? null)
  } catch {
    // Without them the packed rows can't be read from the new file, which is told of each.
  }
}

/** Every row that can be read, in order of its key, page by page; gives how many holes were stepped over. */
const walk = (
  read: (after: number, limit: number) => readonly Row[],
  key: string,
  take: (rows: readonly Row[]) => void,
): number => {
  let holes = 0
  let after = Number.MIN_SAFE_INTEGER
  let step = 0
  for (;;) {
    try {
      const rows = read(after + step, step === 0 ? pageRows : 1)
      take(rows)
      if (rows.length === 0) return holes
      after = Number(own(rows.at(-1), key))
      step = 0
    } catch {
      // One by one up to the hole, then over it.
      const single = stepUpTo(read, key, after, take)
      if (single !== null) {
        after = single
        step = 0
      }
      if (step === 0) holes += 1
      step = step === 0 ? 1 : step * 2
      if (step > widestStep) return holes
    }
  }
}

/** Reads single rows until one can't be read; gives the key of the last, or null where there was none. */
const stepUpTo = (
  read: (after: number, limit: number) => readonly Row[],
  key: string,
  from: number,
  take: (rows: readonly Row[]) => void,
): number | null => {
  let after: number | null = null
  try {
    for (let count = 0; count < pageRows; count += 1) {
      const rows = read(after ?? from, 1)
      if (rows.length === 0) return after
      take(rows)
      after = Number(own(rows[0], key))
    }
  } catch {
    // The hole.
  }
  return after
}

/**
 * Copies what can still be read of a damaged file into a new one of the same version. Rows that the disk changed fail their sum when
 * they are read from the new file, as they would have from the old. Never throws for what is in the damaged file.
 */
export const rescue = (damaged: Database, fresh: Database, kind: FileKind): Rescued => {
  let rows = 0
  let holes = 0
  if (kind === 'site') copyDictionaries(damaged, fresh)
  for (const { name, key, within } of tables[kind]) {
    const columns = fresh
      .prepare(`SELECT name FROM pragma_table_info('${name}')`)
      .all()
      .map((row) => String(row['name']))
    const insert = fresh.prepare(
      `INSERT OR IGNORE INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    )
    const take = (found: readonly Row[]) => {
      if (found.length === 0) return
      transaction(fresh, () => {
        for (const row of found) {
          try {
            rows += insert.run(...valuesOf(columns, row))
          } catch {
            // A field of a type the table does not take: such a row was changed.
            holes += 1
          }
        }
      })
    }
    const copy = (where: string, fixed: readonly SqlValue[]) => {
      try {
        const statement = damaged.prepare(`SELECT * FROM ${name} WHERE ${where}${key} > ? ORDER BY ${key} LIMIT ?`)
        holes += walk((after, limit) => statement.all(...fixed, after, limit), key, take)
      } catch {
        // The table itself is not there any more.
        holes += 1
      }
    }
    if (within === undefined) copy('', [])
    else for (const row of fresh.prepare('SELECT id FROM meters').all()) copy(`${within} = ? AND `, [row['id'] ?? null])
  }
  return { rows, holes }
}

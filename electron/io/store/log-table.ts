import type { TimeRange } from '../../core/record/recorder.ts'
import { mostRemoved, type TableBudget } from './budget.ts'
import type { TellDamage } from './damage.ts'
import type { Database, Row, SqlValue } from './database.ts'
import { isWhole, sumOf } from './row-sum.ts'
import { own } from '../../../shared/own.ts'
import type { Usage } from './usage.ts'

/** A table of rows with an id and a time, told newest first. `columns` are those of a row's own, in the order of `fields`. */
export interface LogTableKind<T> {
  readonly name: 'events' | 'decisions' | 'writes' | 'quality'
  readonly columns: readonly string[]
  /** id, time and the columns of a row as they are stored. */
  readonly fields: (row: T) => readonly SqlValue[]
  /** Throws on a row that is none. */
  readonly build: (row: Row) => T
  /** Rows of one stretch of this length are thinned together, ms, and which of them (in order of time) stay. */
  readonly thinning?: { readonly stretchMs: number; readonly staying: (rows: readonly T[]) => readonly T[] }
  /** What a row recorded again does: the first stays, or the last replaces it. */
  readonly again: 'keep' | 'replace'
}

export interface LogTable<T extends { readonly atMs: number }> {
  /** Inside a transaction. */
  append(rows: readonly T[]): void
  /** The newest rows of the range, oldest first: at most `limit`, and no more than fit into `mostBytes`. */
  read(range: TimeRange, limit: number, mostBytes: number, withApart: boolean): T[]
  /** Inside a transaction: removes a few of the oldest where they are too old at `nowMs` or too many. */
  prune(nowMs: number, budget: TableBudget): void
  /** Inside a transaction: thins one more stretch of what is older than `beforeMs`; null when there is none. Gives where to go on. */
  thin(fromMs: number, beforeMs: number): number | null
  /** Inside a transaction: rows from after `atMs` are kept apart; gives how many. */
  keepApart(atMs: number): number
  newestSeq(): number
  oldestMs(): number | null
  newestMs(): number | null
}

/** Rows are fetched this many at a time, so that a large answer stops where it has enough. */
const pageRows = 100

const sizeOf = (value: SqlValue | undefined): number =>
  value instanceof Uint8Array ? value.length : typeof value === 'string' ? Buffer.byteLength(value) : 8
const sizeOfAll = (values: readonly (SqlValue | undefined)[]): number =>
  values.reduce<number>((sum, value) => sum + sizeOf(value), 0)

interface LogColumns {
  readonly columns: readonly string[]
  /** How many bytes a row takes, in SQL. */
  readonly lengths: string
}

/** What the table asks its database. */
const prepareLog = <T>(database: Database, { name, again }: LogTableKind<T>, { columns, lengths }: LogColumns) => {
  const all = columns.join(', ')
  const places = columns.map(() => '?').join(', ')
  return {
    insert: database.prepare(
      `INSERT ${again === 'keep' ? 'OR IGNORE ' : ''}INTO ${name} (${all}, sum) VALUES (${places}, ?)`,
    ),
    known: database.prepare(`SELECT seq, ${lengths} AS bytes FROM ${name} WHERE id = ?`),
    replace: database.prepare(
      `UPDATE ${name} SET ${columns.map((column) => `${column} = ?`).join(', ')}, sum = ? WHERE seq = ?`,
    ),
    page: database.prepare(
      `SELECT seq, ${all}, sum FROM ${name}
       WHERE at_ms >= ? AND (at_ms, seq) < (?, ?) AND apart <= ? ORDER BY at_ms DESC, seq DESC LIMIT ${pageRows}`,
    ),
    tooOld: database.prepare(
      `DELETE FROM ${name} WHERE seq IN (SELECT seq FROM ${name} WHERE at_ms < ? ORDER BY at_ms LIMIT ${mostRemoved}) RETURNING ${lengths} AS bytes`,
    ),
    oldest: database.prepare(
      `DELETE FROM ${name} WHERE seq IN (SELECT seq FROM ${name} ORDER BY at_ms LIMIT ${mostRemoved}) RETURNING ${lengths} AS bytes`,
    ),
    nextAt: database.prepare(`SELECT min(at_ms) AS at_ms FROM ${name} WHERE at_ms >= ?`),
    stretch: database.prepare(
      `SELECT seq, ${all}, sum, ${lengths} AS bytes FROM ${name} WHERE at_ms >= ? AND at_ms < ? ORDER BY at_ms, seq`,
    ),
    drop: database.prepare(`DELETE FROM ${name} WHERE seq = ?`),
    apart: database.prepare(`UPDATE ${name} SET apart = 1 WHERE at_ms > ? AND apart = 0`),
    last: database.prepare(`SELECT max(seq) AS seq FROM ${name}`),
    first: database.prepare(`SELECT min(at_ms) AS at_ms FROM ${name}`),
    newest: database.prepare(`SELECT max(at_ms) AS at_ms FROM ${name} WHERE apart = 0`),
  }
}

export const createLogTable = <T extends { readonly atMs: number }>(
  database: Database,
  kind: LogTableKind<T>,
  usage: Usage,
  tell: TellDamage,
): LogTable<T> => {
  const { name } = kind
  const columns = ['id', 'at_ms', ...kind.columns]
  const lengths = columns.map((column) => `coalesce(octet_length(${column}), 8)`).join(' + ')
  usage.recount(name, lengths)
  const { insert, known, replace, page, tooOld, oldest, nextAt, stretch, drop, apart, last, first, newest } =
    prepareLog(database, kind, { columns, lengths })
  const edge = (row: Row | null) => (typeof row?.['at_ms'] === 'number' ? row['at_ms'] : null)

  const removed = (rows: readonly Row[]) =>
    usage.add(name, -rows.length, -rows.reduce((sum, row) => sum + Number(row['bytes']), 0))

  const read = (row: Row): T | null => {
    const place = `row ${String(row['seq'])}`
    if (
      !isWhole(
        row['sum'],
        columns.map((column) => own(row, column) ?? null),
      )
    ) {
      tell({ table: name, place, rows: 1, why: 'its sum does not fit it' })
      return null
    }
    try {
      return kind.build(row)
    } catch (error) {
      tell({ table: name, place, rows: 1, why: error instanceof Error ? error.message : String(error) })
      return null
    }
  }

  const store = (row: T) => {
    const fields = kind.fields(row)
    const sum = sumOf(fields)
    const before = kind.again === 'replace' ? known.get(fields[0] ?? null) : null
    if (before === null) {
      if (insert.run(...fields, sum) > 0) usage.add(name, 1, sizeOfAll(fields))
      return
    }
    replace.run(...fields, sum, Number(before['seq']))
    usage.add(name, 1, sizeOfAll(fields))
    usage.add(name, -1, -Number(before['bytes']))
  }

  return {
    append: (rows) => {
      for (const row of rows) store(row)
    },
    read: (range, limit, mostBytes, withApart) => {
      const found: T[] = []
      let bytes = 0
      let [toMs, toSeq] = [Math.round(range.toMs), Number.MIN_SAFE_INTEGER]
      for (;;) {
        const rows = page.all(Math.round(range.fromMs), toMs, toSeq, withApart ? 1 : 0)
        for (const row of rows) {
          bytes += sizeOfAll(Object.values(row))
          if (found.length >= limit || (bytes > mostBytes && found.length > 0)) return found.reverse()
          const built = read(row)
          if (built !== null) found.push(built)
        }
        const end = rows.at(-1)
        if (end === undefined || rows.length < pageRows) return found.reverse()
        toMs = Number(end['at_ms'])
        toSeq = Number(end['seq'])
      }
    },
    prune: (nowMs, budget) => {
      if (budget.keepMs !== null) removed(tooOld.all(Math.round(nowMs - budget.keepMs)))
      if (budget.keepBytes !== null && usage.of(name).bytes > budget.keepBytes) removed(oldest.all())
    },
    thin: (fromMs, beforeMs) => {
      const { thinning } = kind
      const firstMs = edge(nextAt.get(Math.round(fromMs)))
      if (thinning === undefined || firstMs === null) return null
      const startMs = Math.floor(firstMs / thinning.stretchMs) * thinning.stretchMs
      const endMs = startMs + thinning.stretchMs
      if (endMs > beforeMs) return null
      const rows = stretch.all(startMs, endMs).map((row) => ({ row, built: read(row) }))
      const staying = new Set(thinning.staying(rows.map(({ built }) => built).filter((built) => built !== null)))
      const gone = rows.filter(({ built }) => built !== null && !staying.has(built)).map(({ row }) => row)
      for (const row of gone) drop.run(Number(row['seq']))
      if (gone.length > 0) removed(gone)
      return endMs
    },
    keepApart: (atMs) => apart.run(Math.round(atMs)),
    newestSeq: () => Number(last.get()?.['seq'] ?? 0),
    oldestMs: () => edge(first.get()),
    newestMs: () => edge(newest.get()),
  }
}

import type { Interval } from '../../../shared/model/event.ts'
import type { TimeRange } from '../../core/record/recorder.ts'
import { mostRemoved, mostRemovedBySize, type TableBudget } from './budget.ts'
import type { TellDamage } from './damage.ts'
import type { Database, Row, SqlValue } from './database.ts'
import { decodeInterval, encodeInterval, type IntervalBody } from './interval-body.ts'
import type { NameTable } from './names.ts'
import { isWhole, sumOf } from './row-sum.ts'
import type { Usage } from './usage.ts'
import { own } from '../../../shared/own.ts'

export type IntervalLength = Interval['lengthS']

export interface IntervalTable {
  /** Inside a transaction. The clock may be set back over an interval: the better covered record of it stays. */
  append(row: Interval): void
  /** In order of time from either end, at most `limit`; `wanted` names the statistics that are given (null: all). */
  read(meterId: string, range: TimeRange, page: IntervalPage): Interval[]
  /** How many there are. */
  count(meterId: string, range: TimeRange): number
  oldestMs(meterId: string): number | null
  oldestOfAllMs(): number | null
  prune(nowMs: number, budget: TableBudget): void
  keepApart(atMs: number): number
  newestSeq(): number
}
export interface IntervalPage {
  readonly limit: number
  readonly from: 'oldest' | 'newest'
  readonly wanted: ReadonlySet<string> | null
  readonly withApart: boolean
}

const numeric = (value: SqlValue | undefined): number | null => (typeof value === 'number' ? value : null)

/** What the table asks its database. */
const prepareIntervals = (database: Database, name: 'minutes' | 'quarters') => {
  const pageOf = (order: 'ASC' | 'DESC') =>
    database.prepare(
      `SELECT seq, meter, start_ms, import_kwh, body, sum FROM ${name}
       WHERE meter = ? AND start_ms >= ? AND start_ms < ? AND apart <= ? ORDER BY start_ms ${order} LIMIT ?`,
    )
  return {
    insert: database.prepare(`INSERT INTO ${name} (meter, start_ms, import_kwh, body, sum) VALUES (?, ?, ?, ?, ?)`),
    held: database.prepare(
      `SELECT seq, meter, start_ms, import_kwh, body, sum FROM ${name} WHERE meter = ? AND start_ms = ?`,
    ),
    replace: database.prepare(`UPDATE ${name} SET import_kwh = ?, body = ?, sum = ?, apart = 0 WHERE seq = ?`),
    pages: { oldest: pageOf('ASC'), newest: pageOf('DESC') },
    total: database.prepare(`SELECT count(*) AS n FROM ${name} WHERE meter = ? AND start_ms >= ? AND start_ms < ?`),
    first: database.prepare(`SELECT min(start_ms) AS at_ms FROM ${name} WHERE meter = ? AND apart = 0`),
    cut: database.prepare(
      `DELETE FROM ${name} WHERE seq IN (SELECT seq FROM ${name} WHERE meter = ? AND start_ms < ? ORDER BY start_ms LIMIT ?) RETURNING octet_length(body) AS bytes`,
    ),
    apart: database.prepare(`UPDATE ${name} SET apart = 1 WHERE meter = ? AND start_ms > ? AND apart = 0`),
    last: database.prepare(`SELECT max(seq) AS seq FROM ${name}`),
    meterNumbers: database.prepare('SELECT id FROM meters'),
  }
}

export const createIntervalTable = (
  database: Database,
  lengthS: IntervalLength,
  meters: NameTable,
  quantities: NameTable,
  usage: Usage,
  tell: TellDamage,
): IntervalTable => {
  const name = lengthS === 60 ? 'minutes' : 'quarters'
  const { insert, held, replace, pages, total, first, cut, apart, last, meterNumbers } = prepareIntervals(
    database,
    name,
  )

  /** The meter whose rows reach back furthest. */
  const furthest = (): { readonly meter: number; readonly atMs: number } | null =>
    meterNumbers.all().reduce<{ meter: number; atMs: number } | null>((found, row) => {
      const meter = Number(row['id'])
      const atMs = numeric(first.get(meter)?.['at_ms'])
      return atMs === null || (found !== null && found.atMs <= atMs) ? found : { meter, atMs }
    }, null)
  const remove = (beforeMs: number, most: number): void => {
    const oldest = furthest()
    if (oldest === null || oldest.atMs >= beforeMs) return
    const rows = cut.all(oldest.meter, Math.round(beforeMs), most)
    usage.add(name, -rows.length, -rows.reduce((sum, row) => sum + Number(row['bytes']), 0))
  }

  const bodyOf = (row: Row, wanted: ReadonlySet<string> | null): IntervalBody | null => {
    const place = `row ${String(row['seq'])}`
    const fields = ['meter', 'start_ms', 'import_kwh', 'body'].map((column) => own(row, column) ?? null)
    if (!isWhole(row['sum'], fields)) {
      tell({ table: name, place, rows: 1, why: 'its sum does not fit it' })
      return null
    }
    try {
      return decodeInterval(row['body'] as Uint8Array, quantities, wanted)
    } catch (error) {
      tell({ table: name, place, rows: 1, why: error instanceof Error ? error.message : String(error) })
      return null
    }
  }
  const intervalOf = (meterId: string, row: Row, wanted: ReadonlySet<string> | null): Interval | null => {
    const body = bodyOf(row, wanted)
    if (body === null) return null
    return {
      meterId,
      startMs: Number(row['start_ms']),
      lengthS,
      importKwh: numeric(row['import_kwh']),
      exportKwh: body.registers[0],
      registerStartKwh: body.registers[1],
      registerEndKwh: body.registers[2],
      stats: body.stats,
      coverage: body.coverage,
      note: body.note,
    }
  }

  return {
    append: (row) => {
      const meter = meters.numberOf(row.meterId)
      const startMs = Math.round(row.startMs)
      const body = encodeInterval(
        {
          registers: [row.exportKwh, row.registerStartKwh, row.registerEndKwh, null],
          stats: row.stats,
          coverage: row.coverage,
          note: row.note,
        },
        quantities,
      )
      const sum = sumOf([meter, startMs, row.importKwh, body])
      const before = held.get(meter, startMs)
      if (before === null) {
        insert.run(meter, startMs, row.importKwh, body, sum)
        return usage.add(name, 1, body.length)
      }
      const stored = bodyOf(before, null)
      if (stored !== null && stored.coverage >= row.coverage) return
      replace.run(row.importKwh, body, sum, Number(before['seq']))
      usage.add(name, 1, body.length)
      usage.add(name, -1, -(before['body'] as Uint8Array).length)
    },
    read: (meterId, range, { limit, from, wanted, withApart }) => {
      const meter = meters.find(meterId)
      if (meter === null) return []
      const rows = pages[from].all(meter, Math.round(range.fromMs), Math.round(range.toMs), withApart ? 1 : 0, limit)
      return rows.map((row) => intervalOf(meterId, row, wanted)).filter((row) => row !== null)
    },
    count: (meterId, range) => {
      const meter = meters.find(meterId)
      if (meter === null) return 0
      return Number(total.get(meter, Math.round(range.fromMs), Math.round(range.toMs))?.['n'] ?? 0)
    },
    oldestMs: (meterId) => {
      const meter = meters.find(meterId)
      return meter === null ? null : numeric(first.get(meter)?.['at_ms'])
    },
    oldestOfAllMs: () => furthest()?.atMs ?? null,
    prune: (nowMs, budget) => {
      if (budget.keepMs !== null) remove(nowMs - budget.keepMs, mostRemoved)
      // By size no clock is asked, so that as many may go as were moved here from the old form.
      if (budget.keepBytes !== null && usage.of(name).bytes > budget.keepBytes) remove(nowMs, mostRemovedBySize)
    },
    keepApart: (atMs) =>
      meterNumbers.all().reduce((count, row) => count + apart.run(Number(row['id']), Math.round(atMs)), 0),
    newestSeq: () => Number(last.get()?.['seq'] ?? 0),
  }
}

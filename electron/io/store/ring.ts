import type { StoredReading, TimeRange } from '../../core/record/recorder.ts'
import type { TellDamage } from './damage.ts'
import { transaction, type Database } from './database.ts'
import { createFacts, type Facts } from './facts.ts'
import { createNames } from './names.ts'
import { createRingBlocks, type RingBlocks } from './ring-blocks.ts'
import { createRingReader } from './ring-reader.ts'
import { decodeRow, encodeRow, scanRow, type ScannedValue } from './ring-row.ts'
import {
  blockMs,
  blockOf,
  meterNumbers,
  newestOf,
  oldestOf,
  prepareRing,
  type RingStatements,
} from './ring-statements.ts'
import { sumOf } from './row-sum.ts'

export interface RingLimits {
  readonly keepMs: number
  readonly keepBytes: number
}
/** Editable assumption: a week covers "what happened at the weekend". */
export const defaultRingLimits: RingLimits = { keepMs: 7 * 86_400_000, keepBytes: 2 * 1024 ** 3 }

export interface Ring {
  /** `nowMs`: the time that rows are deleted by, never later than the newest of them. */
  append(rows: readonly StoredReading[], nowMs: number): void
  read(meterId: string, range: TimeRange, withApart: boolean): StoredReading[]
  /** Every attempt to read the wanted quantities, in order of time, without decoding the rest of the rows. */
  scan(
    meterId: string,
    quantities: readonly string[],
    range: TimeRange,
    visit: (column: number, atMs: number, value: ScannedValue) => void,
  ): void
  /** Rows from after `atMs` are kept apart; gives how many. */
  keepApart(atMs: number): number
  oldestMs(): number | null
  newestMs(): number | null
  bytes(): number
  readonly facts: Facts
}

/** The meter that reaches back furthest. What says to be newer than now is no oldest row: a flipped bit, or a clock that was ahead. */
const oldest = (statements: RingStatements, nowMs: number): { meter: number; atMs: number } | null => {
  let found: { meter: number; atMs: number } | null = null
  for (const meter of meterNumbers(statements)) {
    const atMs = oldestOf(statements, meter)
    if (atMs !== null && atMs <= nowMs && (found === null || atMs < found.atMs)) found = { meter, atMs }
  }
  return found
}

const createPages = (database: Database) => {
  const pragma = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0)
  const pageSize = pragma('page_size')
  return {
    liveBytes: () => (pragma('page_count') - pragma('freelist_count')) * pageSize,
    bytes: () => pragma('page_count') * pageSize,
  }
}

/** One small step: the oldest ten minutes of the meter that reaches back furthest, when they are too old or too much. */
const retain = (
  statements: RingStatements,
  blocks: RingBlocks,
  limits: RingLimits,
  liveBytes: () => number,
  nowMs: number,
): void => {
  const last = oldest(statements, nowMs)
  if (last === null) return
  const tooOldMs = nowMs - limits.keepMs
  if (last.atMs >= tooOldMs && liveBytes() <= limits.keepBytes) return
  const nextMs = (blockOf(last.atMs) + 1) * blockMs
  const untilMs = Math.min(nowMs, last.atMs < tooOldMs ? Math.min(tooOldMs, nextMs) : nextMs)
  statements.cut.run(last.meter, untilMs)
  blocks.cut(last.meter, untilMs)
}

export const createRing = (
  database: Database,
  limits: RingLimits = defaultRingLimits,
  tell: TellDamage = () => undefined,
): Ring => {
  const layouts = createNames(database, 'layouts')
  const meters = createNames(database, 'meters')
  const statements = prepareRing(database)
  const blocks = createRingBlocks(statements, tell)
  const visitRows = createRingReader(statements, layouts, blocks, tell)
  const pages = createPages(database)

  const store = (row: StoredReading) => {
    const encoded = encodeRow(row.values)
    const meter = meters.numberOf(row.meterId)
    const layout = layouts.numberOf(JSON.stringify(encoded.keys))
    const atMs = Math.round(row.atMs)
    const spread = encoded.spread.length === 0 ? null : encoded.spread
    const fields = [meter, atMs, layout, encoded.readings, encoded.qualities, spread] as const
    const isNew = blocks.isAhead(meter, atMs) || statements.isThere.get(meter, atMs) === null
    statements.insert.run(...fields, sumOf(fields))
    blocks.add(meter, atMs, isNew)
  }

  return {
    append: (rows, nowMs) => {
      if (rows.length === 0) return
      try {
        transaction(database, () => {
          for (const row of rows) store(row)
          retain(statements, blocks, limits, pages.liveBytes, nowMs)
        })
      } catch (error) {
        meters.forget()
        layouts.forget()
        blocks.forget()
        throw error
      }
    },
    read: (meterId, range, withApart) => {
      const found: StoredReading[] = []
      const meter = meters.find(meterId)
      if (meter === null) return found
      visitRows(meter, range, withApart, (atMs, row) => {
        found.push({ meterId, atMs, values: decodeRow(row) })
      })
      return found
    },
    scan: (meterId, wanted, range, visit) => {
      const columns = new Map(wanted.map((key, column) => [key, column]))
      const meter = meters.find(meterId)
      if (meter === null) return
      visitRows(meter, range, false, (atMs, row) => {
        scanRow(row, columns, (column, value) => visit(column, atMs, value))
      })
    },
    keepApart: (atMs) =>
      meterNumbers(statements).reduce((total, meter) => total + statements.apart.run(meter, Math.round(atMs)), 0),
    oldestMs: () => oldest(statements, Infinity)?.atMs ?? null,
    newestMs: () =>
      meterNumbers(statements).reduce<number | null>((newest, meter) => {
        const atMs = newestOf(statements, meter)
        return atMs === null ? newest : Math.max(newest ?? atMs, atMs)
      }, null),
    bytes: pages.bytes,
    facts: createFacts(database),
  }
}

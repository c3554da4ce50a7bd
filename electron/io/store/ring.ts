import type { StoredReading, TimeRange } from '../../core/ports.ts'
import type { TellDamage } from './damage.ts'
import { transaction, type Database, type Row } from './database.ts'
import { createFacts, type Facts } from './facts.ts'
import { createNames } from './names.ts'
import { decodeRow, encodeRow, scanRow, type RingRow, type ScannedValue } from './ring-row.ts'
import { isWhole, sumOf } from './row-sum.ts'

export interface RingLimits {
  readonly keepMs: number
  readonly keepBytes: number
}
/** Editable assumption: a week covers "what happened at the weekend". */
export const defaultRingLimits: RingLimits = { keepMs: 7 * 86_400_000, keepBytes: 2 * 1024 ** 3 }

/** Removed at a time, so that no append waits long for it; rows are counted by such blocks of time too. */
const blockMs = 600_000
/** Read at a time: a week of rows at once would be half a gigabyte. A whole number of blocks. */
const sliceMs = 6 * blockMs

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

const blob = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array())
const noSpread = new Uint8Array()
const blockOf = (atMs: number) => Math.floor(atMs / blockMs)

export const createRing = (
  database: Database,
  limits: RingLimits = defaultRingLimits,
  tell: TellDamage = () => undefined,
): Ring => {
  const layouts = createNames(database, 'layouts')
  const meters = createNames(database, 'meters')
  const keysOf = new Map<number, readonly string[]>()
  const insert = database.prepare(
    `INSERT INTO ring (meter, at_ms, layout, readings, qualities, spread, sum, apart) VALUES (?, ?, ?, ?, ?, ?, ?, 0)
     ON CONFLICT DO UPDATE SET layout = excluded.layout, readings = excluded.readings, qualities = excluded.qualities,
       spread = excluded.spread, sum = excluded.sum, apart = 0`,
  )
  const isThere = database.prepare('SELECT 1 FROM ring WHERE meter = ? AND at_ms = ?')
  const select = database.prepare(
    `SELECT at_ms, layout, readings, qualities, spread, sum, apart FROM ring WHERE meter = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms`,
  )
  const first = database.prepare('SELECT min(at_ms) AS at_ms FROM ring WHERE meter = ?')
  const latest = database.prepare('SELECT max(at_ms) AS at_ms FROM ring WHERE meter = ?')
  const cut = database.prepare('DELETE FROM ring WHERE meter = ? AND at_ms < ?')
  const cutBlocks = database.prepare('DELETE FROM blocks WHERE meter = ? AND block < ?')
  const counted = database.prepare('SELECT row_count FROM blocks WHERE meter = ? AND block = ?')
  const count = database.prepare('SELECT count(*) AS n FROM ring WHERE meter = ? AND at_ms >= ? AND at_ms < ?')
  const putCount = database.prepare(
    'INSERT INTO blocks (meter, block, row_count) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET row_count = excluded.row_count',
  )
  const blockEdges = database.prepare('SELECT min(block) AS low, max(block) AS high FROM blocks WHERE meter = ?')
  const nextBlock = database.prepare('SELECT min(block) AS block FROM blocks WHERE meter = ? AND block >= ?')
  const next = database.prepare('SELECT min(at_ms) AS at_ms FROM ring WHERE meter = ? AND at_ms >= ?')
  const apart = database.prepare('UPDATE ring SET apart = 1 WHERE meter = ? AND at_ms > ? AND apart = 0')
  const pragma = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0)
  const pageSize = pragma('page_size')
  const meterNumbers = () =>
    database
      .prepare('SELECT id FROM meters')
      .all()
      .map((row) => Number(row['id']))

  const edgeOf = (statement: typeof first, meter: number): number | null => {
    const at = statement.get(meter)?.['at_ms']
    return typeof at === 'number' ? at : null
  }
  /** The meter that reaches back furthest. What says to be newer than now is no oldest row: a flipped bit, or a clock that was ahead. */
  const oldest = (nowMs: number): { meter: number; atMs: number } | null => {
    let found: { meter: number; atMs: number } | null = null
    for (const meter of meterNumbers()) {
      const atMs = edgeOf(first, meter)
      if (atMs !== null && atMs <= nowMs && (found === null || atMs < found.atMs)) found = { meter, atMs }
    }
    return found
  }
  const liveBytes = () => (pragma('page_count') - pragma('freelist_count')) * pageSize

  /** One small step: the oldest ten minutes of the meter that reaches back furthest, when they are too old or too much. */
  const retain = (nowMs: number) => {
    const last = oldest(nowMs)
    if (last === null) return
    const tooOldMs = nowMs - limits.keepMs
    if (last.atMs >= tooOldMs && liveBytes() <= limits.keepBytes) return
    const nextMs = (blockOf(last.atMs) + 1) * blockMs
    const untilMs = Math.min(nowMs, last.atMs < tooOldMs ? Math.min(tooOldMs, nextMs) : nextMs)
    cut.run(last.meter, untilMs)
    ends.delete(last.meter)
    const block = blockOf(untilMs)
    cutBlocks.run(last.meter, block)
    if (counted.get(last.meter, block) !== null) putCount.run(last.meter, block, countIn(last.meter, block))
  }
  const countIn = (meter: number, block: number): number =>
    Number(count.get(meter, block * blockMs, (block + 1) * blockMs)?.['n'] ?? 0)

  const keys = (layout: number): readonly string[] | null => {
    const held = keysOf.get(layout)
    if (held !== undefined) return held
    const text = layouts.nameOf(layout)
    if (text === undefined) return null
    const parsed = JSON.parse(text) as string[]
    keysOf.set(layout, parsed)
    return parsed
  }

  const fieldsOf = (meter: number, row: Row) => [
    meter,
    row['at_ms'] ?? null,
    row['layout'] ?? null,
    row['readings'] ?? null,
    row['qualities'] ?? null,
    row['spread'] ?? null,
  ]
  const rowOf = (meter: number, row: Row): RingRow | null => {
    const known = keys(Number(row['layout']))
    const why = !isWhole(row['sum'], fieldsOf(meter, row))
      ? 'its sum does not fit it'
      : known === null
        ? 'which quantities it holds is not known any more'
        : null
    if (why !== null || known === null) {
      tell({ table: 'readings', place: `${meter} ${String(row['at_ms'])}`, rows: 1, why: why ?? '' })
      return null
    }
    return {
      keys: known,
      readings: blob(row['readings']),
      qualities: blob(row['qualities']),
      spread: row['spread'] instanceof Uint8Array ? row['spread'] : noSpread,
    }
  }

  /** A bit that flips in a key hides the rows behind it from a search: what a block holds is compared with what was put into it. */
  const compareBlocks = (meter: number, fromMs: number, toMs: number) => {
    for (let block = blockOf(fromMs); block * blockMs < toMs; block += 1) {
      const wanted = counted.get(meter, block)?.['row_count']
      if (typeof wanted !== 'number') continue
      const found = countIn(meter, block)
      if (found === wanted) continue
      tell({
        table: 'readings',
        place: `${meter} block ${block}`,
        rows: Math.abs(wanted - found),
        why: `${wanted} rows were stored in the ten minutes from ${new Date(block * blockMs).toISOString()}, ${found} are found`,
      })
    }
  }

  const visitRows = (
    meterId: string,
    range: TimeRange,
    withApart: boolean,
    visit: (atMs: number, row: RingRow) => void,
  ) => {
    const meter = meters.find(meterId)
    if (meter === null) return
    const blocks = blockEdges.get(meter)
    const edge = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise)
    // The rows' own ends and those of the blocks: either may be wrong where a bit flipped.
    const firstMs = Math.min(edgeOf(first, meter) ?? Infinity, edge(blocks?.['low'], Infinity) * blockMs)
    const lastMs = Math.max(edgeOf(latest, meter) ?? -Infinity, (edge(blocks?.['high'], -Infinity) + 1) * blockMs)
    const start = Math.max(Math.ceil(range.fromMs), firstMs)
    const end = Math.min(Math.ceil(range.toMs), lastMs + 1)
    for (let fromMs = start; fromMs < end;) {
      const untilMs = Math.min(end, (Math.floor(fromMs / sliceMs) + 1) * sliceMs)
      const rows = select.all(meter, fromMs, untilMs)
      compareBlocks(meter, fromMs, untilMs)
      for (const row of rows) {
        if (!withApart && row['apart'] !== 0) continue
        const whole = rowOf(meter, row)
        if (whole !== null) visit(Number(row['at_ms']), whole)
      }
      // Where nothing is for long (the program was off, a clock was years ahead) the next row is looked for.
      fromMs = rows.length > 0 ? untilMs : Math.max(untilMs, nextMs(meter, untilMs))
    }
  }
  const nextMs = (meter: number, fromMs: number): number => {
    const at = next.get(meter, fromMs)?.['at_ms']
    const block = nextBlock.get(meter, blockOf(fromMs))?.['block']
    return Math.min(typeof at === 'number' ? at : Infinity, typeof block === 'number' ? block * blockMs : Infinity)
  }

  /** The newest row of each meter and what its block holds so far; forgotten when a transaction failed. */
  const ends = new Map<number, { atMs: number; block: number; rows: number }>()
  /** Counts a new row of a block. Rows mostly come in order of time: then nothing has to be looked up. */
  const countRow = (meter: number, atMs: number, isNew: boolean): void => {
    const block = blockOf(atMs)
    const end = ends.get(meter)
    if (end !== undefined && end.block === block && atMs > end.atMs) {
      ends.set(meter, { atMs, block, rows: end.rows + 1 })
      putCount.run(meter, block, end.rows + 1)
      return
    }
    if (!isNew) return
    const before = counted.get(meter, block)?.['row_count']
    const rows = typeof before === 'number' ? before + 1 : countIn(meter, block)
    putCount.run(meter, block, rows)
    const latestMs = edgeOf(latest, meter) ?? atMs
    if (atMs >= latestMs) ends.set(meter, { atMs, block, rows })
    else ends.delete(meter)
  }
  const store = (row: StoredReading) => {
    const encoded = encodeRow(row.values)
    const meter = meters.numberOf(row.meterId)
    const layout = layouts.numberOf(JSON.stringify(encoded.keys))
    const atMs = Math.round(row.atMs)
    const spread = encoded.spread.length === 0 ? null : encoded.spread
    const fields = [meter, atMs, layout, encoded.readings, encoded.qualities, spread] as const
    const isNew = atMs > (ends.get(meter)?.atMs ?? Infinity) || isThere.get(meter, atMs) === null
    insert.run(...fields, sumOf(fields))
    countRow(meter, atMs, isNew)
  }

  return {
    append: (rows, nowMs) => {
      if (rows.length === 0) return
      try {
        transaction(database, () => {
          for (const row of rows) store(row)
          retain(nowMs)
        })
      } catch (error) {
        meters.forget()
        layouts.forget()
        ends.clear()
        throw error
      }
    },
    read: (meterId, range, withApart) => {
      const found: StoredReading[] = []
      visitRows(meterId, range, withApart, (atMs, row) => {
        found.push({ meterId, atMs, values: decodeRow(row) })
      })
      return found
    },
    scan: (meterId, wanted, range, visit) => {
      const columns = new Map(wanted.map((key, column) => [key, column]))
      visitRows(meterId, range, false, (atMs, row) => {
        scanRow(row, columns, (column, value) => visit(column, atMs, value))
      })
    },
    keepApart: (atMs) => meterNumbers().reduce((total, meter) => total + apart.run(meter, Math.round(atMs)), 0),
    oldestMs: () => oldest(Infinity)?.atMs ?? null,
    newestMs: () =>
      meterNumbers().reduce<number | null>((newest, meter) => {
        const atMs = edgeOf(latest, meter)
        return atMs === null ? newest : Math.max(newest ?? atMs, atMs)
      }, null),
    bytes: () => pragma('page_count') * pageSize,
    facts: createFacts(database),
  }
}

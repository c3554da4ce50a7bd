import type { StoredReading, TimeRange } from '../../core/ports.ts'
import { transaction, type Database } from './database.ts'
import { decodeRow, encodeRow, locate } from './ring-row.ts'

export interface RingLimits {
  readonly keepMs: number
  readonly keepBytes: number
}
/** Editable assumption: a week covers "what happened at the weekend". */
export const defaultRingLimits: RingLimits = { keepMs: 7 * 86_400_000, keepBytes: 2 * 1024 ** 3 }

/** Removed at a time, so that no append waits long for it. */
const stepMs = 600_000

export interface Ring {
  append(rows: readonly StoredReading[]): void
  read(meterId: string, range: TimeRange): StoredReading[]
  /** Good values of one quantity in order of time, without decoding the rest of the rows. */
  scan(
    meterId: string,
    quantities: readonly string[],
    range: TimeRange,
    visit: (column: number, atMs: number, value: number) => void,
  ): void
  oldestMs(): number | null
  bytes(): number
}

const blob = (value: unknown): Uint8Array => value as Uint8Array

export const createRing = (database: Database, limits: RingLimits = defaultRingLimits): Ring => {
  const layouts = new Map<string, number>()
  const keysOf = new Map<number, readonly string[]>()
  const meters = new Map<string, number>()
  for (const row of database.prepare('SELECT id, keys FROM layouts').all()) {
    layouts.set(String(row['keys']), Number(row['id']))
    keysOf.set(Number(row['id']), JSON.parse(String(row['keys'])) as string[])
  }
  for (const row of database.prepare('SELECT id, name FROM meters').all())
    meters.set(String(row['name']), Number(row['id']))
  const insert = database.prepare(
    'INSERT OR REPLACE INTO ring (meter, at_ms, layout, readings, qualities) VALUES (?, ?, ?, ?, ?)',
  )
  const select = database.prepare(
    'SELECT at_ms, layout, readings, qualities FROM ring WHERE meter = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms',
  )
  const first = database.prepare('SELECT min(at_ms) AS at_ms FROM ring WHERE meter = ?')
  const latest = database.prepare('SELECT max(at_ms) AS at_ms FROM ring WHERE meter = ?')
  const cut = database.prepare('DELETE FROM ring WHERE meter = ? AND at_ms < ?')
  const pragma = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0)
  const pageSize = pragma('page_size')

  const idOf = (
    known: Map<string, number>,
    table: 'layouts' | 'meters',
    column: 'keys' | 'name',
    text: string,
  ): number => {
    const before = known.get(text)
    if (before !== undefined) return before
    database.prepare(`INSERT OR IGNORE INTO ${table} (${column}) VALUES (?)`).run(text)
    const id = Number(database.prepare(`SELECT id FROM ${table} WHERE ${column} = ?`).get(text)?.['id'])
    return id
  }
  const oldestOf = (meter: number): number | null => {
    const at = first.get(meter)?.['at_ms']
    return at == null ? null : Number(at)
  }
  const oldest = (): { meter: number; atMs: number } | null => {
    let found: { meter: number; atMs: number } | null = null
    for (const meter of meters.values()) {
      const atMs = oldestOf(meter)
      if (atMs !== null && (found === null || atMs < found.atMs)) found = { meter, atMs }
    }
    return found
  }
  const liveBytes = () => (pragma('page_count') - pragma('freelist_count')) * pageSize

  /** One small step: the oldest ten minutes of the meter that reaches back furthest, when they are too old or too much. */
  const retain = (newestMs: number) => {
    const last = oldest()
    if (last === null) return
    const tooOld = last.atMs < newestMs - limits.keepMs
    if (!tooOld && liveBytes() <= limits.keepBytes) return
    cut.run(last.meter, tooOld ? Math.min(newestMs - limits.keepMs, last.atMs + stepMs) : last.atMs + stepMs)
  }

  const visitRows = (
    meterId: string,
    range: TimeRange,
    visit: (row: { atMs: number; layout: number; readings: Uint8Array; qualities: Uint8Array }) => void,
  ) => {
    const meter = meters.get(meterId)
    if (meter === undefined) return
    // An hour at a time: a week of rows at once would be half a gigabyte.
    const start = Math.max(Math.ceil(range.fromMs), oldestOf(meter) ?? Infinity)
    const end = Math.min(Math.ceil(range.toMs), Number(latest.get(meter)?.['at_ms'] ?? -Infinity) + 1)
    for (let fromMs = start; fromMs < end; fromMs += 3_600_000) {
      for (const row of select.all(meter, fromMs, Math.min(end, fromMs + 3_600_000))) {
        visit({
          atMs: Number(row['at_ms']),
          layout: Number(row['layout']),
          readings: blob(row['readings']),
          qualities: blob(row['qualities']),
        })
      }
    }
  }

  return {
    append: (rows) => {
      if (rows.length === 0) return
      const learned: (() => void)[] = []
      transaction(database, () => {
        for (const row of rows) {
          const { keys, readings, qualities } = encodeRow(row.values)
          const text = JSON.stringify(keys)
          const layout = idOf(layouts, 'layouts', 'keys', text)
          const meter = idOf(meters, 'meters', 'name', row.meterId)
          // Remembered only once they are committed.
          learned.push(() => {
            layouts.set(text, layout)
            keysOf.set(layout, keys)
            meters.set(row.meterId, meter)
          })
          insert.run(meter, Math.round(row.atMs), layout, readings, qualities)
        }
        retain(Math.max(...rows.map((row) => row.atMs)))
      })
      for (const learn of learned) learn()
    },
    read: (meterId, range) => {
      const found: StoredReading[] = []
      visitRows(meterId, range, ({ atMs, layout, readings, qualities }) => {
        found.push({ meterId, atMs, values: decodeRow({ keys: keysOf.get(layout) ?? [], readings, qualities }) })
      })
      return found
    },
    scan: (meterId, wanted, range, visit) => {
      const places = new Map<number, readonly ReturnType<typeof locate>[]>()
      visitRows(meterId, range, ({ atMs, layout, readings, qualities }) => {
        let located = places.get(layout)
        if (located === undefined) {
          const keys = keysOf.get(layout) ?? []
          located = wanted.map((key) => locate(keys, key))
          places.set(layout, located)
        }
        const view = new DataView(readings.buffer, readings.byteOffset, readings.byteLength)
        located.forEach((place, column) => {
          // Quality 0 is good.
          if (place === null || qualities[place.index] !== 0) return
          const value = place.width === 8 ? view.getFloat64(place.offset, true) : view.getFloat32(place.offset, true)
          if (Number.isFinite(value)) visit(column, atMs, value)
        })
      })
    },
    oldestMs: () => oldest()?.atMs ?? null,
    bytes: () => pragma('page_count') * pageSize,
  }
}

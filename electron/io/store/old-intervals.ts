import type { Interval } from '../../../shared/model/event.ts'
import type { TimeRange } from '../../core/record/recorder.ts'
import type { TellDamage } from './damage.ts'
import type { Database, Row, SqlValue } from './database.ts'

/**
 * Intervals of an earlier version: 3.3 kB of JSON each. They are read where they are, and moved over a few at a time with each
 * append, so that opening such a file takes no longer than before and the file stops growing.
 */
export interface OldIntervals {
  readonly isEmpty: () => boolean
  read(meterId: string, lengthS: number, range: TimeRange, from: 'oldest' | 'newest', limit: number): Interval[]
  count(meterId: string, lengthS: number, range: TimeRange): number
  oldestMs(meterId: string, lengthS: number): number | null
  /** Inside a transaction: hands over a few and removes them here. */
  move(to: (row: Interval) => void): void
}

/** Moved with one append: an append a minute moves a year of a depot in about a week. */
const movedAtOnce = 200

const real = (value: SqlValue | undefined): number | null => (typeof value === 'number' ? value : null)

export const createOldIntervals = (database: Database, tell: TellDamage): OldIntervals => {
  let isEmpty = database.prepare('SELECT 1 FROM old_intervals LIMIT 1').get() === null
  const build = (row: Row): Interval | null => {
    try {
      const stats = JSON.parse(String(row['stats'])) as Interval['stats']
      const isSound = Object.values(stats).every((part) => Array.isArray(part) && part.length === 4)
      if (!isSound) throw new Error('its statistics are none')
      return {
        meterId: String(row['meter']),
        startMs: Number(row['start_ms']),
        lengthS: Number(row['length_s']) as Interval['lengthS'],
        importKwh: real(row['import_kwh']),
        exportKwh: real(row['export_kwh']),
        registerStartKwh: real(row['register_start_kwh']),
        registerEndKwh: real(row['register_end_kwh']),
        stats,
        coverage: Number(row['coverage']),
        note: row['note'] === null ? null : String(row['note']),
      }
    } catch (error) {
      tell({
        table: 'old_intervals',
        place: `${String(row['meter'])} ${String(row['start_ms'])}`,
        rows: 1,
        why: error instanceof Error ? error.message : String(error),
      })
      return null
    }
  }
  return {
    isEmpty: () => isEmpty,
    read: (meterId, lengthS, range, from, limit) =>
      isEmpty
        ? []
        : database
            .prepare(
              `SELECT * FROM old_intervals WHERE meter = ? AND length_s = ? AND start_ms >= ? AND start_ms < ? ORDER BY start_ms ${from === 'oldest' ? 'ASC' : 'DESC'} LIMIT ?`,
            )
            .all(meterId, lengthS, Math.round(range.fromMs), Math.round(range.toMs), limit)
            .map(build)
            .filter((row) => row !== null),
    count: (meterId, lengthS, range) =>
      isEmpty
        ? 0
        : Number(
            database
              .prepare(
                'SELECT count(*) AS n FROM old_intervals WHERE meter = ? AND length_s = ? AND start_ms >= ? AND start_ms < ?',
              )
              .get(meterId, lengthS, Math.round(range.fromMs), Math.round(range.toMs))?.['n'] ?? 0,
          ),
    oldestMs: (meterId, lengthS) =>
      isEmpty
        ? null
        : real(
            database
              .prepare('SELECT min(start_ms) AS at_ms FROM old_intervals WHERE meter = ? AND length_s = ?')
              .get(meterId, lengthS)?.['at_ms'],
          ),
    move: (to) => {
      if (isEmpty) return
      const rows = database
        .prepare(
          `DELETE FROM old_intervals WHERE (meter, length_s, start_ms) IN
           (SELECT meter, length_s, start_ms FROM old_intervals ORDER BY meter, length_s, start_ms LIMIT ${movedAtOnce}) RETURNING *`,
        )
        .all()
      isEmpty = rows.length < movedAtOnce
      for (const row of rows) {
        const interval = build(row)
        if (interval !== null) to(interval)
      }
    },
  }
}

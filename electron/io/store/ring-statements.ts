import type { Database } from './database.ts'

/** Removed at a time, so that no append waits long for it; rows are counted by such blocks of time too. */
export const blockMs = 600_000
export const blockOf = (atMs: number): number => Math.floor(atMs / blockMs)

/** What the ring asks its database. */
export const prepareRing = (database: Database) => ({
  insert: database.prepare(
    `INSERT INTO ring (meter, at_ms, layout, readings, qualities, spread, sum, apart) VALUES (?, ?, ?, ?, ?, ?, ?, 0)
     ON CONFLICT DO UPDATE SET layout = excluded.layout, readings = excluded.readings, qualities = excluded.qualities,
       spread = excluded.spread, sum = excluded.sum, apart = 0`,
  ),
  isThere: database.prepare('SELECT 1 FROM ring WHERE meter = ? AND at_ms = ?'),
  select: database.prepare(
    `SELECT at_ms, layout, readings, qualities, spread, sum, apart FROM ring WHERE meter = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms`,
  ),
  first: database.prepare('SELECT min(at_ms) AS at_ms FROM ring WHERE meter = ?'),
  latest: database.prepare('SELECT max(at_ms) AS at_ms FROM ring WHERE meter = ?'),
  cut: database.prepare('DELETE FROM ring WHERE meter = ? AND at_ms < ?'),
  cutBlocks: database.prepare('DELETE FROM blocks WHERE meter = ? AND block < ?'),
  counted: database.prepare('SELECT row_count FROM blocks WHERE meter = ? AND block = ?'),
  count: database.prepare('SELECT count(*) AS n FROM ring WHERE meter = ? AND at_ms >= ? AND at_ms < ?'),
  putCount: database.prepare(
    'INSERT INTO blocks (meter, block, row_count) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET row_count = excluded.row_count',
  ),
  blockEdges: database.prepare('SELECT min(block) AS low, max(block) AS high FROM blocks WHERE meter = ?'),
  nextBlock: database.prepare('SELECT min(block) AS block FROM blocks WHERE meter = ? AND block >= ?'),
  next: database.prepare('SELECT min(at_ms) AS at_ms FROM ring WHERE meter = ? AND at_ms >= ?'),
  apart: database.prepare('UPDATE ring SET apart = 1 WHERE meter = ? AND at_ms > ? AND apart = 0'),
  meterIds: database.prepare('SELECT id FROM meters'),
})
export type RingStatements = ReturnType<typeof prepareRing>

const timeOf = (value: unknown): number | null => (typeof value === 'number' ? value : null)

/** Times of a meter's oldest and newest row, null where there is none. */
export const oldestOf = ({ first }: RingStatements, meter: number): number | null => timeOf(first.get(meter)?.['at_ms'])
export const newestOf = ({ latest }: RingStatements, meter: number): number | null =>
  timeOf(latest.get(meter)?.['at_ms'])
export const meterNumbers = ({ meterIds }: RingStatements): number[] => meterIds.all().map((row) => Number(row['id']))

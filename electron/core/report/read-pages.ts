import type { TimeRange } from '../record/recorder.ts'

/**
 * The newest `limit` rows of a range, oldest first, however many answers that takes: the store ends an answer where it is large enough.
 * Rows of one millisecond at an edge are met twice and taken once.
 */
export const readPages = async <T extends { readonly atMs: number }>(
  read: (range: TimeRange, limit: number) => Promise<readonly T[]>,
  range: TimeRange,
  limit: number,
): Promise<readonly T[]> => {
  const identity = (row: T): string => JSON.stringify(row)
  let rows: readonly T[] = []
  let toMs = range.toMs
  for (;;) {
    const page = await read({ fromMs: range.fromMs, toMs }, limit)
    const edge = new Set(rows.filter(({ atMs }) => atMs === rows[0]?.atMs).map(identity))
    const fresh = page.filter((row) => !edge.has(identity(row)))
    rows = [...fresh, ...rows].slice(-limit)
    const oldest = rows[0]
    if (fresh.length === 0 || oldest === undefined || rows.length >= limit || oldest.atMs <= range.fromMs) return rows
    toMs = oldest.atMs + 1
  }
}

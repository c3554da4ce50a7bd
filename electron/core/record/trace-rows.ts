import type { Trace } from '../../../shared/api/live-contract.ts'
import { isQuantityKey, quantities } from '../../../shared/quantities.ts'
import { createTraceColumn, notRead, type TraceColumn } from './trace-column.ts'

/** Ten minutes: the longest backlog a stream may ask for. */
export const spanMs = 600_000
/** A slower quantity keeps its last value in the rows between its own polls, at most this long (slow registers: every 10 s). */
const holdMs = 12_500

/** The rows of one meter, a column for each quantity; the oldest give way. Rows are counted from the beginning. */
export const createTraceRows = (periodMs: number) => {
  const capacity = Math.ceil(spanMs / periodMs) + 50
  const times = new Float64Array(capacity)
  const columns = new Map<string, TraceColumn>()
  /** Rows begun so far; the last one may still be filled. */
  let rows = 0
  /** What the last row has by now. */
  let open = new Set<string>()

  const timeOf = (row: number): number => times[row % capacity] ?? 0
  const oldest = (): number => Math.max(0, rows - capacity)
  const wasRead = (key: string, row: number): boolean => (columns.get(key)?.get(row) ?? notRead) !== notRead

  const columnOf = (key: string): TraceColumn => {
    const before = columns.get(key)
    if (before !== undefined) return before
    const column = createTraceColumn(capacity, isQuantityKey(key) && quantities[key].kind === 'energy')
    columns.set(key, column)
    return column
  }

  /** Value of a quantity in a row: read with it, held from its last own poll, or null. */
  const valueAt = (column: TraceColumn | undefined, row: number): number | null => {
    if (column === undefined) return null
    for (let at = row; at >= oldest() && timeOf(row) - timeOf(at) <= holdMs; at -= 1) {
      const value = column.get(at)
      if (value !== notRead) return Number.isNaN(value) ? null : value
    }
    return null
  }

  return {
    count: (): number => rows,
    oldest,
    timeOf,
    /** Time of the last row; before the first one -Infinity. */
    lastMs: (): number => (rows === 0 ? -Infinity : timeOf(rows - 1)),
    isOpen: (key: string): boolean => open.has(key),
    begin: (atMs: number): void => {
      rows += 1
      open = new Set()
      times[(rows - 1) % capacity] = atMs
      for (const column of columns.values()) column.set(rows - 1, notRead)
    },
    /** A value of the last row; NaN: it was asked for and not known. */
    fill: (key: string, value: number): void => {
      columnOf(key).set(rows - 1, value)
      open.add(key)
    },
    /** The clock was set back: what came before it stays before it, as long ago as it really was. Nothing of the past is lost. */
    shiftPast: (byMs: number): void => {
      for (let row = oldest(); row < rows; row += 1) times[row % capacity] = timeOf(row) + byMs
    },
    /** The last row is complete for who wants these when it has all of them that the row before had. */
    isComplete: (wanted: readonly string[]): boolean => {
      if (rows < 2) return wanted.some((key) => open.has(key)) && wanted.every((key) => open.has(key))
      const due = wanted.filter((key) => wasRead(key, rows - 2))
      return due.length > 0 && due.every((key) => open.has(key))
    },
    build: (wanted: readonly string[], from: number, to: number, reset: boolean): Trace => {
      const atMs: number[] = []
      // A row none of them was read with is not theirs.
      const chosen: number[] = []
      for (let row = from; row < to; row += 1) {
        if (!wanted.some((key) => wasRead(key, row))) continue
        chosen.push(row)
        atMs.push(timeOf(row))
      }
      return {
        reset,
        atMs,
        columns: Object.fromEntries(wanted.map((key) => [key, chosen.map((row) => valueAt(columns.get(key), row))])),
      }
    },
  }
}

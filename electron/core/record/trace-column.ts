/**
 * One quantity of one meter over the last minutes: a ring of numbers. NaN: read, but no value. Infinity (never a measurement: it
 * is refused as implausible): not read with this row.
 */
export const notRead = Infinity

export interface TraceColumn {
  readonly set: (row: number, value: number) => void
  readonly get: (row: number) => number
}

/** Rows are counted for ever; the ring holds the last `capacity`. Counters need the digits of float64. */
export const createTraceColumn = (capacity: number, precise: boolean): TraceColumn => {
  const values = precise ? new Float64Array(capacity).fill(notRead) : new Float32Array(capacity).fill(notRead)
  return {
    set: (row, value) => {
      values[row % capacity] = value
    },
    get: (row) => values[row % capacity] ?? notRead,
  }
}

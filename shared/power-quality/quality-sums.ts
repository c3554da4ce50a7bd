import type { Operator, QualityColumn } from './quality-columns.ts'

/**
 * Values of windows gathered into one longer interval (IEC 61000-4-30, 4.5). Sums can be added to each other, so an interval made of shorter
 * intervals is that of their windows: weights are the numbers of windows that had a value.
 */
export interface QualitySums {
  /** Of each column: its values under the operator, how many there were, the lowest and the highest. */
  readonly sums: Float64Array
  readonly counts: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
  windows: number
  /** Windows in which a dip, swell or interruption was (4.7). */
  flagged: number
  coveredMs: number
}

export const noSums = (columns: number): QualitySums => ({
  sums: new Float64Array(columns),
  counts: new Float64Array(columns),
  low: new Float64Array(columns).fill(Infinity),
  high: new Float64Array(columns).fill(-Infinity),
  windows: 0,
  flagged: 0,
  coveredMs: 0,
})

const powerOf: Readonly<Record<Operator, number>> = { mean: 1, square: 2, cube: 3 }

/** One value of one column, which counts once. */
export const addValue = (into: QualitySums, columns: readonly QualityColumn[], place: number, value: number): void => {
  const operator = columns[place]?.operator
  if (operator === undefined || Number.isNaN(value)) return
  into.sums[place] = (into.sums[place] ?? 0) + value ** powerOf[operator]
  into.counts[place] = (into.counts[place] ?? 0) + 1
  into.low[place] = Math.min(into.low[place] ?? Infinity, value)
  into.high[place] = Math.max(into.high[place] ?? -Infinity, value)
}

export const addWindow = (
  into: QualitySums,
  columns: readonly QualityColumn[],
  values: Float64Array,
  { isFlagged, lengthMs }: { readonly isFlagged: boolean; readonly lengthMs: number },
): void => {
  for (let place = 0; place < columns.length; place += 1) addValue(into, columns, place, values[place] ?? NaN)
  into.windows += 1
  into.flagged += isFlagged ? 1 : 0
  into.coveredMs += lengthMs
}

export const addSums = (into: QualitySums, other: QualitySums): void => {
  for (let place = 0; place < into.sums.length; place += 1) {
    into.sums[place] = (into.sums[place] ?? 0) + (other.sums[place] ?? 0)
    into.counts[place] = (into.counts[place] ?? 0) + (other.counts[place] ?? 0)
    into.low[place] = Math.min(into.low[place] ?? Infinity, other.low[place] ?? Infinity)
    into.high[place] = Math.max(into.high[place] ?? -Infinity, other.high[place] ?? -Infinity)
  }
  into.windows += other.windows
  into.flagged += other.flagged
  into.coveredMs += other.coveredMs
}

/** The interval's value of each column; NaN where no window had one. */
export const valuesOf = ({ sums, counts }: QualitySums, columns: readonly QualityColumn[]): Float64Array =>
  Float64Array.from(columns, ({ operator }, place) => {
    const count = counts[place] ?? 0
    return count === 0 ? NaN : rooted((sums[place] ?? 0) / count, operator)
  })
const rooted = (mean: number, operator: Operator): number =>
  operator === 'mean' ? mean : operator === 'square' ? Math.sqrt(mean) : Math.cbrt(mean)

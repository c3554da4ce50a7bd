import { createColumn, type Column } from '../wave-record/columns.ts'
import { evenTimebase, listedTimebase, type EvenRun, type Timebase } from '../wave-record/timebase.ts'
import type { Element, Tree } from './element-tree.ts'
import { cyclesUnit, storage, tags } from './tags.ts'

/** Numbers of one series as they are stored, with what makes values of them. */
export interface Series {
  readonly stored: Column
  readonly scale: number
  readonly offset: number
  readonly isIncrement: boolean
}

/** All values of a file together; more is no file of a month, and fills the memory (editable assumption: half a gigabyte of samples). */
export const mostValues = 64 << 20

export interface SeriesBudget {
  left: number
}

/** The series of an instance itself, not one it shares; null: it has no values. */
export const readSeries = (
  tree: Tree,
  elements: readonly Element[],
  method: number,
  budget: SeriesBudget,
): Series | null => {
  const stored = createColumn()
  const isThere = tree.eachNumber(elements, tags.seriesValues, (value) => {
    if (budget.left <= 0) return
    budget.left -= 1
    stored.push(value)
  })
  if (!isThere) return null
  const [scale, offset] = [tree.number(elements, tags.seriesScale), tree.number(elements, tags.seriesOffset)]
  const isScaled = (method & storage.scaled) !== 0 || scale !== null || offset !== null
  return {
    stored,
    scale: isScaled ? (scale ?? 1) : 1,
    offset: isScaled ? (offset ?? 0) : 0,
    isIncrement: (method & storage.increment) !== 0,
  }
}

export const valuesOf = ({ stored, scale, offset }: Series, from: number, to: number): Float64Array => {
  const values = stored.read(from, to)
  for (let at = 0; at < values.length; at += 1) values[at] = (values[at] ?? NaN) * scale + offset
  return values
}

/** Increments: how many stretches, then of each how many steps and how long a step is (IEEE 1159.3, storage method 4). */
const byIncrements = (numbers: Float64Array, unitS: number, most: number): Timebase | null => {
  const stretches = Math.min(numbers[0] ?? 0, Math.floor((numbers.length - 1) / 2))
  const runs: EvenRun[] = []
  let [from, s] = [0, 0]
  for (let at = 0; at < stretches; at += 1) {
    const [count = 0, increment = 0] = [numbers[1 + at * 2], (numbers[2 + at * 2] ?? 0) * unitS]
    // What is claimed is bounded by the values that are there.
    const to = Math.min(most, from + Math.floor(count))
    if (!(to > from) || !(increment > 0)) continue
    runs.push({ from, to, s, step: increment })
    s += (to - from) * increment
    from = to
  }
  return runs.length === 0 ? null : evenTimebase(runs)
}

/** Listed times further from an even step than this share of it are kept one by one. */
const evenShare = 1e-3

const byList = (numbers: Float64Array, unitS: number, offsetS: number): Timebase | null => {
  if (numbers.length === 0) return null
  let before = -Infinity
  const times = numbers.map((value) => {
    const time = value * unitS - offsetS
    before = Number.isFinite(time) ? Math.max(before, time) : before
    return Number.isFinite(before) ? before : 0
  })
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  const step = (last - first) / Math.max(1, times.length - 1)
  const isEven = step > 0 && times.every((time, at) => Math.abs(time - first - at * step) <= evenShare * step)
  return isEven ? evenTimebase([{ from: 0, to: times.length, s: first, step }]) : listedTimebase(times)
}

/** When the values of a channel were, from its series of times; null: it can't be told. `most`: how many values there are. */
export const timesOf = (
  series: Series,
  unit: number,
  nominalHz: number,
  startS: number | null,
  most: number,
): Timebase | null => {
  const unitS = unit === cyclesUnit ? 1 / nominalHz : 1
  const numbers = valuesOf(series, 0, Math.min(series.stored.count(), series.isIncrement ? 8193 : most))
  // Time stamps are seconds of the calendar; they are counted from the record's start.
  const isCalendar = !series.isIncrement && (numbers[0] ?? 0) > 1e8
  return series.isIncrement
    ? byIncrements(numbers, unitS, most)
    : byList(numbers, unitS, isCalendar ? (startS ?? numbers[0] ?? 0) : 0)
}

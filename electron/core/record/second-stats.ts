import type { Quality, Sample } from '../../../shared/model/sample.ts'
import { isQuantityKey, quantities } from '../../../shared/quantities.ts'
import type { StoredValue } from './recorder.ts'
import { hasMean } from './interval-stats.ts'

/** What was read of one quantity since the last row. It is counted up in place: at 200 meters that is 10,000 times a second. */
export interface SecondStats {
  min: number
  max: number
  sum: number
  squares: number
  /** The last good value. */
  last: number | null
  good: number
  reads: number
  /** Of the reads that gave no value the last one's; null: all were good. */
  worst: Exclude<Quality, 'good'> | null
}

export const noReads = (): SecondStats => ({
  min: Infinity,
  max: -Infinity,
  sum: 0,
  squares: 0,
  last: null,
  good: 0,
  reads: 0,
  worst: null,
})

/** Ready for the next row; the same object, because the same quantity comes again. */
export const clearStats = (stats: SecondStats): void => {
  stats.min = Infinity
  stats.max = -Infinity
  stats.sum = 0
  stats.squares = 0
  stats.last = null
  stats.good = 0
  stats.reads = 0
  stats.worst = null
}

export const addSample = (stats: SecondStats, { value, quality }: Sample): void => {
  stats.reads += 1
  if (value === null || quality !== 'good') {
    stats.worst = quality === 'good' ? 'implausible' : quality
    return
  }
  if (value < stats.min) stats.min = value
  if (value > stats.max) stats.max = value
  stats.sum += value
  stats.squares += value * value
  stats.last = value
  stats.good += 1
}

/** RMS values by mean square, as IEC 61000-4-30 aggregates them, unless they change sign; counters, angles and states have no mean. */
const valueOf = (key: string, { min, sum, squares, last, good }: SecondStats): number | null => {
  if (good <= 1 || !isQuantityKey(key) || !hasMean(key)) return last
  const { kind } = quantities[key]
  const isRms = (kind === 'voltage' || kind === 'current') && min >= 0
  return isRms ? Math.sqrt(squares / good) : sum / good
}

export const storedValue = (key: string, stats: SecondStats): StoredValue => {
  const { min, max, good, reads, worst } = stats
  const value = valueOf(key, stats)
  const quality: Quality = good > 0 ? 'good' : (worst ?? 'absent')
  if (reads <= 1) return { value, quality }
  return {
    value: value === null ? null : Math.min(max, Math.max(min, value)),
    quality,
    spread: { min: good > 0 ? min : null, max: good > 0 ? max : null, count: good, worst: worst ?? 'good' },
  }
}

import type { Quality, Sample } from '../../../shared/model/sample.ts'
import { isQuantityKey, quantities } from '../../../shared/quantities.ts'
import type { StoredValue } from '../ports.ts'
import { hasMean } from './interval-stats.ts'

/** What was read of one quantity since the last row. */
export interface SecondStats {
  readonly min: number
  readonly max: number
  readonly sum: number
  readonly squares: number
  /** The last good value. */
  readonly last: number | null
  readonly good: number
  readonly reads: number
  /** Of the reads that gave no value the last one's; null: all were good. */
  readonly worst: Exclude<Quality, 'good'> | null
}

export const noReads: SecondStats = {
  min: Infinity,
  max: -Infinity,
  sum: 0,
  squares: 0,
  last: null,
  good: 0,
  reads: 0,
  worst: null,
}

export const withSample = (stats: SecondStats, { value, quality }: Sample): SecondStats =>
  value === null || quality !== 'good'
    ? { ...stats, reads: stats.reads + 1, worst: quality === 'good' ? 'implausible' : quality }
    : {
        min: Math.min(stats.min, value),
        max: Math.max(stats.max, value),
        sum: stats.sum + value,
        squares: stats.squares + value * value,
        last: value,
        good: stats.good + 1,
        reads: stats.reads + 1,
        worst: stats.worst,
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

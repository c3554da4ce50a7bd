import type { Sample } from '../../../shared/model/sample.ts'
import { isQuantityKey, quantities, type QuantityKey, type QuantityKind } from '../../../shared/quantities.ts'

/** Kinds whose mean over time says something; counters, angles and flags have none. */
const averaged: readonly QuantityKind[] = [
  'voltage',
  'current',
  'power',
  'power-factor',
  'frequency',
  'distortion',
  'demand',
  'unbalance',
]

/** Whether a mean over time says something of it. */
export const hasMean = (key: QuantityKey): boolean => averaged.includes(quantities[key].kind)

interface Running {
  low: number
  high: number
  sum: number
  squares: number
  count: number
}

/** Minimum, mean, maximum and count per quantity. RMS values are averaged by mean square (as IEC 61000-4-30 aggregates them). */
export const createStats = () => {
  const running = new Map<string, Running>()
  return {
    add: (key: string, sample: Sample): void => {
      if (sample.value === null || !isQuantityKey(key) || !hasMean(key)) return
      const each = running.get(key) ?? { low: Infinity, high: -Infinity, sum: 0, squares: 0, count: 0 }
      each.low = Math.min(each.low, sample.value)
      each.high = Math.max(each.high, sample.value)
      each.sum += sample.value
      each.squares += sample.value ** 2
      each.count += 1
      running.set(key, each)
    },
    /** Count of the best covered quantity: what the coverage is told by. */
    most: (): number => Math.max(0, ...[...running.values()].map(({ count }) => count)),
    take: (): Record<string, [number, number, number, number]> => {
      const stats: Record<string, [number, number, number, number]> = {}
      for (const [key, { low, high, sum, squares, count }] of running) {
        const kind = isQuantityKey(key) ? quantities[key].kind : null
        // A signed current that changes direction has no RMS of its own sign: there the plain mean is told.
        const rms = (kind === 'voltage' || kind === 'current') && low >= 0
        const mean = rms ? Math.sqrt(squares / count) : sum / count
        stats[key] = [low, Math.min(high, Math.max(low, mean)), high, count]
      }
      running.clear()
      return stats
    },
  }
}

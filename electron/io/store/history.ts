import type { Interval } from '../../../shared/model/event.ts'
import { isQuantityKey, quantities } from '../../../shared/quantities.ts'
import type { History, TimeRange } from '../../core/ports.ts'
import type { Ring } from './ring.ts'

/** Mean of RMS values by mean square: equal heat, not equal number. Only for voltages and currents that are all of one sign. */
const isRms = (key: string): boolean =>
  isQuantityKey(key) && (quantities[key].kind === 'voltage' || quantities[key].kind === 'current')

interface Bucket {
  low: number
  high: number
  sum: number
  squares: number
  count: number
}

const add = (bucket: Bucket | undefined, low: number, mean: number, high: number, count: number): Bucket => {
  const b = bucket ?? { low: Infinity, high: -Infinity, sum: 0, squares: 0, count: 0 }
  b.low = Math.min(b.low, low)
  b.high = Math.max(b.high, high)
  b.sum += mean * count
  b.squares += mean * mean * count
  b.count += count
  return b
}

/**
 * Minimum, mean and maximum per bucket; null where no good sample fell into it. Inside the ring's reach from its 1 s rows, where
 * older minutes are wanted and were kept from the one-minute intervals (then no bucket is shorter than a minute). Buckets begin at `startMs`, half open.
 */
export const readHistory = (
  ring: Ring,
  intervalsOf: (range: TimeRange) => readonly Interval[],
  meterId: string,
  wanted: readonly string[],
  range: TimeRange,
  maxBuckets: number,
): History => {
  const span = Math.max(1, range.toMs - range.fromMs)
  const oldest = ring.oldestMs()
  const fine = Math.max(1000, Math.ceil(span / maxBuckets / 1000) * 1000)
  // A range that begins before the ring is read from intervals only where there are some: on a site's first day nothing is older.
  const isOlder =
    oldest !== null && range.fromMs < oldest && intervalsOf({ fromMs: range.fromMs, toMs: oldest - 60_000 }).length > 0
  const coarse = fine >= 60_000 || oldest === null || isOlder
  const startMs = coarse ? Math.floor(range.fromMs / 60_000) * 60_000 : range.fromMs
  const bucketMs = coarse ? Math.max(60_000, Math.ceil((range.toMs - startMs) / maxBuckets / 60_000) * 60_000) : fine
  const length = Math.max(1, Math.ceil((range.toMs - startMs) / bucketMs))
  const columns = wanted.map(() => new Array<Bucket | undefined>(length))
  const put = (column: number, atMs: number, low: number, mean: number, high: number, count: number) => {
    const index = Math.floor((atMs - startMs) / bucketMs)
    const buckets = columns[column]
    if (buckets !== undefined && index >= 0 && index < length)
      buckets[index] = add(buckets[index], low, mean, high, count)
  }

  let ringFromMs = range.fromMs
  if (coarse) {
    for (const interval of intervalsOf({ fromMs: startMs, toMs: range.toMs })) {
      ringFromMs = Math.max(ringFromMs, interval.startMs + 60_000)
      wanted.forEach((key, column) => {
        const stats = interval.stats[key]
        if (stats !== undefined && stats[3] > 0) put(column, interval.startMs, stats[0], stats[1], stats[2], stats[3])
        // Counters have no statistics; the reading that closes an interval is kept with it.
        else if (key === 'e_import' && interval.registerEndKwh !== null)
          put(column, interval.startMs, interval.registerEndKwh, interval.registerEndKwh, interval.registerEndKwh, 1)
      })
    }
  }
  // The minutes not yet closed, or all of it.
  ring.scan(meterId, wanted, { fromMs: ringFromMs, toMs: range.toMs }, (column, atMs, value) =>
    put(column, atMs, value, value, value, 1),
  )

  return {
    startMs,
    bucketMs,
    columns: columns.map((buckets, column) => {
      const rms = isRms(wanted[column] ?? '')
      return {
        quantity: wanted[column] ?? '',
        buckets: Array.from({ length }, (_, index): readonly [number, number, number] | null => {
          const bucket = buckets[index]
          if (bucket === undefined) return null
          const mean = rms && bucket.low >= 0 ? Math.sqrt(bucket.squares / bucket.count) : bucket.sum / bucket.count
          return [bucket.low, Math.min(bucket.high, Math.max(bucket.low, mean)), bucket.high]
        }),
      }
    }),
  }
}

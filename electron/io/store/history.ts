import type { Interval } from '../../../shared/model/event.ts'
import { isQuantityKey, quantities } from '../../../shared/quantities.ts'
import type { History, TimeRange } from '../../core/record/recorder.ts'
import { createBuckets, type Buckets } from './history-buckets.ts'
import type { Ring } from './ring.ts'
import { own } from '../../../shared/own.ts'

/** What history is made from beside the ring: intervals in order of time, with the wanted statistics. */
export interface HistoryIntervals {
  read(lengthS: 60 | 900, range: TimeRange): readonly Interval[]
  oldestMs(lengthS: 60 | 900): number | null
}

const minuteMs = 60_000
const quarterMs = 900_000

/** Mean of RMS values by mean square: equal heat, not equal number. Only for voltages and currents that are all of one sign. */
const isRms = (key: string): boolean =>
  isQuantityKey(key) && (quantities[key].kind === 'voltage' || quantities[key].kind === 'current')

/** From this share of the expected samples on a minute's record is taken as it is; below it the ring's rows may know more of it. */
const fullCoverage = 0.95

const putInterval = (buckets: Buckets, wanted: readonly string[], interval: Interval) => {
  wanted.forEach((key, column) => {
    const stats = own(interval.stats, key)
    if (stats !== undefined && stats[3] > 0) {
      const [min, mean, max, count] = stats
      buckets.put(column, interval.startMs, { min, mean, max, count }, interval.lengthS * 1000)
    } else if (key === 'e_import' && interval.registerEndKwh !== null) {
      // Counters have no statistics; the reading that closes an interval is kept with it.
      const at = interval.registerEndKwh
      buckets.put(column, interval.startMs, { min: at, mean: at, max: at, count: 1 }, 0)
    }
  })
}

const putRing = (buckets: Buckets, ring: Ring, meterId: string, wanted: readonly string[], range: TimeRange) => {
  if (range.fromMs < range.toMs)
    ring.scan(meterId, wanted, range, (column, atMs, value) => {
      if (value.mean === null) buckets.miss(column, atMs)
      else buckets.put(column, atMs, { ...value, mean: value.mean }, 0)
    })
}

/** The stretches of a range that no well covered interval stands for, in order. */
const openStretches = (range: TimeRange, intervals: readonly Interval[]): TimeRange[] => {
  const open: TimeRange[] = []
  let fromMs = range.fromMs
  for (const interval of intervals) {
    if (interval.coverage < fullCoverage) continue
    if (interval.startMs > fromMs) open.push({ fromMs, toMs: Math.min(interval.startMs, range.toMs) })
    fromMs = Math.max(fromMs, interval.startMs + interval.lengthS * 1000)
  }
  if (fromMs < range.toMs) open.push({ fromMs, toMs: range.toMs })
  return open
}

interface Plan {
  readonly kind: 'seconds' | 'minutes' | 'quarters'
  readonly startMs: number
  readonly bucketMs: number
}

const stepsOf = (range: TimeRange, stepMs: number, maxBuckets: number): Omit<Plan, 'kind'> => {
  const startMs = Math.floor(range.fromMs / stepMs) * stepMs
  return { startMs, bucketMs: Math.max(1, Math.ceil((range.toMs - startMs) / maxBuckets / stepMs)) * stepMs }
}

/** How fine the range can be told. Buckets begin on full seconds, minutes or quarters, so that a second's row is always in its own. */
const planOf = (ring: Ring, intervals: HistoryIntervals, range: TimeRange, maxBuckets: number): Plan => {
  const seconds = stepsOf(range, 1000, maxBuckets)
  const ringMs = ring.oldestMs()
  const minutesMs = intervals.oldestMs(60)
  const quartersMs = intervals.oldestMs(900)
  // Minutes go before quarter hours: a range that begins before them is told by quarters.
  const isBeforeMinutes =
    quartersMs !== null &&
    range.fromMs < (minutesMs ?? Infinity) &&
    range.toMs > quartersMs &&
    quartersMs <= (minutesMs ?? Infinity) - quarterMs
  const minutes = stepsOf(range, minuteMs, maxBuckets)
  if (isBeforeMinutes || (quartersMs !== null && minutes.bucketMs > quarterMs))
    return { kind: 'quarters', ...stepsOf(range, quarterMs, maxBuckets) }
  // A range that begins before the ring is read from intervals only where there are some: on a site's first day nothing is older.
  const isOlder = ringMs === null || (range.fromMs < ringMs && minutesMs !== null && minutesMs < ringMs - minuteMs)
  return seconds.bucketMs >= minuteMs || isOlder ? { kind: 'minutes', ...minutes } : { kind: 'seconds', ...seconds }
}

/**
 * Minimum, mean and maximum per bucket; null where no good sample fell into it. Inside the ring's reach from its rows (with the
 * extremes of each second), where older minutes are wanted from the intervals. No bucket is shorter than the time between two reads
 * of the wanted quantities: an empty one is a gap in what was stored, never one between two reads. Buckets are half open.
 */
export const readHistory = (
  ring: Ring,
  intervals: HistoryIntervals,
  meterId: string,
  wanted: readonly string[],
  range: TimeRange,
  maxBuckets: number,
): History => {
  const plan = planOf(ring, intervals, range, maxBuckets)
  const { startMs, bucketMs } = plan
  const buckets = createBuckets(wanted, startMs, bucketMs, range.toMs)
  if (plan.kind === 'seconds') putRing(buckets, ring, meterId, wanted, { fromMs: startMs, toMs: range.toMs })
  else {
    const quarters = plan.kind === 'quarters' ? intervals.read(900, { fromMs: startMs, toMs: range.toMs }) : []
    const coarse = plan.kind === 'quarters' ? quarters.filter(({ coverage }) => coverage >= fullCoverage) : []
    for (const quarter of coarse) putInterval(buckets, wanted, quarter)
    for (const open of openStretches({ fromMs: startMs, toMs: range.toMs }, quarters))
      putMinutes(buckets, ring, intervals, meterId, wanted, open, quarters, range.fromMs)
  }
  return buckets.history(isRms)
}

/** A stretch from its minutes; what those do not cover from the ring, and where that has nothing from what the minutes or quarters say. */
const putMinutes = (
  buckets: Buckets,
  ring: Ring,
  intervals: HistoryIntervals,
  meterId: string,
  wanted: readonly string[],
  range: TimeRange,
  quarters: readonly Interval[],
  /** Rows before it were not asked for. */
  askedFromMs: number,
) => {
  const minutes = intervals.read(60, { fromMs: range.fromMs, toMs: range.toMs })
  for (const minute of minutes) if (minute.coverage >= fullCoverage) putInterval(buckets, wanted, minute)
  const ringMs = ring.oldestMs() ?? Infinity
  for (const open of openStretches(range, minutes))
    putRing(buckets, ring, meterId, wanted, {
      fromMs: Math.max(open.fromMs, ringMs, askedFromMs),
      toMs: open.toMs,
    })
  // Before the ring begins a poorly covered record is all there is.
  for (const minute of minutes)
    if (minute.coverage < fullCoverage && minute.startMs < ringMs) putInterval(buckets, wanted, minute)
  const firstMinuteMs = minutes[0]?.startMs ?? Infinity
  for (const quarter of quarters) {
    const isInside = quarter.startMs >= range.fromMs && quarter.startMs < range.toMs
    const isAllThereIs = quarter.startMs + quarterMs <= Math.min(firstMinuteMs, ringMs)
    if (isInside && quarter.coverage < fullCoverage && isAllThereIs) putInterval(buckets, wanted, quarter)
  }
}

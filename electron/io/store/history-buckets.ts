import type { History } from '../../core/record/recorder.ts'

export interface Extremes {
  readonly min: number
  readonly mean: number
  readonly max: number
  readonly count: number
}

export interface Buckets {
  /** `lengthMs`: how long the value stands for; 0 for a row of readings. */
  put(column: number, atMs: number, value: Extremes, lengthMs: number): void
  /** A read that gave no value: no value of its own, but a gap that is one. */
  miss(column: number, atMs: number): void
  history(isRms: (key: string) => boolean): History
}

interface Bucket {
  low: number
  high: number
  sum: number
  squares: number
  count: number
}

/** Reads of a column needed to say how often it is read. */
const enoughReads = 8
/** A time between two reads of more than this many usual ones is a gap that was stored as one: nothing was read there. */
const ordinary = 2.5

const joined = (bucket: Bucket | undefined, other: Bucket): Bucket =>
  bucket === undefined
    ? { ...other }
    : {
        low: Math.min(bucket.low, other.low),
        high: Math.max(bucket.high, other.high),
        sum: bucket.sum + other.sum,
        squares: bucket.squares + other.squares,
        count: bucket.count + other.count,
      }

/**
 * The longest ordinary time between two reads of a column: from their distances, or where a record stands for many reads from how
 * many are in it. Null while there are too few to tell an ordinary one from a gap.
 */
class Cadence {
  private readonly distances: number[] = []
  private lastMs = -Infinity

  note(atMs: number, lengthMs: number, count: number): void {
    if (lengthMs > 0 && count > 1) this.distances.push(lengthMs / count)
    else if (Number.isFinite(this.lastMs) && atMs > this.lastMs) this.distances.push(atMs - this.lastMs)
    this.lastMs = atMs
  }
  longestOrdinaryMs(): number | null {
    if (this.distances.length < enoughReads) return null
    const sorted = this.distances.sort((one, other) => one - other)
    const usual = sorted[Math.floor(sorted.length / 2)] ?? 0
    return sorted.findLast((distance) => distance <= ordinary * usual) ?? usual
  }
}

/** Collects values into buckets of time, and joins neighbours where a bucket would be shorter than the time between two reads. */
export const createBuckets = (wanted: readonly string[], startMs: number, bucketMs: number, endMs: number): Buckets => {
  const length = Math.max(1, Math.ceil((endMs - startMs) / bucketMs))
  const columns = wanted.map(() => new Array<Bucket | undefined>(length))
  const cadences = wanted.map(() => new Cadence())

  /** Buckets joined to one. A quantity that is read much more rarely than the others does not make those coarse: its gaps are its own. */
  const factor = (): number => {
    const known = cadences.map((cadence) => cadence.longestOrdinaryMs()).filter((ms) => ms !== null)
    const fastest = Math.min(...known)
    const slowest = Math.max(0, ...known.filter((ms) => ms <= 3 * fastest))
    return Math.max(1, Math.ceil(slowest / bucketMs - 1e-9))
  }

  return {
    put: (column, atMs, { min, mean, max, count }, lengthMs) => {
      const index = Math.floor((atMs - startMs) / bucketMs)
      const buckets = columns[column]
      if (buckets === undefined || index < 0 || index >= length) return
      buckets[index] = joined(buckets[index], {
        low: min,
        high: max,
        sum: mean * count,
        squares: mean * mean * count,
        count,
      })
      cadences[column]?.note(atMs, lengthMs, count)
    },
    miss: (column, atMs) => cadences[column]?.note(atMs, 0, 0),
    history: (isRms) => {
      const join = factor()
      const count = Math.max(1, Math.ceil(length / join))
      // A last bucket that the range cuts short and that nothing has fallen into yet is no gap.
      const lastFrom = (count - 1) * join
      const isCut = startMs + count * join * bucketMs > endMs
      const isEmpty = columns.every((buckets) => joinedFrom(buckets, lastFrom, join) === undefined)
      const shown = count > 1 && isCut && isEmpty ? count - 1 : count
      return {
        startMs,
        bucketMs: bucketMs * join,
        columns: columns.map((buckets, column) => {
          const quantity = wanted[column] ?? ''
          return {
            quantity,
            buckets: Array.from({ length: shown }, (_, index) =>
              told(joinedFrom(buckets, index * join, join), isRms(quantity)),
            ),
          }
        }),
      }
    },
  }
}

const joinedFrom = (buckets: readonly (Bucket | undefined)[], from: number, count: number): Bucket | undefined =>
  buckets
    .slice(from, from + count)
    .reduce<Bucket | undefined>((sum, bucket) => (bucket === undefined ? sum : joined(sum, bucket)), undefined)

const told = (bucket: Bucket | undefined, isRms: boolean): readonly [number, number, number] | null => {
  if (bucket === undefined) return null
  // A signed current that changes direction has no RMS of its own sign: there the plain mean is told.
  const mean = isRms && bucket.low >= 0 ? Math.sqrt(bucket.squares / bucket.count) : bucket.sum / bucket.count
  return [bucket.low, Math.min(bucket.high, Math.max(bucket.low, mean)), bucket.high]
}

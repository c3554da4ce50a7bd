import type { TraceColumns } from './trace-buffer.ts'

/** [min, mean, max] of the samples of a bucket; null where there is none. */
export type Bucket = readonly [number, number, number] | null
export interface BucketTable {
  readonly startMs: readonly number[]
  readonly bucketMs: number
  readonly columns: Readonly<Record<string, readonly Bucket[]>>
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400] as const

/** The smallest round length that needs no more than `most` buckets for the span, ms. */
export const roundBucketMs = (spanMs: number, most: number): number =>
  (steps.find((step) => spanMs / (step * 1000) <= most) ?? 86_400) * 1000

/** Reduces samples to buckets on round times. Every sample counts into exactly one bucket; extremes are kept. */
export const toBuckets = (data: TraceColumns, fromMs: number, toMs: number, bucketMs: number): BucketTable => {
  const first = Math.floor(fromMs / bucketMs) * bucketMs
  const count = Math.max(0, Math.ceil((toMs - first) / bucketMs))
  const startMs = Array.from({ length: count }, (_, index) => first + index * bucketMs)
  const columns = Object.fromEntries(
    Object.entries(data.columns).map(([key, values]) => {
      const found = startMs.map(() => ({ min: Infinity, max: -Infinity, sum: 0, count: 0 }))
      values.forEach((value, index) => {
        const at = data.atMs[index]
        if (value === null || at === undefined) return
        const bucket = found[Math.floor((at - first) / bucketMs)]
        if (bucket === undefined) return
        bucket.min = Math.min(bucket.min, value)
        bucket.max = Math.max(bucket.max, value)
        bucket.sum += value
        bucket.count += 1
      })
      return [
        key,
        found.map((bucket): Bucket =>
          bucket.count === 0 ? null : [bucket.min, bucket.sum / bucket.count, bucket.max],
        ),
      ]
    }),
  )
  return { startMs, bucketMs, columns }
}

/** Joins neighbours until at most `most` buckets are left; a joined bucket keeps the extremes and the mean of the means. */
export const decimate = (
  buckets: readonly Bucket[],
  most: number,
): { readonly buckets: readonly Bucket[]; readonly factor: number } => {
  const factor = Math.max(1, Math.ceil(buckets.length / most))
  if (factor === 1) return { buckets, factor }
  const joined: Bucket[] = []
  for (let index = 0; index < buckets.length; index += factor) {
    const group = buckets.slice(index, index + factor).filter((bucket) => bucket !== null)
    joined.push(
      group.length === 0
        ? null
        : [
            Math.min(...group.map((bucket) => bucket[0])),
            group.reduce((sum, bucket) => sum + bucket[1], 0) / group.length,
            Math.max(...group.map((bucket) => bucket[2])),
          ],
    )
  }
  return { buckets: joined, factor }
}

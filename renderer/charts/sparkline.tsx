import './sparkline.css'

/** Lowest, mean and highest of each piece of time; null: nothing was read. */
export type SparkBucket = readonly [low: number, mean: number, high: number] | null

const [width, height] = [260, 36] as const

/** A small trend of one quantity, lowest to highest as a band; `fromShare` and `toShare` mark a stretch of it. */
export const Sparkline = ({
  buckets,
  label,
  marked,
}: {
  readonly buckets: readonly SparkBucket[]
  /** What it shows with its range, for a person who does not see it. */
  readonly label: string
  readonly marked: readonly [fromShare: number, toShare: number]
}) => {
  const known = buckets.filter((bucket) => bucket !== null)
  const low = Math.min(...known.map(([least]) => least))
  const high = Math.max(...known.map(([, , most]) => most))
  const span = Math.max(high - low, Math.abs(high) * 0.01, 1e-9)
  const y = (value: number) => 2 + (1 - (value - low) / span) * (height - 4)
  const step = width / Math.max(1, buckets.length)
  return (
    <svg className="sparkline" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <rect
        className="spark-marked"
        x={marked[0] * width}
        width={Math.max(2, (marked[1] - marked[0]) * width)}
        y={0}
        height={height}
      />
      {buckets.map((bucket, index) =>
        bucket === null ? null : (
          <rect
            key={index}
            className="spark-bar"
            x={index * step}
            width={Math.max(1, step)}
            y={y(bucket[2])}
            height={Math.max(1, y(bucket[0]) - y(bucket[2]))}
          />
        ),
      )}
    </svg>
  )
}

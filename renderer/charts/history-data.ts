import { formatScaled, scaleOfAll } from '../format/quantity.ts'
import { decimate, type Bucket } from './buckets.ts'

/** As `history.read` answers: [min, mean, max] per bucket of `bucketMs` from `startMs` on, null for a gap. */
export interface HistoryAnswer {
  readonly startMs: number
  readonly bucketMs: number
  readonly columns: readonly { readonly quantity: string; readonly buckets: readonly Bucket[] }[]
}

/** Most points of a series that recharts draws well; more is joined without losing extremes. */
export const mostPoints = 600

export interface HistoryPoint {
  readonly atMs: number
  readonly values: Readonly<Record<string, Bucket>>
}

/** One point per bucket, at the bucket's beginning, with every quantity in it. */
export const historyPoints = (
  answer: HistoryAnswer,
): { readonly points: readonly HistoryPoint[]; readonly bucketMs: number } => {
  const columns = answer.columns.map((column) => ({
    quantity: column.quantity,
    ...decimate(column.buckets, mostPoints),
  }))
  const factor = columns[0]?.factor ?? 1
  const count = Math.max(0, ...columns.map((column) => column.buckets.length))
  const bucketMs = answer.bucketMs * factor
  const points = Array.from({ length: count }, (_, index) => ({
    atMs: answer.startMs + index * bucketMs,
    values: Object.fromEntries(columns.map((column) => [column.quantity, column.buckets[index] ?? null])),
  }))
  return { points, bucketMs }
}

export interface HistorySummary {
  readonly quantity: string
  readonly min: number | null
  readonly mean: number | null
  readonly max: number | null
  readonly gaps: number
  readonly buckets: number
}

export const summariseHistory = (answer: HistoryAnswer): readonly HistorySummary[] =>
  answer.columns.map(({ quantity, buckets }) => {
    const known = buckets.filter((bucket) => bucket !== null)
    return {
      quantity,
      min: known.length === 0 ? null : Math.min(...known.map((bucket) => bucket[0])),
      mean: known.length === 0 ? null : known.reduce((sum, bucket) => sum + bucket[1], 0) / known.length,
      max: known.length === 0 ? null : Math.max(...known.map((bucket) => bucket[2])),
      gaps: buckets.length - known.length,
      buckets: buckets.length,
    }
  })

/** "L1 mean 231.2 V (228.0 to 233.9)", with what is missing. */
export const historyText = (summary: HistorySummary, label: string): string => {
  if (summary.min === null || summary.mean === null || summary.max === null) return `${label}: no value in this time`
  const gaps = summary.gaps === 0 ? '' : `, ${summary.gaps} of ${summary.buckets} intervals without a value`
  const scale = scaleOfAll(summary.quantity, [summary.min, summary.max])
  const unit = scale.unit === '' ? '' : ` ${scale.unit}`
  return `${label}: mean ${formatScaled(summary.mean, scale)}${unit} (${formatScaled(summary.min, scale)} to ${formatScaled(summary.max, scale)})${gaps}`
}

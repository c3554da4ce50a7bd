import { formatPeriod } from '../format/duration.ts'
import { formatScaled, scaleOfAll } from '../format/quantity.ts'
import type { TimeFormat } from '../format/time.ts'
import { PhaseLabel } from '../ui/mark.tsx'
import { Dash } from '../ui/dash.tsx'
import { roundBucketMs, toBuckets } from './buckets.ts'
import type { SeriesInfo } from './summary.ts'
import type { TraceColumns } from './trace-buffer.ts'
import { own } from '../../shared/own.ts'

const mostRows = 30

/** What the chart shows as rows, newest first: lowest, mean and highest sample of round intervals. */
export const TraceTable = ({
  title,
  series,
  data,
  fromMs,
  toMs,
  time,
}: {
  readonly title: string
  readonly series: readonly SeriesInfo[]
  readonly data: TraceColumns
  readonly fromMs: number
  readonly toMs: number
  readonly time: TimeFormat
}) => {
  const table = toBuckets(data, fromMs, toMs, roundBucketMs(toMs - fromMs, mostRows))
  const scale = scaleOfAll(
    series[0]?.key ?? '',
    Object.values(table.columns).flatMap((buckets) => buckets.flatMap((bucket) => [bucket?.[0], bucket?.[2]])),
  )
  const indexes = table.startMs.map((_, index) => index).reverse()
  return (
    <div className="table-scroll trace-table" tabIndex={0} role="region" aria-label={`${title} as a table`}>
      <table className="table is-dense">
        <caption className="dim">
          Lowest, mean and highest polled sample in {formatPeriod(table.bucketMs)}, {scale.unit}
        </caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            {series.map((entry) => (
              <th key={entry.key} scope="col" className="num" colSpan={3}>
                <PhaseLabel phase={entry.label} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {indexes.map((index) => (
            <tr key={table.startMs[index]}>
              <th scope="row">{time.clock(table.startMs[index] ?? 0)}</th>
              {series.flatMap((entry) => {
                const bucket = own(table.columns, entry.key)?.[index]
                return [0, 1, 2].map((part) => (
                  <td key={`${entry.key} ${part}`} className={`num ${part === 1 ? '' : 'dim'}`}>
                    {bucket == null ? <Dash why="No sample in this time" /> : formatScaled(bucket[part] ?? 0, scale)}
                  </td>
                ))
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

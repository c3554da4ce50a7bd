import { formatPeriod } from '../format/duration.ts'
import { formatValue } from '../format/quantity.ts'
import { useTimeFormat } from '../state/site-facts.ts'
import { PhaseLabel } from '../ui/mark.tsx'
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
}: {
  readonly title: string
  readonly series: readonly SeriesInfo[]
  readonly data: TraceColumns
  readonly fromMs: number
  readonly toMs: number
}) => {
  const time = useTimeFormat()
  const table = toBuckets(data, fromMs, toMs, roundBucketMs(toMs - fromMs, mostRows))
  const indexes = table.startMs.map((_, index) => index).reverse()
  return (
    <div className="table-scroll trace-table" tabIndex={0} role="region" aria-label={`${title} as a table`}>
      <table className="table is-dense">
        <caption className="dim">Lowest, mean and highest polled sample in {formatPeriod(table.bucketMs)}</caption>
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
                    {bucket == null ? '–' : formatValue(entry.key, bucket[part] ?? 0)}
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

import type { ComparedSide } from '../../../shared/api/compare-contract.ts'
import { IncidentChart, type IncidentLine } from '../../charts/incident-chart.tsx'
import { formatNumber } from '../../format/number.ts'
import { useRead } from '../../state/read.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Notice } from '../../ui/notice.tsx'
import type { Quantity, Span } from './compare-words.ts'

/** More than a panel has points are not seen. */
const buckets = 600

/** One side's quantity around its own moment. Both panels have the same length, so that one time is at one place in both. */
export const ComparePanel = ({
  side,
  meterId,
  quantity,
  momentMs,
  span,
  offsetMs,
  point,
}: {
  readonly side: ComparedSide
  readonly meterId: string
  readonly quantity: Quantity
  readonly momentMs: number
  readonly span: Span
  /** Of the cursor against the moment; null: none. */
  readonly offsetMs: number | null
  readonly point: (offsetMs: number | null) => void
}) => {
  const time = useTimeFormat()
  const range = { fromMs: momentMs - span.beforeMs, toMs: momentMs + span.afterMs }
  const read = useRead('compare.history', {
    deckId: side.deckId,
    meterId,
    quantities: [...quantity.keys],
    ...range,
    maxBuckets: buckets,
  })
  const title = `${quantity.label}, ${side.name}`
  if (read.step === 'failed')
    return (
      <Notice tone="warn" title={title}>
        {read.why}
      </Notice>
    )
  const { startMs = range.fromMs, bucketMs = 1000, columns = [] } = read.value ?? {}
  const times = (columns[0]?.buckets ?? []).map((_bucket, index) => startMs + index * bucketMs)
  const lines = columns.map((column, index): IncidentLine => ({
    key: column.quantity,
    label: quantity.labels[index] ?? column.quantity,
    unit: quantity.unit,
    values: column.buckets.map((bucket) => bucket?.[1] ?? null),
    colour: quantity.colours[index] ?? 'var(--ts-dim)',
  }))
  const known = lines.flatMap(({ values }) => values.filter((value): value is number => value !== null))
  const summary =
    known.length === 0
      ? 'nothing was recorded in this time.'
      : `${formatNumber(Math.min(...known), 1)} to ${formatNumber(Math.max(...known), 1)} ${quantity.unit}, means.`
  return (
    <IncidentChart
      title={title}
      summary={summary}
      times={times}
      lines={lines}
      range={range}
      momentMs={momentMs}
      cursorMs={offsetMs === null ? null : momentMs + offsetMs}
      onCursor={(atMs) => point(atMs === null ? null : atMs - momentMs)}
      clock={time.clock}
      fromZero={quantity.fromZero}
      height={210}
    />
  )
}

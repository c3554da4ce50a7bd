import 'uplot/dist/uPlot.min.css'
import { useMemo, useRef } from 'react'
import { formatPeriod } from '../format/duration.ts'
import { formatScaled } from '../format/quantity.ts'
import type { LimitLine } from './limit-lines.ts'
import { differenceText, type StripTraces } from './strip-data.ts'
import { readStrip, type StripReading } from './strip-reading.ts'
import { StripValues } from './strip-values.tsx'
import type { StripView, StripWindow } from './strip-view.ts'
import { summaryText } from './summary.ts'
import { TraceTable } from './trace-table.tsx'
import { useStripKeys } from './use-strip-keys.ts'
import { useStripPlot } from './use-strip-plot.ts'
import './charts.css'

export interface StripChartProps {
  readonly title: string
  /** The meter's own traces first, then those of the meter it is compared with. */
  readonly traces: readonly StripTraces[]
  readonly limits: readonly LimitLine[]
  /** "polled RMS, every 200 ms" */
  readonly evidence: string
  readonly shown: StripWindow
  readonly asTable: boolean
  readonly height: number
  readonly view: StripView
}

const captionOf = (evidence: string, { rows, data, scale }: StripReading): string => {
  const missing = Math.max(0, ...rows.map((row) => row.missing))
  const ranges = rows.map(({ label, min, max }) =>
    min === null || max === null
      ? `${label} no value`
      : `${label} ${formatScaled(min, scale)} to ${formatScaled(max, scale)}`,
  )
  const said = [evidence, ...ranges, `${data[0]?.atMs.length ?? 0} samples`].join(' · ')
  return missing === 0 ? said : `${said}, ${missing} missing`
}

/** What changed between the two cursors. */
const differenceOf = ({ series, now, before, at, scale }: StripReading, { time, markMs }: StripView): string => {
  if (markMs === null) return 'No second cursor: click, or M in a chart in focus, sets one'
  const said = series.map(
    ({ label }, index) => `${label} ${differenceText(before[index] ?? null, now[index] ?? null, scale)}`,
  )
  const lasting = formatPeriod(Math.abs(Math.round(at - markMs)))
  return `From ${time.clockTenths(markMs)} to ${time.clockTenths(at)} (${lasting}): ${said.join(', ')} ${scale.unit}`
}

const Tables = ({
  title,
  traces,
  view,
  reading,
}: Pick<StripChartProps, 'title' | 'traces' | 'view'> & { readonly reading: StripReading }) =>
  traces.map((entry, index) => (
    <TraceTable
      key={entry.name ?? ''}
      title={entry.name === null ? title : `${title}, ${entry.name}`}
      series={entry.series}
      data={reading.data[index] ?? { atMs: [], columns: {} }}
      fromMs={reading.range.fromMs}
      toMs={reading.range.toMs}
      time={view.time}
    />
  ))

/** Polled traces over time with their limits; drag, wheel and keys zoom and pan, a click sets the second cursor. */
export const StripChart = (props: StripChartProps) => {
  const { title, traces, limits, evidence, shown, asTable, height, view } = props
  const host = useRef<HTMLDivElement>(null)
  const { time } = view
  const series = useMemo(() => traces.flatMap((entry) => entry.series), [traces])
  useStripPlot(host, { traces, series, limits, shown, asTable, height, view })
  const reading = readStrip(traces, series, shown, view)
  const { spoken, onKey } = useStripKeys(traces, reading, view)
  const { range, rows, scale } = reading
  const windowText = `${time.clock(range.fromMs)} to ${time.clock(range.toMs)}`
  const limitsText = limits.map(({ label }) => ` ${label}.`).join('')
  const caption = captionOf(evidence, reading)
  return (
    <figure className="strip panel" aria-label={title}>
      <div className="strip-head">
        <h2>
          {title} <span className="dim">{scale.unit}</span>
        </h2>
        <StripValues
          traces={traces}
          values={reading.now}
          scale={scale}
          at={reading.isPointed ? time.clockTenths(reading.at) : 'latest'}
        />
      </div>
      {asTable ? (
        <Tables title={title} traces={traces} view={view} reading={reading} />
      ) : (
        <div
          ref={host}
          className="strip-plot"
          style={{ height }}
          role="img"
          tabIndex={0}
          aria-label={`${summaryText(title, evidence, windowText, rows)}${limitsText}`}
          onKeyDown={onKey}
        />
      )}
      <span className="sr-only" role="status">
        {spoken}
      </span>
      <figcaption className="dim">
        <span className="strip-caption" title={caption}>
          {caption}
        </span>
        <span className={`strip-caption strip-difference${view.markMs === null ? ' is-hint' : ''}`}>
          {differenceOf(reading, view)}
        </span>
      </figcaption>
    </figure>
  )
}

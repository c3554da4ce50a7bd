import 'uplot/dist/uPlot.min.css'
import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { formatPeriod } from '../format/duration.ts'
import { formatScaled, quantityUnit, scaleOf } from '../format/quantity.ts'
import type { LimitLine } from './limit-lines.ts'
import { steadyRange } from './steady-range.ts'
import { differenceText, sampleAt, type StripTraces } from './strip-data.ts'
import { shownRange, type StripView, type StripWindow } from './strip-view.ts'
import { StripValues } from './strip-values.tsx'
import { summarise, summaryText } from './summary.ts'
import { chartKey, panned, zoomed } from './time-range.ts'
import { nearestIndex, windowOf } from './trace-buffer.ts'
import { TraceTable } from './trace-table.tsx'
import { useStripPlot } from './use-strip-plot.ts'
import './charts.css'

/** Polled traces over time with their limits; drag, wheel and keys zoom and pan, a click sets the second cursor. */
export const StripChart = ({
  title,
  traces,
  limits,
  evidence,
  shown,
  asTable,
  height,
  view,
}: {
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
}) => {
  const host = useRef<HTMLDivElement>(null)
  const [spoken, setSpoken] = useState('')
  const { time, cursorMs, markMs } = view
  const series = useMemo(() => traces.flatMap((entry) => entry.series), [traces])
  useStripPlot(host, { traces, series, limits, shown, asTable, height, view })

  const range = shownRange(traces, shown, view)
  const { fromMs, toMs } = range
  const [first] = traces
  const data = traces.map((entry) => windowOf(entry.buffer.data(), fromMs, toMs))
  const rows = traces.flatMap((entry, index) => summarise(data[index] ?? { atMs: [], columns: {} }, entry.series))
  const known = rows.filter(({ min }) => min !== null)
  const [low, high] = steadyRange(
    known.length === 0 ? null : Math.min(...known.map(({ min }) => min ?? 0)),
    known.length === 0 ? null : Math.max(...known.map(({ max }) => max ?? 0)),
    quantityUnit(series[0]?.key ?? ''),
  )
  const scale = scaleOf(series[0]?.key ?? '', Math.max(Math.abs(low), Math.abs(high)))
  const inside = cursorMs !== null && cursorMs >= fromMs && cursorMs <= toMs ? cursorMs : null
  const at = inside ?? toMs
  const values = (ms: number | null) =>
    traces.flatMap((entry, index) =>
      entry.series.map(({ key }) => sampleAt(data[index] ?? { atMs: [], columns: {} }, key, ms)),
    )
  const now = inside === null ? rows.map(({ last }) => last) : values(inside)
  const before = values(markMs)

  const say = (ms: number) =>
    setSpoken(
      `${time.clockTenths(ms)}: ${series
        .map(({ label }, index) => {
          const value = values(ms)[index]
          return `${label} ${value == null ? 'no value' : `${formatScaled(value, scale)} ${scale.unit}`}`
        })
        .join(', ')}`,
    )
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const action = chartKey(event.key, event.shiftKey)
    if (action === null) return
    event.preventDefault()
    event.stopPropagation()
    const times = first?.buffer.data().atMs ?? []
    switch (action.kind) {
      case 'mark':
        return view.acts.mark(markMs === at ? null : at)
      case 'zoom': {
        const next = zoomed(range, at, action.factor, view.now())
        return view.acts.show(next.fromMs, next.toMs)
      }
      case 'pan': {
        const next = panned(range, action.share, view.now())
        return view.acts.show(next.fromMs, next.toMs)
      }
      default: {
        const visible = windowOf({ atMs: times, columns: {} }, fromMs, toMs).atMs
        const from = nearestIndex(times, at)
        const to =
          action.kind === 'edge'
            ? action.edge === 'first'
              ? visible[0]
              : visible.at(-1)
            : from === null
              ? undefined
              : times[Math.min(times.length - 1, Math.max(0, from + action.samples))]
        if (to === undefined) return
        view.acts.point(to)
        say(to)
      }
    }
  }

  const windowText = `${time.clock(fromMs)} to ${time.clock(toMs)}`
  const missing = Math.max(0, ...rows.map((row) => row.missing))
  const ranges = rows.map(({ label, min, max }) =>
    min === null || max === null
      ? `${label} no value`
      : `${label} ${formatScaled(min, scale)} to ${formatScaled(max, scale)}`,
  )
  const caption = `${[evidence, ...ranges, `${data[0]?.atMs.length ?? 0} samples`].join(' · ')}${missing === 0 ? '' : `, ${missing} missing`}`
  return (
    <figure className="strip panel" aria-label={title}>
      <div className="strip-head">
        <h2>
          {title} <span className="dim">{scale.unit}</span>
        </h2>
        <StripValues
          traces={traces}
          values={now}
          scale={scale}
          at={inside === null ? 'latest' : time.clockTenths(at)}
        />
      </div>
      {asTable ? (
        traces.map((entry, index) => (
          <TraceTable
            key={entry.name ?? ''}
            title={entry.name === null ? title : `${title}, ${entry.name}`}
            series={entry.series}
            data={data[index] ?? { atMs: [], columns: {} }}
            fromMs={fromMs}
            toMs={toMs}
            time={time}
          />
        ))
      ) : (
        <div
          ref={host}
          className="strip-plot"
          style={{ height }}
          role="img"
          tabIndex={0}
          aria-label={`${summaryText(title, evidence, windowText, rows)}${limits.map(({ label }) => ` ${label}.`).join('')}`}
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
        <span className="strip-caption strip-difference">
          {markMs === null
            ? 'No second cursor: click, or M in a chart in focus, sets one'
            : `From ${time.clockTenths(markMs)} to ${time.clockTenths(at)} (${formatPeriod(Math.abs(Math.round(at - markMs)))}): ${series
                .map(
                  ({ label }, index) => `${label} ${differenceText(before[index] ?? null, now[index] ?? null, scale)}`,
                )
                .join(', ')} ${scale.unit}`}
        </span>
      </figcaption>
    </figure>
  )
}

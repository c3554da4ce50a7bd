import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import type uPlot from 'uplot'
import { formatValue, quantityDigits, quantityUnit } from '../format/quantity.ts'
import { programNow, useNow } from '../state/clock.ts'
import { useColourScheme } from '../state/colour-scheme.ts'
import { pointAt, useCursor } from '../state/cursor.ts'
import { useSettings } from '../state/settings.ts'
import { useTimeFormat } from '../state/site-facts.ts'
import { frames } from './frame-scheduler.ts'
import { createPlot, type PlotSeries } from './plot.ts'
import { summarise, summaryText } from './summary.ts'
import { nearestIndex, windowOf, type TraceBuffer } from './trace-buffer.ts'
import { TraceTable } from './trace-table.tsx'
import './charts.css'
import { own } from '../../shared/own.ts'

/** What part of the time is shown: the last `windowMs` up to now or, while paused, up to `untilMs`. */
export interface StripWindow {
  readonly windowMs: number
  readonly untilMs: number | null
}

const shownRange = (buffer: TraceBuffer, { windowMs, untilMs }: StripWindow): { fromMs: number; toMs: number } => {
  const { zoom } = useCursor.getState()
  if (zoom !== null) return zoom
  const last = buffer.data().atMs.at(-1) ?? programNow()
  // A meter that fell silent must not freeze the picture: without samples the axis goes on with the clock.
  const toMs = untilMs ?? Math.max(last, programNow() - 2000)
  return { fromMs: toMs - windowMs, toMs }
}

export const StripChart = ({
  title,
  series,
  evidence,
  buffer,
  shown,
  asTable,
  height,
}: {
  readonly title: string
  readonly series: readonly PlotSeries[]
  /** "polled RMS, every 200 ms" */
  readonly evidence: string
  readonly buffer: TraceBuffer
  readonly shown: StripWindow
  readonly asTable: boolean
  readonly height: number
}) => {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const time = useTimeFormat()
  useNow() // Numbers and the summary follow twice a second; the traces at the polling rate.
  const cursorMs = useCursor((state) => state.atMs)
  const zoom = useCursor((state) => state.zoom)
  const colours = `${useColourScheme()} ${useSettings((state) => state.phaseColours)}`
  const unit = quantityUnit(series[0]?.key ?? '')
  const digits = quantityDigits(series[0]?.key ?? '')

  useEffect(() => {
    const element = host.current
    if (element === null || asTable) return
    const made = createPlot(element, { series, unit, digits, time, width: element.clientWidth, height })
    plot.current = made
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    resize.observe(element)
    return () => {
      resize.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [series, unit, digits, time, height, asTable])

  useEffect(() => {
    const draw = () => {
      const made = plot.current
      if (made === null) return
      const data = buffer.data()
      const { fromMs, toMs } = shownRange(buffer, shown)
      made.batch(() => {
        made.setData(
          [data.atMs as number[], ...series.map((entry) => (own(data.columns, entry.key) ?? []) as (number | null)[])],
          false,
        )
        made.setScale('x', { min: fromMs, max: toMs })
      })
    }
    const request = () => frames().request(draw)
    request()
    window.addEventListener('beforeprint', draw)
    window.addEventListener('afterprint', request)
    const stop = shown.untilMs === null ? buffer.onChange(request) : () => undefined
    return () => {
      stop()
      frames().cancel(draw)
      window.removeEventListener('beforeprint', draw)
      window.removeEventListener('afterprint', request)
    }
  }, [buffer, shown, series, zoom, colours, asTable, height])

  useEffect(() => {
    const made = plot.current
    if (made === null) return
    const { min, max } = made.scales.x ?? {}
    const visible = cursorMs !== null && min != null && max != null && cursorMs >= min && cursorMs <= max
    made.setCursor({ left: visible ? made.valToPos(cursorMs, 'x') : -10, top: visible ? 10 : -10 }, false)
  }, [cursorMs])

  const moveCursor = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const { atMs } = buffer.data()
    const { toMs } = shownRange(buffer, shown)
    const from = nearestIndex(atMs, cursorMs ?? toMs)
    const to =
      from === null ? undefined : atMs[Math.min(atMs.length - 1, Math.max(0, from + step * (event.shiftKey ? 10 : 1)))]
    if (to !== undefined) pointAt(to)
  }

  const { fromMs, toMs } = shownRange(buffer, shown)
  const data = windowOf(buffer.data(), fromMs, toMs)
  const rows = summarise(data, series)
  const windowText = `${time.clock(fromMs)} to ${time.clock(toMs)}`
  const cursorIndex =
    cursorMs === null || cursorMs < fromMs || cursorMs > toMs ? null : nearestIndex(data.atMs, cursorMs)
  const cursorTime = cursorIndex === null ? undefined : data.atMs[cursorIndex]
  return (
    <figure className="strip panel" aria-label={title}>
      <div className="strip-head">
        <h2>
          {title} <span className="dim">{unit}</span>
        </h2>
        <span className="strip-values">
          {series.map((entry, index) => {
            const value = cursorIndex === null ? rows[index]?.last : own(data.columns, entry.key)?.[cursorIndex]
            return (
              <span key={entry.key}>
                <span className="strip-swatch" style={{ background: `var(${entry.colour})` }} />
                {entry.label} <strong>{value == null ? '–' : formatValue(entry.key, value)}</strong>
              </span>
            )
          })}
          <span className="strip-at dim">{cursorTime === undefined ? 'latest' : time.clockTenths(cursorTime)}</span>
        </span>
      </div>
      {asTable ? (
        <TraceTable title={title} series={series} data={data} fromMs={fromMs} toMs={toMs} />
      ) : (
        <div
          ref={host}
          className="strip-plot"
          style={{ height }}
          role="img"
          tabIndex={0}
          aria-label={summaryText(title, unit, evidence, windowText, rows)}
          onKeyDown={moveCursor}
        />
      )}
      <figcaption className="dim">
        {evidence} ·{' '}
        {rows
          .map((row) =>
            row.min === null || row.max === null
              ? `${row.label} no value`
              : `${row.label} ${formatValue(row.key, row.min)} to ${formatValue(row.key, row.max)}`,
          )
          .join(' · ')}
        {' · '}
        {data.atMs.length} samples
        {Math.max(0, ...rows.map((row) => row.missing)) === 0
          ? ''
          : `, ${Math.max(...rows.map((row) => row.missing))} missing`}
      </figcaption>
    </figure>
  )
}

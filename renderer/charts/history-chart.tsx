import { useMemo, useState, type KeyboardEvent } from 'react'
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from 'recharts'
import { formatNumber } from '../format/number.ts'
import { formatQuantity, quantityUnit, scaleOf } from '../format/quantity.ts'
import type { TimeFormat } from '../format/time.ts'
import type { HistoryPoint } from './history-data.ts'
import type { PlotSeries } from './plot.ts'
import { steadyRange, ticksOf } from './steady-range.ts'
import { own } from '../../shared/own.ts'
import { chartKey } from './time-range.ts'
import { timeTicks } from './time-ticks.ts'
import { nearestIndex } from './trace-buffer.ts'
import './charts.css'

const dayMs = 86_400_000
const tickStyle = { fill: 'var(--ts-dim)', fontSize: 11 }

/** Mean as a line inside the band of lowest to highest, per quantity, at most 600 points; drag to zoom. */
export const HistoryChart = ({
  series,
  points,
  fromMs,
  toMs,
  label,
  zoom,
  height,
  time,
  cursorMs,
  point,
}: {
  readonly series: readonly PlotSeries[]
  readonly points: readonly HistoryPoint[]
  readonly fromMs: number
  readonly toMs: number
  /** The chart in words. */
  readonly label: string
  readonly zoom: (fromMs: number, toMs: number) => void
  readonly height: number
  readonly time: TimeFormat
  readonly cursorMs: number | null
  /** A person points at a time, by mouse or key. */
  readonly point: (atMs: number) => void
}) => {
  const [spoken, setSpoken] = useState('')
  const [dragMs, setDragMs] = useState<number | null>(null)
  const rows = useMemo(
    () =>
      points.map((point, index) => ({
        atMs: point.atMs,
        ...Object.fromEntries(
          series.flatMap(({ key }) => {
            const bucket = own(point.values, key) ?? null
            // A value between two gaps has no line to either side: it is drawn as a dot, or nobody would see it.
            const isAlone =
              bucket !== null &&
              own(points[index - 1]?.values, key) == null &&
              own(points[index + 1]?.values, key) == null
            return [
              [`${key} alone`, isAlone ? bucket[1] : null],
              [`${key} mean`, bucket === null ? null : bucket[1]],
              [`${key} band`, bucket === null ? null : [bucket[0], bucket[2]]],
            ]
          }),
        ),
      })),
    [points, series],
  )
  const marks = useMemo(() => [...timeTicks(fromMs, toMs, time.offsetAt)], [fromMs, toMs, time])
  const unit = quantityUnit(series[0]?.key ?? '')
  const domain = useMemo(() => {
    const buckets = points.flatMap((point) => series.flatMap(({ key }) => own(point.values, key) ?? []))
    const known = points
      .flatMap((point) => series.map(({ key }) => own(point.values, key) ?? null))
      .filter((bucket) => bucket !== null)
    return buckets.length === 0
      ? steadyRange(null, null, unit)
      : steadyRange(Math.min(...known.map((bucket) => bucket[0])), Math.max(...known.map((bucket) => bucket[2])), unit)
  }, [points, series, unit])
  const scale = scaleOf(series[0]?.key ?? '', Math.max(Math.abs(domain[0]), Math.abs(domain[1])))
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || points.length === 0) return
    const action = chartKey(event.key, event.shiftKey)
    if (action === null || action.kind === 'mark') return
    event.preventDefault()
    event.stopPropagation()
    const at = cursorMs ?? toMs
    if (action.kind === 'zoom') {
      const half = ((toMs - fromMs) * action.factor) / 2
      const middle = cursorMs !== null && cursorMs >= fromMs && cursorMs <= toMs ? cursorMs : (fromMs + toMs) / 2
      return zoom(middle - half, middle + half)
    }
    if (action.kind === 'pan') {
      const by = (toMs - fromMs) * action.share
      return zoom(fromMs + by, toMs + by)
    }
    const times = points.map(({ atMs }) => atMs)
    const from = nearestIndex(times, at) ?? 0
    const to =
      action.kind === 'edge'
        ? action.edge === 'first'
          ? 0
          : points.length - 1
        : Math.max(0, Math.min(points.length - 1, from + action.samples))
    const next = points[to]
    if (next === undefined) return
    point(next.atMs)
    setSpoken(
      `${time.dateTime(next.atMs)}: ${series
        .map(({ key, label: name }) => {
          const bucket = own(next.values, key) ?? null
          return bucket === null ? `${name} no value` : `${name} mean ${formatQuantity(key, bucket[1])}`
        })
        .join(', ')}`,
    )
  }
  const inside = cursorMs !== null && cursorMs >= fromMs && cursorMs <= toMs

  return (
    <>
      <span className="sr-only" role="status">
        {spoken}
      </span>
      <div className="history-plot" role="img" tabIndex={0} aria-label={label} style={{ height }} onKeyDown={onKey}>
        <ResponsiveContainer width="100%" height={height}>
          <ComposedChart
            data={rows}
            accessibilityLayer={false}
            margin={{ top: 6, right: 12, bottom: 0, left: 0 }}
            onMouseMove={(state) => {
              if (state.activeLabel !== undefined) point(Number(state.activeLabel))
            }}
            onMouseLeave={() => setDragMs(null)}
            onMouseDown={(state) => setDragMs(state.activeLabel === undefined ? null : Number(state.activeLabel))}
            onMouseUp={(state) => {
              if (dragMs !== null && state.activeLabel !== undefined) {
                const at = Number(state.activeLabel)
                if (Math.abs(at - dragMs) >= 2000) zoom(Math.min(at, dragMs), Math.max(at, dragMs))
              }
              setDragMs(null)
            }}
          >
            <CartesianGrid stroke="var(--ts-line)" vertical={false} />
            <XAxis
              dataKey="atMs"
              type="number"
              scale="time"
              domain={[fromMs, toMs]}
              allowDataOverflow
              tick={tickStyle}
              stroke="var(--ts-line-strong)"
              ticks={marks}
              minTickGap={24}
              tickFormatter={(at: number) =>
                toMs - fromMs > 2 * dayMs
                  ? time.dateTime(at).slice(5, 16)
                  : toMs - fromMs > 900_000
                    ? time.minute(at)
                    : time.clock(at)
              }
            />
            <YAxis
              domain={domain}
              ticks={ticksOf(domain)}
              allowDataOverflow
              width={64}
              tick={tickStyle}
              stroke="var(--ts-line-strong)"
              tickFormatter={(value: number) => {
                const scaled = Number((value * scale.factor).toFixed(6))
                return `${formatNumber(scaled, Number.isInteger(scaled) ? 0 : Math.max(1, scale.digits))}${scale.unit === '' ? '' : ` ${scale.unit}`}`
              }}
            />
            {series.map((entry) => (
              <Area
                key={`${entry.key} band`}
                dataKey={`${entry.key} band`}
                stroke="none"
                fill={`var(${entry.colour})`}
                fillOpacity={0.22}
                connectNulls={false}
                isAnimationActive={false}
                activeDot={false}
              />
            ))}
            {series.map((entry) => (
              <Line
                key={`${entry.key} mean`}
                dataKey={`${entry.key} mean`}
                stroke={`var(${entry.colour})`}
                strokeWidth={1.4}
                dot={false}
                activeDot={false}
                connectNulls={false}
                isAnimationActive={false}
              />
            ))}
            {series.map((entry) => (
              <Line
                key={`${entry.key} alone`}
                dataKey={`${entry.key} alone`}
                stroke="none"
                dot={{ r: 2, fill: `var(${entry.colour})`, stroke: 'none' }}
                activeDot={false}
                connectNulls={false}
                isAnimationActive={false}
              />
            ))}
            {inside ? <ReferenceLine x={cursorMs} stroke="var(--ts-text)" /> : null}
            {dragMs !== null && cursorMs !== null ? (
              <ReferenceArea
                x1={Math.min(dragMs, cursorMs)}
                x2={Math.max(dragMs, cursorMs)}
                fill="var(--ts-focus)"
                fillOpacity={0.2}
              />
            ) : null}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
    </>
  )
}

import { useMemo, useState } from 'react'
import {
  CartesianGrid,
  ComposedChart,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  XAxis,
  YAxis,
  type MouseHandlerDataParam,
} from 'recharts'
import { formatNumber } from '../format/number.ts'
import { scaleOf, type Scale } from '../format/quantity.ts'
import type { TimeFormat } from '../format/time.ts'
import { historyLayers } from './history-layers.tsx'
import { historyDomain, historyRows } from './history-rows.ts'
import { ticksOf } from './steady-range.ts'
import { timeTicks } from './time-ticks.ts'
import { useHistoryKeys, type HistoryKeys } from './use-history-keys.ts'
import './charts.css'

const dayMs = 86_400_000
/** A hand that drags over less than this meant no zoom, ms. */
const leastZoomMs = 2000
const tickStyle = { fill: 'var(--ts-dim)', fontSize: 11 }
const axisLook = { tick: tickStyle, stroke: 'var(--ts-line-strong)' }

export interface HistoryChartProps extends HistoryKeys {
  /** The chart in words. */
  readonly label: string
  readonly height: number
}

const timeText =
  (time: TimeFormat, lengthMs: number) =>
  (at: number): string => {
    if (lengthMs > 2 * dayMs) return time.dateTime(at).slice(5, 16)
    return lengthMs > 900_000 ? time.minute(at) : time.clock(at)
  }

const valueText =
  ({ factor, digits, unit }: Scale) =>
  (value: number): string => {
    const scaled = Number((value * factor).toFixed(6))
    const text = formatNumber(scaled, Number.isInteger(scaled) ? 0 : Math.max(1, digits))
    return unit === '' ? text : `${text} ${unit}`
  }

/** A drag from one time to another zooms between them. */
const useDragZoom = ({ zoom, point }: HistoryKeys) => {
  const [dragMs, setDragMs] = useState<number | null>(null)
  const timeOf = ({ activeLabel }: MouseHandlerDataParam): number | null =>
    activeLabel === undefined ? null : Number(activeLabel)
  return {
    dragMs,
    mouse: {
      onMouseMove: (state: MouseHandlerDataParam) => {
        const at = timeOf(state)
        if (at !== null) point(at)
      },
      onMouseLeave: () => setDragMs(null),
      onMouseDown: (state: MouseHandlerDataParam) => setDragMs(timeOf(state)),
      onMouseUp: (state: MouseHandlerDataParam) => {
        const at = timeOf(state)
        if (dragMs !== null && at !== null && Math.abs(at - dragMs) >= leastZoomMs)
          zoom(Math.min(at, dragMs), Math.max(at, dragMs))
        setDragMs(null)
      },
    },
  }
}

const HistoryPlot = (props: HistoryChartProps) => {
  const { series, points, fromMs, toMs, height, time, cursorMs } = props
  const { dragMs, mouse } = useDragZoom(props)
  const rows = useMemo(() => historyRows(points, series), [points, series])
  const marks = useMemo(() => [...timeTicks(fromMs, toMs, time.offsetAt)], [fromMs, toMs, time])
  const domain = useMemo(() => historyDomain(points, series), [points, series])
  const scale = scaleOf(series[0]?.key ?? '', Math.max(Math.abs(domain[0]), Math.abs(domain[1])))
  const inside = cursorMs !== null && cursorMs >= fromMs && cursorMs <= toMs
  return (
    <ResponsiveContainer width="100%" height={height}>
      <ComposedChart
        data={rows}
        accessibilityLayer={false}
        margin={{ top: 6, right: 12, bottom: 0, left: 0 }}
        {...mouse}
      >
        <CartesianGrid stroke="var(--ts-line)" vertical={false} />
        <XAxis
          {...axisLook}
          dataKey="atMs"
          type="number"
          scale="time"
          domain={[fromMs, toMs]}
          allowDataOverflow
          ticks={marks}
          minTickGap={24}
          tickFormatter={timeText(time, toMs - fromMs)}
        />
        <YAxis
          {...axisLook}
          domain={domain}
          ticks={ticksOf(domain)}
          allowDataOverflow
          width={64}
          tickFormatter={valueText(scale)}
        />
        {historyLayers(series)}
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
  )
}

/** Mean as a line inside the band of lowest to highest, per quantity, at most 600 points; drag to zoom. */
export const HistoryChart = (props: HistoryChartProps) => {
  const { label, height } = props
  const { spoken, onKey } = useHistoryKeys(props)
  return (
    <>
      <span className="sr-only" role="status">
        {spoken}
      </span>
      <div className="history-plot" role="img" tabIndex={0} aria-label={label} style={{ height }} onKeyDown={onKey}>
        <HistoryPlot {...props} />
      </div>
    </>
  )
}

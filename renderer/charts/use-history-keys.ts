import { useState, type KeyboardEvent } from 'react'
import { own } from '../../shared/own.ts'
import { formatQuantity } from '../format/quantity.ts'
import type { TimeFormat } from '../format/time.ts'
import type { HistoryPoint } from './history-data.ts'
import type { PlotSeries } from './plot.ts'
import { chartKey } from './time-range.ts'
import { nearestIndex } from './trace-buffer.ts'

export interface HistoryKeys {
  readonly series: readonly PlotSeries[]
  readonly points: readonly HistoryPoint[]
  readonly fromMs: number
  readonly toMs: number
  readonly zoom: (fromMs: number, toMs: number) => void
  readonly time: TimeFormat
  readonly cursorMs: number | null
  readonly point: (atMs: number) => void
}

const spokenOf = ({ values, atMs }: HistoryPoint, series: readonly PlotSeries[], time: TimeFormat): string => {
  const said = series.map(({ key, label }) => {
    const bucket = own(values, key) ?? null
    return bucket === null ? `${label} no value` : `${label} mean ${formatQuantity(key, bucket[1])}`
  })
  return `${time.dateTime(atMs)}: ${said.join(', ')}`
}

/** The point a key leads to. */
const stepTo = (
  { points, cursorMs, toMs }: HistoryKeys,
  action: Extract<NonNullable<ReturnType<typeof chartKey>>, { kind: 'edge' | 'move' }>,
): HistoryPoint | undefined => {
  const last = points.length - 1
  if (action.kind === 'edge') return points[action.edge === 'first' ? 0 : last]
  const times = points.map(({ atMs }) => atMs)
  const from = nearestIndex(times, cursorMs ?? toMs) ?? 0
  return points[Math.max(0, Math.min(last, from + action.samples))]
}

/** Keys of a history chart: arrows point, and what is pointed at is spoken; plus and minus zoom, page keys move. */
export const useHistoryKeys = (keys: HistoryKeys) => {
  const { series, points, fromMs, toMs, zoom, time, cursorMs, point } = keys
  const [spoken, setSpoken] = useState('')
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || points.length === 0) return
    const action = chartKey(event.key, event.shiftKey)
    if (action === null || action.kind === 'mark') return
    event.preventDefault()
    event.stopPropagation()
    if (action.kind === 'zoom') {
      const half = ((toMs - fromMs) * action.factor) / 2
      const middle = cursorMs !== null && cursorMs >= fromMs && cursorMs <= toMs ? cursorMs : (fromMs + toMs) / 2
      return zoom(middle - half, middle + half)
    }
    if (action.kind === 'pan') {
      const by = (toMs - fromMs) * action.share
      return zoom(fromMs + by, toMs + by)
    }
    const next = stepTo(keys, action)
    if (next === undefined) return
    point(next.atMs)
    setSpoken(spokenOf(next, series, time))
  }
  return { spoken, onKey }
}

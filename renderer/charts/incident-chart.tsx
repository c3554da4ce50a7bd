import { useMemo, useState, type KeyboardEvent } from 'react'
import { incidentAxes, nearestTime, shownOf, type IncidentLine } from './incident-axes.ts'
import { IncidentLegend, IncidentPicture, IncidentScale } from './incident-picture.tsx'
import './incident-chart.css'

export type { IncidentLine } from './incident-axes.ts'

export interface IncidentChartProps {
  readonly title: string
  readonly summary: string
  readonly times: readonly number[]
  readonly lines: readonly IncidentLine[]
  readonly range: { readonly fromMs: number; readonly toMs: number }
  readonly momentMs: number
  readonly cursorMs: number | null
  readonly onCursor: (atMs: number | null) => void
  readonly clock: (ms: number) => string
  readonly levels?: readonly { readonly value: number; readonly label: string }[]
  readonly height?: number
  readonly fromZero?: boolean
}

/**
 * Readings around a moment on one axis of time, with the moment and a cursor. Drawn as SVG with a summary in words; its table form is the
 * caller's. `fromZero`: the axis of values begins at 0.
 */
export const IncidentChart = (props: IncidentChartProps) => {
  const { title, summary, times, lines, range, momentMs, cursorMs, onCursor, clock } = props
  const { levels = [], height = 170, fromZero = true } = props
  const [isFocused, setFocused] = useState(false)
  const { fromMs, toMs } = range
  const shown = useMemo(() => shownOf(times, lines, { fromMs, toMs }), [times, lines, fromMs, toMs])
  const values = levels.map(({ value }) => value)
  const axes = incidentAxes(shown.lines, range, values, { height, fromZero })
  const atCursor = cursorMs === null ? null : nearestTime(shown.times, cursorMs)
  const index = atCursor === null ? -1 : shown.times.indexOf(atCursor)
  const point = (ms: number | null): void => onCursor(ms === null ? null : nearestTime(shown.times, ms))
  const move = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (by === 0) return
    event.preventDefault()
    const from = index < 0 ? shown.times.findIndex((at) => at >= momentMs) : index
    const to = Math.max(0, Math.min(shown.times.length - 1, from + by * (event.shiftKey ? 10 : 1)))
    onCursor(shown.times[to] ?? null)
  }
  return (
    <figure className="incident-chart">
      <figcaption>
        <strong>{title}</strong> <span className="dim">{summary}</span>
      </figcaption>
      <div
        // A chart is moved through with the arrow keys, as the strips are.
        tabIndex={0}
        role="group"
        aria-label={`${title}: ${summary} Arrow keys move the time cursor.`}
        onKeyDown={move}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        className={isFocused ? 'is-focused' : ''}
      >
        <IncidentPicture
          axes={axes}
          times={shown.times}
          lines={shown.lines}
          levels={levels}
          momentMs={momentMs}
          cursorMs={atCursor}
          height={height}
          point={point}
        />
        <IncidentScale axes={axes} clock={clock} />
      </div>
      <IncidentLegend lines={shown.lines} index={index} cursor={atCursor === null ? null : clock(atCursor)} />
    </figure>
  )
}

import 'uplot/dist/uPlot.min.css'
import { useRef, type KeyboardEvent, type PointerEvent, type RefObject } from 'react'
import type uPlot from 'uplot'
import { formatNumber } from '../format/number.ts'
import type { ScopeChartProps } from './scope-props.ts'
import { chartKey } from './time-range.ts'
import { useScopePlot, type Drag } from './use-scope-plot.ts'
import './charts.css'

export type { ScopeChartProps, ScopeCursors } from './scope-props.ts'

/** A hand that moves less than this clicks. */
const clickPx = 4

const toggleMark = ({ cursors, fromMs, toMs }: ScopeChartProps, at: number): void => {
  const { markMs } = cursors
  cursors.mark(markMs !== null && Math.abs(at - markMs) < (toMs - fromMs) / 100 ? null : at)
}

const onKey = (props: ScopeChartProps, event: KeyboardEvent): void => {
  const { cursors, fromMs, toMs, pan, zoom, buffer } = props
  if (event.ctrlKey || event.altKey || event.metaKey) return
  const action = chartKey(event.key, event.shiftKey)
  if (action === null || (action.kind === 'pan' && pan === null)) return
  event.preventDefault()
  event.stopPropagation()
  const pointed = cursors.pointMs ?? 0
  if (action.kind === 'pan') return pan?.(action.share * (toMs - fromMs))
  if (action.kind === 'zoom') return zoom(action.factor, pointed)
  if (action.kind === 'mark') return toggleMark(props, pointed)
  if (action.kind === 'edge') return cursors.point(action.edge === 'first' ? fromMs : toMs)
  const step = buffer.picture()?.stepMs ?? (toMs - fromMs) / 500
  cursors.point(Math.max(fromMs, Math.min(toMs, pointed + action.samples * step)))
}

/** Dragging moves a paused picture, a click sets the second cursor. */
const pointerHandlers = (props: ScopeChartProps, drag: RefObject<Drag | null>, plot: RefObject<uPlot | null>) => ({
  onPointerDown: (event: PointerEvent) => {
    drag.current = { x: event.clientX, moved: false }
  },
  onPointerMove: (event: PointerEvent) => {
    const held = drag.current
    if (held === null || props.pan === null || event.buttons === 0) return
    const moved = event.clientX - held.x
    if (!held.moved && Math.abs(moved) < clickPx) return
    drag.current = { x: event.clientX, moved: true }
    props.pan((-moved / Math.max(1, plot.current?.over.clientWidth ?? 1)) * (props.toMs - props.fromMs))
  },
  onPointerUp: (event: PointerEvent) => {
    const held = drag.current
    const made = plot.current
    drag.current = null
    if (held === null || made === null || held.moved || Math.abs(event.clientX - held.x) >= clickPx) return
    toggleMark(props, made.posToVal(event.clientX - made.over.getBoundingClientRect().left, 'x'))
  },
})

/** Sampled waves over milliseconds, held still by their trigger. The mouse points, a click or `m` sets the second cursor, arrows move; the wheel zooms. */
export const ScopeChart = (props: ScopeChartProps) => {
  const { title, unit, series, fromMs, toMs, evidence, height } = props
  const host = useRef<HTMLDivElement>(null)
  const drag = useRef<Drag | null>(null)
  const plot = useScopePlot(host, drag, props)
  const labels = series.map(({ label }) => label).join(', ')
  return (
    <figure className="strip panel" aria-label={title}>
      <div className="strip-head">
        <h2>
          {title} <span className="dim">{unit}</span>
        </h2>
        <span className="dim">{evidence}</span>
      </div>
      <div
        ref={host}
        className="strip-plot"
        style={{ height }}
        role="img"
        tabIndex={0}
        aria-label={`${title}: ${labels} from ${formatNumber(fromMs, 1)} to ${formatNumber(toMs, 1)} ms around the trigger, ${evidence}. Values stand in the table beside it.`}
        onKeyDown={(event) => onKey(props, event)}
        {...pointerHandlers(props, drag, plot)}
      />
    </figure>
  )
}

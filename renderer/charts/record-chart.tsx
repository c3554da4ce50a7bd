import 'uplot/dist/uPlot.min.css'
import { useRef, type KeyboardEvent, type PointerEvent, type RefObject } from 'react'
import type uPlot from 'uplot'
import { secondsText, spanWithin, zoomedSpan } from './record-data.ts'
import type { RecordChartProps, RecordFrame } from './record-frame.ts'
import { chartKey } from './time-range.ts'
import { useRecordPlot, type Drag } from './use-record-plot.ts'
import './charts.css'

export type { RecordChartProps, RecordFrame } from './record-frame.ts'

/** A hand that moves less than this clicks. */
const clickPx = 4

const toggleMark = ({ span, markS, mark }: RecordFrame, at: number): void =>
  mark(markS !== null && Math.abs(at - markS) < (span.toS - span.fromS) / 100 ? null : at)

/** Arrows point, plus and minus zoom, page keys move, `m` sets the second cursor. */
const onKey = (frame: RecordFrame, event: KeyboardEvent): void => {
  if (event.ctrlKey || event.altKey || event.metaKey) return
  const action = chartKey(event.key, event.shiftKey)
  if (action === null) return
  event.preventDefault()
  event.stopPropagation()
  const { span, durationS, leastS } = frame
  const length = span.toS - span.fromS
  const pointed = frame.pointS ?? (span.fromS + span.toS) / 2
  switch (action.kind) {
    case 'zoom':
      return frame.show(zoomedSpan(span, pointed, action.factor, durationS, leastS))
    case 'pan':
      return frame.show(spanWithin(span.fromS + action.share * length, length, durationS, leastS))
    case 'mark':
      return toggleMark(frame, pointed)
    case 'edge':
      return frame.point(action.edge === 'first' ? span.fromS : span.toS)
    case 'move':
      return frame.point(Math.max(span.fromS, Math.min(span.toS, pointed + (action.samples * length) / 500)))
  }
}

/** Dragging moves what is shown, a click sets the second cursor. */
const pointerHandlers = (frame: RecordFrame, drag: RefObject<Drag | null>, plot: RefObject<uPlot | null>) => ({
  onPointerDown: (event: PointerEvent) => {
    drag.current = { x: event.clientX, span: frame.span, moved: false }
  },
  onPointerMove: (event: PointerEvent) => {
    const held = drag.current
    const made = plot.current
    if (held === null || made === null || event.buttons === 0) return
    const moved = event.clientX - held.x
    if (!held.moved && Math.abs(moved) < clickPx) return
    held.moved = true
    const length = held.span.toS - held.span.fromS
    const by = (moved / Math.max(1, made.over.clientWidth)) * length
    frame.show(spanWithin(held.span.fromS - by, length, frame.durationS, frame.leastS))
  },
  onPointerUp: (event: PointerEvent) => {
    const held = drag.current
    const made = plot.current
    drag.current = null
    if (held === null || made === null || held.moved) return
    toggleMark(frame, made.posToVal(event.clientX - made.over.getBoundingClientRect().left, 'x'))
  },
})

/** Samples of a recording over seconds: the wheel zooms around the pointer, dragging moves, a click or `m` sets the second cursor. */
export const RecordChart = (props: RecordChartProps) => {
  const { title, unit, series, evidence, frame, height } = props
  const host = useRef<HTMLDivElement>(null)
  const drag = useRef<Drag | null>(null)
  const plot = useRecordPlot(host, drag, props)
  const { fromS, toS } = frame.span
  const names = series.map(({ label }) => label).join(', ')
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
        aria-label={`${title}: ${names} from ${secondsText(fromS, toS - fromS)} to ${secondsText(toS, toS - fromS)}, ${evidence}. Values stand in the table beside it.`}
        onKeyDown={(event) => onKey(frame, event)}
        {...pointerHandlers(frame, drag, plot)}
      />
    </figure>
  )
}

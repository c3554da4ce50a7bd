import { useEffect, useRef, type RefObject } from 'react'
import type uPlot from 'uplot'
import { followWidth } from './plot.ts'
import { setPlotRedraw } from './canvas-svg.ts'
import { frames } from './frame-scheduler.ts'
import { spanWithin, zoomedSpan, type SpanS } from './record-data.ts'
import type { RecordChartProps, RecordFrame } from './record-frame.ts'
import { createRecordPlot, joinedLines, placeCursor } from './record-plot.ts'
import { wheelFactor } from './time-range.ts'

/** What the hand holds while it moves what is shown. */
export interface Drag {
  readonly x: number
  readonly span: SpanS
  moved: boolean
}

/** The wheel zooms around the pointer, sideways it moves. */
const turned = (plot: uPlot, { span, durationS, leastS, show }: RecordFrame, event: WheelEvent): void => {
  const around = plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, 'x')
  const length = span.toS - span.fromS
  if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    const by = (((event.deltaX || event.deltaY) / 100) * length) / 8
    return show(spanWithin(span.fromS + by, length, durationS, leastS))
  }
  show(zoomedSpan(span, around, wheelFactor(event.deltaY), durationS, leastS))
}

/** Keeps a plot in the host element: made once a set of traces, drawn when data, span or cursors change. */
export const useRecordPlot = (
  host: RefObject<HTMLDivElement | null>,
  drag: RefObject<Drag | null>,
  props: RecordChartProps,
): RefObject<uPlot | null> => {
  const { unit, series, groups, frame, height, isRms, colours } = props
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    const element = host.current
    if (element === null) return
    const isDragging = () => drag.current?.moved === true
    const made = createRecordPlot(element, { series, height }, () => latest.current, isDragging)
    setPlotRedraw(made)
    plot.current = made
    const wheel = (event: WheelEvent) => {
      event.preventDefault()
      turned(made, latest.current.frame, event)
    }
    element.addEventListener('wheel', wheel, { passive: false })
    const stopFollowing = followWidth(made, element, height)
    return () => {
      element.removeEventListener('wheel', wheel)
      stopFollowing()
      made.destroy()
      plot.current = null
    }
  }, [series, unit, height, host, drag])

  useEffect(() => {
    const draw = () => {
      const traces = series.map(({ key }) => Number(key))
      plot.current?.setData(joinedLines(groups, traces))
    }
    frames().request(draw)
    return () => frames().cancel(draw)
  }, [groups, series, height, isRms, unit])
  useEffect(() => {
    const made = plot.current
    if (made === null) return
    made.setScale('x', { min: frame.span.fromS, max: frame.span.toS })
    if (!made.over.matches(':hover')) placeCursor(made, frame.pointS)
  }, [frame.span, frame.pointS])
  useEffect(() => {
    plot.current?.redraw(false)
  }, [frame.markS, frame.triggerS, colours])
  return plot
}

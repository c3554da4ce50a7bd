import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import uPlot from 'uplot'
import { formatNumber } from '../format/number.ts'
import { setPlotRedraw } from './canvas-svg.ts'
import { frames } from './frame-scheduler.ts'
import { drawMark } from './limit-lines.ts'
import { axisFont, cssColour, drawLabels, type PlotSeries } from './plot.ts'
import {
  recordLines,
  recordRange,
  secondsText,
  snapped,
  spanWithin,
  zoomedSpan,
  type RecordGroup,
  type SpanS,
} from './record-data.ts'
import { chartKey, wheelFactor } from './time-range.ts'
import './charts.css'

/** Cursors and span that all plots of a recording have in common, seconds from its first sample. */
export interface RecordFrame {
  readonly span: SpanS
  readonly durationS: number
  /** A shorter span shows nothing more. */
  readonly leastS: number
  readonly pointS: number | null
  readonly markS: number | null
  readonly triggerS: number | null
  /** Where a digital channel changes: the cursor snaps to them. */
  readonly transitions: readonly number[]
  readonly show: (span: SpanS) => void
  readonly point: (s: number | null) => void
  readonly mark: (s: number | null) => void
}

export interface RecordChartProps {
  readonly title: string
  readonly unit: string
  /** `key` is the trace's number. */
  readonly series: readonly PlotSeries[]
  readonly groups: readonly RecordGroup[]
  /** "sampled by ..., 10 kS/s": what kind of truth this is. */
  readonly evidence: string
  readonly frame: RecordFrame
  readonly height: number
  /** RMS values: the scale begins at zero. */
  readonly isRms: boolean
  /** Changes with theme and phase colours. */
  readonly colours: string
}

/** Points from the cursor to a transition within which it snaps. */
const snapPx = 7
const digitsOf = (ticks: readonly number[]): number => {
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0))
  return step >= 1 || step === 0 ? 0 : Math.min(6, Math.ceil(-Math.log10(step)))
}

const placeCursor = (plot: uPlot, s: number | null): void => {
  const { min, max } = plot.scales['x'] ?? {}
  const isVisible = s !== null && min != null && max != null && s >= min && s <= max
  plot.setCursor({ left: isVisible ? plot.valToPos(s, 'x') : -10, top: isVisible ? 10 : -10 }, false)
}

const scaleOf = (groups: readonly RecordGroup[], series: readonly PlotSeries[], isRms: boolean): [number, number] => {
  const found = recordRange(
    groups,
    series.map(({ key }) => Number(key)),
  )
  if (found === null) return [-1, 1]
  const [low, high] = found
  const room = (high - low || Math.abs(high) || 1) * 0.06
  return isRms ? [Math.min(0, low), high + room] : [low - room, high + room]
}

/** Lines of traces whose points have different times, on one axis: where a trace has no point of its own its line goes on. */
const joinedLines = (groups: readonly RecordGroup[], traces: readonly number[]): uPlot.AlignedData => {
  const tables = groups.flatMap((group) => {
    const own = traces.filter((trace) => group.traces.has(trace))
    return own.length === 0 || group.times.length === 0 ? [] : [{ own, lines: recordLines(group, own) }]
  })
  const [first] = tables
  if (first === undefined) return [[], ...traces.map(() => [])]
  const joined = tables.length === 1 ? first.lines : uPlot.join(tables.map(({ lines }) => lines as uPlot.AlignedData))
  const order = tables.flatMap(({ own }) => own)
  const xs = joined[0] ?? []
  // A series may have no points yet: its recording is still being asked.
  return [
    xs,
    ...traces.map((trace) =>
      order.includes(trace) ? (joined[order.indexOf(trace) + 1] ?? []) : Array.from(xs, () => null),
    ),
  ] as uPlot.AlignedData
}

/** Samples of a recording over seconds: the wheel zooms around the pointer, dragging moves, a click or `m` sets the second cursor. */
export const RecordChart = (props: RecordChartProps) => {
  const { title, unit, series, groups, evidence, frame, height, isRms, colours } = props
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(props)
  const drag = useRef<{ readonly x: number; readonly span: SpanS; moved: boolean } | null>(null)
  useEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    const element = host.current
    if (element === null) return
    const dim = () => cssColour(element, '--ts-dim')
    const line = () => cssColour(element, '--ts-line')
    const axis = {
      stroke: dim,
      font: axisFont,
      grid: { stroke: line, width: 1 },
      ticks: { stroke: line, width: 1, size: 4 },
    }
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        padding: [6, 60, 0, 0],
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
        scales: {
          x: { time: false, range: () => [latest.current.frame.span.fromS, latest.current.frame.span.toS] },
          y: { range: () => scaleOf(latest.current.groups, series, latest.current.isRms) },
        },
        axes: [
          {
            ...axis,
            size: 24,
            space: 80,
            values: (_plot, ticks) =>
              ticks.map((tick) => secondsText(tick, latest.current.frame.span.toS - latest.current.frame.span.fromS)),
          },
          {
            ...axis,
            size: 58,
            space: 28,
            values: (_plot, ticks) => ticks.map((tick) => formatNumber(tick, digitsOf(ticks))),
          },
        ],
        series: [
          {},
          ...series.map((entry) => ({
            label: entry.label,
            scale: 'y',
            width: 1.25,
            spanGaps: false,
            points: { show: false },
            ...(entry.isBroken === true ? { dash: [4, 3] } : {}),
            stroke: () => cssColour(element, entry.colour),
          })),
        ],
        hooks: {
          draw: [
            drawLabels(element, series),
            (each) => drawMark(each, latest.current.frame.markS, cssColour(element, '--ts-focus')),
            (each) => drawMark(each, latest.current.frame.triggerS, cssColour(element, '--ts-text')),
          ],
          setCursor: [
            (each) => {
              if (!each.over.matches(':hover') || drag.current?.moved === true) return
              const { left } = each.cursor
              const { frame: now } = latest.current
              if (left == null || left < 0) return now.point(null)
              const within = each.posToVal(left + snapPx, 'x') - each.posToVal(left, 'x')
              now.point(snapped(each.posToVal(left, 'x'), now.transitions, within))
            },
          ],
        },
      },
      [[], ...series.map(() => [])],
      element,
    )
    setPlotRedraw(made)
    plot.current = made
    const wheel = (event: WheelEvent) => {
      event.preventDefault()
      const { frame: now } = latest.current
      const around = made.posToVal(event.clientX - made.over.getBoundingClientRect().left, 'x')
      const length = now.span.toS - now.span.fromS
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
        now.show(
          spanWithin(
            now.span.fromS + (((event.deltaX || event.deltaY) / 100) * length) / 8,
            length,
            now.durationS,
            now.leastS,
          ),
        )
      else now.show(zoomedSpan(now.span, around, wheelFactor(event.deltaY), now.durationS, now.leastS))
    }
    element.addEventListener('wheel', wheel, { passive: false })
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    resize.observe(element)
    return () => {
      element.removeEventListener('wheel', wheel)
      resize.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [series, unit, height])

  useEffect(() => {
    const draw = () => {
      const made = plot.current
      if (made === null) return
      const traces = series.map(({ key }) => Number(key))
      made.setData(joinedLines(groups, traces))
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

  const length = frame.span.toS - frame.span.fromS
  const pointed = frame.pointS ?? (frame.span.fromS + frame.span.toS) / 2
  const toggleMark = (at: number) =>
    frame.mark(frame.markS !== null && Math.abs(at - frame.markS) < length / 100 ? null : at)
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const action = chartKey(event.key, event.shiftKey)
    if (action === null) return
    event.preventDefault()
    event.stopPropagation()
    switch (action.kind) {
      case 'zoom':
        return frame.show(zoomedSpan(frame.span, pointed, action.factor, frame.durationS, frame.leastS))
      case 'pan':
        return frame.show(spanWithin(frame.span.fromS + action.share * length, length, frame.durationS, frame.leastS))
      case 'mark':
        return toggleMark(pointed)
      case 'edge':
        return frame.point(action.edge === 'first' ? frame.span.fromS : frame.span.toS)
      case 'move':
        return frame.point(
          Math.max(frame.span.fromS, Math.min(frame.span.toS, pointed + (action.samples * length) / 500)),
        )
    }
  }
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
        aria-label={`${title}: ${series.map(({ label }) => label).join(', ')} from ${secondsText(frame.span.fromS, length)} to ${secondsText(frame.span.toS, length)}, ${evidence}. Values stand in the table beside it.`}
        onKeyDown={onKey}
        onPointerDown={(event) => {
          drag.current = { x: event.clientX, span: frame.span, moved: false }
        }}
        onPointerMove={(event) => {
          const held = drag.current
          const made = plot.current
          if (held === null || made === null || event.buttons === 0) return
          const moved = event.clientX - held.x
          if (!held.moved && Math.abs(moved) < 4) return
          held.moved = true
          const width = Math.max(1, made.over.clientWidth)
          const own = held.span.toS - held.span.fromS
          frame.show(spanWithin(held.span.fromS - (moved / width) * own, own, frame.durationS, frame.leastS))
        }}
        onPointerUp={(event) => {
          const held = drag.current
          const made = plot.current
          drag.current = null
          if (held === null || made === null || held.moved) return
          toggleMark(made.posToVal(event.clientX - made.over.getBoundingClientRect().left, 'x'))
        }}
      />
    </figure>
  )
}

import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import type uPlot from 'uplot'
import { formatNumber } from '../format/number.ts'
import { setPlotRedraw } from './canvas-svg.ts'
import { frames } from './frame-scheduler.ts'
import type { PlotSeries } from './plot.ts'
import type { ScopeLayers } from './scope-layers.ts'
import { largestOf, scopeLines, scopePeak, type ScopeBuffer } from './scope-data.ts'
import { createScopePlot } from './scope-plot.ts'
import { snapped } from './record-data.ts'
import { chartKey, wheelFactor } from './time-range.ts'
import './charts.css'

/** Cursors in ms against the trigger, shared by the scopes of a view. */
export interface ScopeCursors {
  readonly pointMs: number | null
  readonly markMs: number | null
  readonly point: (ms: number | null) => void
  readonly mark: (ms: number | null) => void
}

export interface ScopeChartProps {
  readonly title: string
  readonly unit: 'V' | 'A'
  /** `key` is the channel's name. */
  readonly series: readonly PlotSeries[]
  readonly buffer: ScopeBuffer
  /** What is shown, ms against the trigger. */
  readonly fromMs: number
  readonly toMs: number
  /** The trigger's level where it is of this scope. */
  readonly level: number | null
  /** "sampled, 10 kS/s": what kind of truth this is. */
  readonly evidence: string
  readonly cursors: ScopeCursors
  readonly layers: ScopeLayers
  /** Factor of the shown time, 0.5 shows half of it; where on the screen it stays put, ms. */
  readonly zoom: (factor: number, aroundMs: number) => void
  /** Moves what is shown by so many ms; null: a live picture doesn't move. */
  readonly pan: ((byMs: number) => void) | null
  readonly height: number
  /** Changes with theme and phase colours, so that the plot is drawn anew. */
  readonly colours: string
}

const placeCursor = (plot: uPlot, ms: number | null): void => {
  const { min, max } = plot.scales['x'] ?? {}
  const visible = ms !== null && min != null && max != null && ms >= min && ms <= max
  plot.setCursor({ left: visible ? plot.valToPos(ms, 'x') : -10, top: visible ? 10 : -10 }, false)
}

/** Points from the cursor to the trigger or the second cursor within which it snaps. */
const snapPx = 7
/** A hand that moves less than this clicks. */
const clickPx = 4

/** Sampled waves over milliseconds, held still by their trigger. The mouse points, a click or `m` sets the second cursor, arrows move; the wheel zooms. */
export const ScopeChart = (props: ScopeChartProps) => {
  const { title, unit, series, buffer, fromMs, toMs, evidence, cursors, zoom, height, colours, level } = props
  const { pan } = props
  const drag = useRef<{ x: number; moved: boolean } | null>(null)
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const peak = useRef<number | null>(null)
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    const element = host.current
    if (element === null) return
    peak.current = null
    const made = createScopePlot(element, {
      series,
      unit,
      width: element.clientWidth,
      height,
      peak: () => peak.current ?? 1,
      span: () => [latest.current.fromMs, latest.current.toMs],
      markMs: () => latest.current.cursors.markMs,
      level: () => latest.current.level,
      point: (ms) => {
        if (drag.current?.moved === true) return
        const { cursors: now, fromMs: from, toMs: to } = latest.current
        const within = ((to - from) * snapPx) / Math.max(1, made.over.clientWidth)
        now.point(ms === null ? null : snapped(ms, now.markMs === null ? [0] : [0, now.markMs], within))
      },
      isRms: () => buffer.picture()?.mode === 'rms',
      layers: { past: () => latest.current.layers.past(), kept: () => latest.current.layers.kept() },
    })
    setPlotRedraw(made)
    plot.current = made
    const names = series.map(({ key }) => key)
    const draw = () => {
      const picture = buffer.picture()
      peak.current = scopePeak(peak.current, largestOf(picture, names), unit)
      made.setData(scopeLines(picture, names) as uPlot.AlignedData)
      if (!made.over.matches(':hover')) placeCursor(made, latest.current.cursors.pointMs)
    }
    const request = () => frames().request(draw)
    const stop = buffer.onChange(request)
    // A live scope has steps of time: small turns of the wheel add up to one. A paused one follows every turn.
    let turned = 0
    const wheel = (event: WheelEvent) => {
      event.preventDefault()
      const { zoom: now, pan: move, fromMs: from, toMs: to } = latest.current
      const around = made.posToVal(event.clientX - made.over.getBoundingClientRect().left, 'x')
      const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)
      if (move !== null && isSideways) return move((((event.deltaX || event.deltaY) / 100) * (to - from)) / 8)
      if (move !== null) return now(wheelFactor(event.deltaY), around)
      turned += event.deltaY
      if (Math.abs(turned) < 100) return
      now(turned < 0 ? 0.5 : 2, around)
      turned = 0
    }
    element.addEventListener('wheel', wheel, { passive: false })
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    resize.observe(element)
    request()
    return () => {
      element.removeEventListener('wheel', wheel)
      stop()
      frames().cancel(draw)
      resize.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [series, unit, height, buffer])

  useEffect(() => {
    plot.current?.redraw(false)
  }, [cursors.markMs, colours, level])
  useEffect(() => {
    if (plot.current === null) return
    plot.current.setScale('x', { min: fromMs, max: toMs })
    placeCursor(plot.current, cursors.pointMs)
  }, [cursors.pointMs, fromMs, toMs])

  const pointed = cursors.pointMs ?? 0
  const toggleMark = (at: number) =>
    cursors.mark(cursors.markMs !== null && Math.abs(at - cursors.markMs) < (toMs - fromMs) / 100 ? null : at)
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const action = chartKey(event.key, event.shiftKey)
    if (action === null || (action.kind === 'pan' && pan === null)) return
    event.preventDefault()
    event.stopPropagation()
    if (action.kind === 'pan') return pan?.(action.share * (toMs - fromMs))
    if (action.kind === 'zoom') return zoom(action.factor, pointed)
    if (action.kind === 'mark') return toggleMark(pointed)
    if (action.kind === 'edge') return cursors.point(action.edge === 'first' ? fromMs : toMs)
    const step = buffer.picture()?.stepMs ?? (toMs - fromMs) / 500
    cursors.point(Math.max(fromMs, Math.min(toMs, pointed + action.samples * step)))
  }
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
        onKeyDown={onKey}
        onPointerDown={(event) => {
          drag.current = { x: event.clientX, moved: false }
        }}
        onPointerMove={(event) => {
          const held = drag.current
          if (held === null || pan === null || event.buttons === 0) return
          const moved = event.clientX - held.x
          if (!held.moved && Math.abs(moved) < clickPx) return
          drag.current = { x: event.clientX, moved: true }
          pan((-moved / Math.max(1, plot.current?.over.clientWidth ?? 1)) * (toMs - fromMs))
        }}
        onPointerUp={(event) => {
          const held = drag.current
          const made = plot.current
          drag.current = null
          if (held === null || made === null || held.moved || Math.abs(event.clientX - held.x) >= clickPx) return
          toggleMark(made.posToVal(event.clientX - made.over.getBoundingClientRect().left, 'x'))
        }}
      />
    </figure>
  )
}

import { useEffect, useRef, type RefObject } from 'react'
import type uPlot from 'uplot'
import { setPlotRedraw } from './canvas-svg.ts'
import { frames } from './frame-scheduler.ts'
import type { LimitLine } from './limit-lines.ts'
import { createPlot, followWidth, type PlotSeries } from './plot.ts'
import { plotData, type StripTraces } from './strip-data.ts'
import { shownRange, type StripView, type StripWindow } from './strip-view.ts'
import { panned, wheelFactor, zoomed } from './time-range.ts'

interface StripPlot {
  readonly traces: readonly StripTraces[]
  readonly series: readonly PlotSeries[]
  readonly limits: readonly LimitLine[]
  readonly shown: StripWindow
  readonly asTable: boolean
  readonly height: number
  readonly view: StripView
}

/** Shows the shared cursor on a plot; out of sight where its time is not shown. */
const placeCursor = (plot: uPlot, atMs: number | null): void => {
  const { min, max } = plot.scales['x'] ?? {}
  const visible = atMs !== null && min != null && max != null && atMs >= min && atMs <= max
  plot.setCursor({ left: visible ? plot.valToPos(atMs, 'x') : -10, top: visible ? 10 : -10 }, false)
}

/** Keeps a plot in the host element: made once a set of traces, drawn when data or the shown time change, moved by mouse and wheel. */
export const useStripPlot = (host: RefObject<HTMLDivElement | null>, options: StripPlot): void => {
  const { traces, series, limits, shown, asTable, height, view } = options
  const { time, zoom, colours, markMs, cursorMs } = view
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })

  useEffect(() => {
    const element = host.current
    if (element === null || asTable) return
    const made = createPlot(element, {
      series,
      time,
      width: element.clientWidth,
      height,
      limits,
      markMs: () => latest.current.view.markMs,
      acts: () => latest.current.view.acts,
    })
    setPlotRedraw(made)
    plot.current = made
    const stopFollowing = followWidth(made, element, height)
    return () => {
      stopFollowing()
      made.destroy()
      plot.current = null
    }
  }, [host, series, time, height, asTable, limits])

  useEffect(() => {
    const draw = () => {
      const made = plot.current
      if (made === null) return
      const { fromMs, toMs } = shownRange(latest.current.traces, latest.current.shown, latest.current.view)
      made.batch(() => {
        made.setData(plotData(latest.current.traces), false)
        made.setScale('x', { min: fromMs, max: toMs })
      })
      if (!made.over.matches(':hover')) placeCursor(made, latest.current.view.cursorMs)
    }
    const print = () => {
      const width = host.current?.clientWidth
      if (width !== undefined) plot.current?.setSize({ width, height })
      draw()
    }
    const request = () => frames().request(draw)
    request()
    window.addEventListener('beforeprint', print)
    window.addEventListener('afterprint', request)
    const stops = shown.untilMs === null ? traces.map(({ buffer }) => buffer.onChange(request)) : []
    return () => {
      for (const stop of stops) stop()
      frames().cancel(draw)
      window.removeEventListener('beforeprint', print)
      window.removeEventListener('afterprint', request)
    }
  }, [traces, shown, series, zoom, colours, asTable, height, markMs, limits, host])

  useEffect(() => {
    if (plot.current !== null) placeCursor(plot.current, cursorMs)
  }, [cursorMs])

  useEffect(() => {
    const element = host.current
    if (element === null || asTable) return
    let downX = 0
    const lastMs = () => latest.current.view.now()
    const rangeNow = () => shownRange(latest.current.traces, latest.current.shown, latest.current.view)
    const timeAt = (clientX: number): number | null => {
      const made = plot.current
      return made === null ? null : made.posToVal(clientX - made.over.getBoundingClientRect().left, 'x')
    }
    const wheel = (event: WheelEvent) => {
      // The page scrolls with the wheel as everywhere, unless the chart was chosen or Ctrl says that it is meant.
      if (!event.ctrlKey && document.activeElement !== element) return
      const around = timeAt(event.clientX)
      if (around === null) return
      event.preventDefault()
      const isPan = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)
      const next = isPan
        ? panned(rangeNow(), (event.deltaX || event.deltaY) / 1000, lastMs())
        : zoomed(rangeNow(), around, wheelFactor(event.deltaY), lastMs())
      latest.current.view.acts.show(next.fromMs, next.toMs)
    }
    const down = (event: MouseEvent) => {
      downX = event.clientX
    }
    const up = (event: MouseEvent) => {
      // A drag is a zoom; a click sets the second cursor, and once more at the same place takes it away.
      if (Math.abs(event.clientX - downX) > 4) return
      const at = timeAt(event.clientX)
      const { markMs: before, acts } = latest.current.view
      const { fromMs, toMs } = rangeNow()
      acts.mark(at === null || (before !== null && Math.abs(at - before) < (toMs - fromMs) / 100) ? null : at)
    }
    element.addEventListener('wheel', wheel, { passive: false })
    element.addEventListener('mousedown', down)
    element.addEventListener('mouseup', up)
    return () => {
      element.removeEventListener('wheel', wheel)
      element.removeEventListener('mousedown', down)
      element.removeEventListener('mouseup', up)
    }
  }, [asTable, host])
}

import { useEffect, useRef, type RefObject } from 'react'
import type uPlot from 'uplot'
import { followWidth } from './plot.ts'
import { setPlotRedraw } from './canvas-svg.ts'
import { frames } from './frame-scheduler.ts'
import { snapped } from './record-data.ts'
import { largestOf, scopeLines, scopePeak } from './scope-data.ts'
import { createScopePlot } from './scope-plot.ts'
import type { ScopeChartProps } from './scope-props.ts'
import { wheelFactor } from './time-range.ts'

/** What the hand holds while it moves what is shown. */
export interface Drag {
  readonly x: number
  readonly moved: boolean
}

const placeCursor = (plot: uPlot, ms: number | null): void => {
  const { min, max } = plot.scales['x'] ?? {}
  const visible = ms !== null && min != null && max != null && ms >= min && ms <= max
  plot.setCursor({ left: visible ? plot.valToPos(ms, 'x') : -10, top: visible ? 10 : -10 }, false)
}

/** Points from the cursor to the trigger or the second cursor within which it snaps. */
const snapPx = 7
/** The pointer as a cursor, at the trigger or the second cursor where one is near. */
const point = ({ cursors, fromMs, toMs }: ScopeChartProps, widthPx: number, ms: number | null): void => {
  const within = ((toMs - fromMs) * snapPx) / Math.max(1, widthPx)
  const { markMs } = cursors
  cursors.point(ms === null ? null : snapped(ms, markMs === null ? [0] : [0, markMs], within))
}

/** The wheel zooms, sideways it moves. A live scope has steps of time: small turns of the wheel add up to one. A paused one follows every turn. */
const createWheel = (made: uPlot, latest: () => ScopeChartProps) => {
  let turned = 0
  return (event: WheelEvent): void => {
    event.preventDefault()
    const { zoom, pan, fromMs, toMs } = latest()
    const around = made.posToVal(event.clientX - made.over.getBoundingClientRect().left, 'x')
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)
    if (pan !== null && isSideways) return pan((((event.deltaX || event.deltaY) / 100) * (toMs - fromMs)) / 8)
    if (pan !== null) return zoom(wheelFactor(event.deltaY), around)
    turned += event.deltaY
    if (Math.abs(turned) < 100) return
    zoom(turned < 0 ? 0.5 : 2, around)
    turned = 0
  }
}

/** Keeps a scope in the host element: made once a set of channels, drawn with every picture. */
export const useScopePlot = (
  host: RefObject<HTMLDivElement | null>,
  drag: RefObject<Drag | null>,
  props: ScopeChartProps,
): RefObject<uPlot | null> => {
  const { series, unit, buffer, fromMs, toMs, cursors, height, colours, level } = props
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    const element = host.current
    if (element === null) return
    let peak: number | null = null
    const made = createScopePlot(element, {
      series,
      unit,
      width: element.clientWidth,
      height,
      peak: () => peak ?? 1,
      span: () => [latest.current.fromMs, latest.current.toMs],
      markMs: () => latest.current.cursors.markMs,
      level: () => latest.current.level,
      point: (ms) => {
        if (drag.current?.moved !== true) point(latest.current, made.over.clientWidth, ms)
      },
      isRms: () => buffer.picture()?.mode === 'rms',
      layers: { past: () => latest.current.layers.past(), kept: () => latest.current.layers.kept() },
    })
    setPlotRedraw(made)
    plot.current = made
    const names = series.map(({ key }) => key)
    const draw = () => {
      const picture = buffer.picture()
      peak = scopePeak(peak, largestOf(picture, names), unit)
      made.setData(scopeLines(picture, names) as uPlot.AlignedData)
      if (!made.over.matches(':hover')) placeCursor(made, latest.current.cursors.pointMs)
    }
    const request = () => frames().request(draw)
    const stop = buffer.onChange(request)
    const wheel = createWheel(made, () => latest.current)
    element.addEventListener('wheel', wheel, { passive: false })
    const stopFollowing = followWidth(made, element, height)
    request()
    return () => {
      element.removeEventListener('wheel', wheel)
      stop()
      frames().cancel(draw)
      stopFollowing()
      made.destroy()
      plot.current = null
    }
  }, [series, unit, height, buffer, host, drag])

  useEffect(() => {
    plot.current?.redraw(false)
  }, [cursors.markMs, colours, level])
  useEffect(() => {
    if (plot.current === null) return
    plot.current.setScale('x', { min: fromMs, max: toMs })
    placeCursor(plot.current, cursors.pointMs)
  }, [cursors.pointMs, fromMs, toMs])
  return plot
}

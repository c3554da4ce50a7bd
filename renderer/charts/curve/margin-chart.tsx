import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import type { TimeFormat } from '../../format/time.ts'
import { drawLimits, drawMark } from '../limit-lines.ts'
import { setPlotRedraw } from '../canvas-svg.ts'
import { axisLook, cssColour, drawLabels, followWidth } from '../plot.ts'
import '../charts.css'

/** The margin of one pole over time: percent of the early bound from a cold and from a hot past. */
export interface MarginSeries {
  readonly label: string
  readonly colour: string
  readonly cold: readonly (number | null)[]
  readonly hot: readonly (number | null)[]
}

export interface MarginChartProps {
  readonly title: string
  readonly atMs: readonly number[]
  readonly series: readonly MarginSeries[]
  readonly time: TimeFormat
  readonly summary: string
  /** The screen's one time cursor and its mark. */
  readonly cursorMs: number | null
  readonly markMs: number | null
  readonly point: (atMs: number | null) => void
  readonly height: number
  readonly colours: string
}

const limits = [{ value: 100, label: 'a fast breaker may trip' }]
/** The scale goes to 120 % at least, and on in fifties. */
const topOf = (largest: number): number => (largest <= 115 ? 120 : Math.ceil((largest * 1.05) / 50) * 50)

/** Margin used over time, in step with every other chart of the screen. The band between the two past assumptions is two lines a pole. */
export const MarginChart = (props: MarginChartProps) => {
  const { title, atMs, series, time, summary, cursorMs, markMs, height, colours } = props
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
  })
  const names = series.map(({ label, colour }) => `${label} ${colour}`).join('\n')

  useEffect(() => {
    const element = host.current
    if (element === null) return
    const axis = axisLook(element)
    const shown = latest.current.series
    const hotSeries = shown.map(({ label, colour }) => ({ key: label, label, colour }))
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        ms: 1,
        padding: [6, 30, 0, 0],
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { size: 6 }, y: false },
        scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, topOf(max)] } },
        axes: [
          { ...axis, size: 24, space: 60, values: (_plot, ticks) => ticks.map((tick) => time.clock(tick)) },
          { ...axis, size: 54, space: 24, values: (_plot, ticks) => ticks.map((tick) => `${tick} %`) },
        ],
        series: [
          {},
          ...shown.map(({ label, colour }) => ({
            label,
            width: 1.6,
            points: { show: false },
            stroke: () => cssColour(element, colour),
          })),
          ...shown.map(({ label, colour }) => ({
            label: `${label} from cold`,
            width: 1,
            dash: [3, 3],
            points: { show: false },
            stroke: () => cssColour(element, colour),
          })),
        ],
        hooks: {
          draw: [
            drawLabels(element, hotSeries),
            (drawn) => drawLimits(drawn, limits, cssColour(element, '--ts-dim')),
            (drawn) => drawMark(drawn, latest.current.markMs, cssColour(element, '--ts-focus')),
          ],
          setCursor: [
            (drawn) => {
              if (!drawn.over.matches(':hover')) return
              const { left } = drawn.cursor
              latest.current.point(left == null || left < 0 ? null : drawn.posToVal(left, 'x'))
            },
          ],
        },
      },
      [[], ...shown.map(() => []), ...shown.map(() => [])],
      element,
    )
    setPlotRedraw(made)
    plot.current = made
    const stopFollowing = followWidth(made, element, height)
    return () => {
      stopFollowing()
      made.destroy()
      plot.current = null
    }
  }, [names, height, time])

  useEffect(() => {
    plot.current?.setData([
      [...atMs],
      ...series.map(({ hot }) => [...hot]),
      ...series.map(({ cold }) => [...cold]),
    ] as uPlot.AlignedData)
  }, [atMs, series, names, height, time])
  useEffect(() => {
    plot.current?.redraw(false)
  }, [markMs, colours])
  useEffect(() => {
    const drawn = plot.current
    if (drawn === null || drawn.over.matches(':hover')) return
    const { min, max } = drawn.scales['x'] ?? {}
    const isVisible = cursorMs !== null && min != null && max != null && cursorMs >= min && cursorMs <= max
    drawn.setCursor({ left: isVisible ? drawn.valToPos(cursorMs, 'x') : -10, top: isVisible ? 10 : -10 }, false)
  }, [cursorMs, atMs])

  return (
    <figure className="strip panel" aria-label={title}>
      <div className="strip-head">
        <h2>{title}</h2>
        <span className="dim">broken: if nothing had flowed before</span>
      </div>
      <div ref={host} className="strip-plot" style={{ height }} role="img" aria-label={summary} />
    </figure>
  )
}

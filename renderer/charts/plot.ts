import uPlot from 'uplot'
import type { TimeFormat } from '../format/time.ts'
import { formatNumber } from '../format/number.ts'
import { quantityUnit, scaleOf } from '../format/quantity.ts'
import { drawLimits, drawMark, type LimitLine } from './limit-lines.ts'
import { steadyRange } from './steady-range.ts'

export interface PlotSeries {
  readonly key: string
  readonly label: string
  /** A CSS custom property: the colour follows theme and phase setting. */
  readonly colour: string
  /** Drawn broken: of the meter that is compared. */
  readonly isBroken?: boolean
}

/** What a person does on a plot. */
export interface PlotActs {
  readonly point: (atMs: number | null) => void
  readonly show: (fromMs: number, toMs: number) => void
}

export const cssColour = (host: HTMLElement, name: string): string =>
  getComputedStyle(host).getPropertyValue(name).trim() || 'gray'
export const axisFont = '11px system-ui, sans-serif'

/** Axes and their grid, in the colours of the theme whenever they are drawn. */
export const axisLook = (host: HTMLElement) => {
  const line = () => cssColour(host, '--ts-line')
  return {
    stroke: () => cssColour(host, '--ts-dim'),
    font: axisFont,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 4 },
  }
}

/** A plot is as wide as the element it is in, whatever becomes of that; ends with what is given back. */
export const followWidth = (plot: uPlot, host: HTMLElement, height: number): (() => void) => {
  const resize = new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height }))
  resize.observe(host)
  return () => resize.disconnect()
}
const labelGapPx = 13

/** Writes each trace's label at its right end, kept apart: a trace is known by its label, not by its colour. */
export const drawLabels = (host: HTMLElement, series: readonly PlotSeries[]) => (plot: uPlot) => {
  const ratio = window.devicePixelRatio
  const { ctx, bbox } = plot
  const labels = series
    .flatMap((entry, index) => {
      const values = plot.data[index + 1] ?? []
      const { min, max } = plot.scales.x ?? {}
      let at = values.length - 1
      while (at >= 0 && (values[at] == null || (plot.data[0][at] ?? 0) > (max ?? Infinity))) at -= 1
      const value = values[at]
      const inside = at >= 0 && (plot.data[0][at] ?? 0) >= (min ?? -Infinity)
      return value == null || !inside
        ? []
        : [{ text: entry.label, colour: cssColour(host, entry.colour), y: plot.valToPos(value, 'y', true) }]
    })
    .sort((one, other) => one.y - other.y)
  let lowest = bbox.top + 6 * ratio
  ctx.save()
  ctx.font = `bold ${11 * ratio}px system-ui, sans-serif`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  for (const label of labels) {
    const y = Math.max(label.y, lowest)
    lowest = y + labelGapPx * ratio
    ctx.fillStyle = label.colour
    ctx.fillText(label.text, bbox.left + bbox.width + 5 * ratio, y)
  }
  ctx.restore()
}

const timeSteps = [200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000]

/** Ticks on multiples of the step: uPlot's own begin anywhere when the window does not begin on a whole second. */
const roundTimes = (_plot: uPlot, _axis: number, min: number, max: number, step: number): number[] => {
  const first = Math.ceil(min / step)
  return Array.from({ length: Math.max(0, Math.floor(max / step) - first + 1) }, (_, index) => (first + index) * step)
}

/** The only place that makes a uPlot: several traces over time on one scale, shared cursor and zoom, labels on the traces. */
export const createPlot = (
  host: HTMLElement,
  options: {
    readonly series: readonly PlotSeries[]
    readonly time: TimeFormat
    readonly width: number
    readonly height: number
    readonly limits: readonly LimitLine[]
    /** The second cursor as it is when the plot is drawn. */
    readonly markMs: () => number | null
    readonly acts: () => PlotActs
  },
): uPlot => {
  const { series, time } = options
  const key = series[0]?.key ?? ''
  const unit = quantityUnit(key)
  const axis = axisLook(host)
  return new uPlot(
    {
      width: options.width,
      height: options.height,
      ms: 1,
      padding: [6, Math.max(...series.map(({ label }) => label.length)) > 2 ? 40 : 26, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 6 }, y: false },
      scales: {
        x: { time: true },
        y: { range: (_plot, min, max) => steadyRange(min, max, unit) },
      },
      axes: [
        {
          ...axis,
          size: 24,
          space: 60,
          incrs: timeSteps,
          splits: roundTimes,
          values: (_plot, ticks) => ticks.map((tick) => time.clock(tick)),
        },
        {
          ...axis,
          size: 52,
          space: 28,
          values: (plot, ticks) => {
            const { min, max } = plot.scales['y'] ?? {}
            const { factor, digits } = scaleOf(key, Math.max(Math.abs(min ?? 0), Math.abs(max ?? 0)))
            const shown = ticks.map((tick) => Number((tick * factor).toFixed(6)))
            return shown.map((tick) => formatNumber(tick, shown.every(Number.isInteger) ? 0 : Math.max(1, digits)))
          },
        },
      ],
      series: [
        {},
        ...series.map((entry) => ({
          label: entry.label,
          scale: 'y',
          width: 1.5,
          spanGaps: false,
          points: { show: false },
          ...(entry.isBroken === true ? { dash: [4, 3] } : {}),
          stroke: () => cssColour(host, entry.colour),
        })),
      ],
      hooks: {
        draw: [
          drawLabels(host, series),
          (plot) => drawLimits(plot, options.limits, cssColour(host, '--ts-dim')),
          (plot) => drawMark(plot, options.markMs(), cssColour(host, '--ts-focus')),
        ],
        setCursor: [
          (plot) => {
            // Data that scrolls below a resting cursor moves it too: only a person points.
            if (!plot.over.matches(':hover')) return
            const { left } = plot.cursor
            options.acts().point(left == null || left < 0 ? null : plot.posToVal(left, 'x'))
          },
        ],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select
            if (width > 4) options.acts().show(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'))
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          },
        ],
      },
    },
    [[], ...series.map(() => [])],
    host,
  )
}

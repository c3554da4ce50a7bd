import uPlot from 'uplot'
import { formatNumber } from '../format/number.ts'
import { drawMark } from './limit-lines.ts'
import { drawLayers, type ScopeLayers } from './scope-layers.ts'
import { axisLook, cssColour, drawLabels, type PlotSeries } from './plot.ts'

export interface ScopePlotOptions {
  readonly series: readonly PlotSeries[]
  readonly unit: 'V' | 'A'
  readonly width: number
  readonly height: number
  /** Half of the scale's height, and what time is shown. */
  readonly peak: () => number
  readonly span: () => readonly [number, number]
  readonly markMs: () => number | null
  /** The trigger's level where it is drawn in this plot. */
  readonly level: () => number | null
  readonly point: (ms: number | null) => void
  /** RMS is drawn: the scale begins at zero. */
  readonly isRms: () => boolean
  readonly layers: ScopeLayers
}

const stepsMs = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]
const triggerPx = 6

/** Where the trigger is: a small triangle at its level, at time zero. */
const drawTrigger = (plot: uPlot, level: number | null, colour: string): void => {
  const { min, max } = plot.scales['x'] ?? {}
  if (level === null || min == null || max == null || min > 0 || max < 0) return
  const ratio = window.devicePixelRatio
  const [x, y] = [plot.valToPos(0, 'x', true), plot.valToPos(level, 'y', true)]
  const { ctx } = plot
  ctx.save()
  ctx.strokeStyle = colour
  ctx.lineWidth = 1.5 * ratio
  ctx.beginPath()
  ctx.moveTo(x - triggerPx * ratio, y)
  ctx.lineTo(x + triggerPx * ratio, y)
  ctx.moveTo(x, y - triggerPx * ratio)
  ctx.lineTo(x, y + triggerPx * ratio)
  ctx.stroke()
  ctx.restore()
}

/** Digits that tell neighbouring ticks apart. */
const tickTexts = (ticks: readonly number[]): readonly string[] => {
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0))
  const digits = step >= 1 || step === 0 ? 0 : Math.min(3, Math.ceil(-Math.log10(step) - 1e-9))
  return ticks.map((tick) => formatNumber(tick, digits))
}

/** A plot of samples over milliseconds, zero in the middle of its scale. */
export const createScopePlot = (host: HTMLElement, options: ScopePlotOptions): uPlot => {
  const axis = axisLook(host)
  return new uPlot(
    {
      width: options.width,
      height: options.height,
      padding: [6, 28, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { size: 6 }, y: false },
      scales: {
        x: { time: false, range: () => [...options.span()] as [number, number] },
        y: { range: () => [options.isRms() ? 0 : -options.peak(), options.peak()] },
      },
      axes: [
        {
          ...axis,
          size: 24,
          space: 60,
          incrs: stepsMs,
          values: (_plot, ticks) => tickTexts(ticks).map((text) => `${text} ms`),
        },
        {
          ...axis,
          size: 52,
          space: 28,
          values: (_plot, ticks) => [...tickTexts(ticks)],
        },
      ],
      series: [
        {},
        ...options.series.map((entry) => ({
          label: entry.label,
          scale: 'y',
          width: 1.5,
          spanGaps: false,
          points: { show: false },
          stroke: () => cssColour(host, entry.colour),
        })),
      ],
      hooks: {
        drawAxes: [(plot) => drawLayers(plot, host, options.series, options.layers)],
        draw: [
          drawLabels(host, options.series),
          (plot) => drawTrigger(plot, options.level(), cssColour(host, '--ts-text')),
          (plot) => drawMark(plot, options.markMs(), cssColour(host, '--ts-focus')),
        ],
        setCursor: [
          (plot) => {
            if (!plot.over.matches(':hover')) return
            const { left } = plot.cursor
            options.point(left == null || left < 0 ? null : plot.posToVal(left, 'x'))
          },
        ],
      },
    },
    [[], ...options.series.map(() => [])],
    host,
  )
}

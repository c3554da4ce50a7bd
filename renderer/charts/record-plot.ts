import uPlot from 'uplot'
import { formatNumber } from '../format/number.ts'
import { drawMark } from './limit-lines.ts'
import { axisLook, cssColour, drawLabels, type PlotSeries } from './plot.ts'
import { recordLines, recordRange, secondsText, snapped, type RecordGroup } from './record-data.ts'
import type { RecordChartProps } from './record-frame.ts'

/** Points from the cursor to a transition within which it snaps. */
const snapPx = 7
const digitsOf = (ticks: readonly number[]): number => {
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0))
  return step >= 1 || step === 0 ? 0 : Math.min(6, Math.ceil(-Math.log10(step)))
}

export const placeCursor = (plot: uPlot, s: number | null): void => {
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
export const joinedLines = (groups: readonly RecordGroup[], traces: readonly number[]): uPlot.AlignedData => {
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

const seriesOf = (element: HTMLElement, series: readonly PlotSeries[]): uPlot.Series[] => [
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
]

const axesOf = (element: HTMLElement, latest: () => RecordChartProps): uPlot.Axis[] => {
  const axis = axisLook(element)
  const lengthS = (): number => latest().frame.span.toS - latest().frame.span.fromS
  return [
    {
      ...axis,
      size: 24,
      space: 80,
      values: (_plot, ticks) => ticks.map((tick) => secondsText(tick, lengthS())),
    },
    {
      ...axis,
      size: 58,
      space: 28,
      values: (_plot, ticks) => ticks.map((tick) => formatNumber(tick, digitsOf(ticks))),
    },
  ]
}

/** The pointer as a cursor for all plots of the recording, at a transition where one is near. */
const pointed = (plot: uPlot, { frame }: RecordChartProps): void => {
  const { left } = plot.cursor
  if (left == null || left < 0) return frame.point(null)
  const at = plot.posToVal(left, 'x')
  frame.point(snapped(at, frame.transitions, plot.posToVal(left + snapPx, 'x') - at))
}

/** A plot of a recording in an element. `latest` has what is shown now; `isDragging`: the pointer moves what is shown. */
export const createRecordPlot = (
  element: HTMLElement,
  { series, height }: Pick<RecordChartProps, 'series' | 'height'>,
  latest: () => RecordChartProps,
  isDragging: () => boolean,
): uPlot =>
  new uPlot(
    {
      width: element.clientWidth,
      height,
      padding: [6, 60, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
      scales: {
        x: { time: false, range: () => [latest().frame.span.fromS, latest().frame.span.toS] },
        y: { range: () => scaleOf(latest().groups, series, latest().isRms) },
      },
      axes: axesOf(element, latest),
      series: seriesOf(element, series),
      hooks: {
        draw: [
          drawLabels(element, series),
          (each) => drawMark(each, latest().frame.markS, cssColour(element, '--ts-focus')),
          (each) => drawMark(each, latest().frame.triggerS, cssColour(element, '--ts-text')),
        ],
        setCursor: [
          (each) => {
            if (each.over.matches(':hover') && !isDragging()) pointed(each, latest())
          },
        ],
      },
    },
    [[], ...series.map(() => [])],
    element,
  )

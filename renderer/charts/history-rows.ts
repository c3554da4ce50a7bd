import { own } from '../../shared/own.ts'
import { quantityUnit } from '../format/quantity.ts'
import type { HistoryPoint } from './history-data.ts'
import type { PlotSeries } from './plot.ts'
import { steadyRange } from './steady-range.ts'

/** Rows as the plot draws them: by quantity its mean, the band of lowest to highest, and the mean again where it stands alone. */
export const historyRows = (points: readonly HistoryPoint[], series: readonly PlotSeries[]) =>
  points.map((point, index) => ({
    atMs: point.atMs,
    ...Object.fromEntries(
      series.flatMap(({ key }) => {
        const bucket = own(point.values, key) ?? null
        // A value between two gaps has no line to either side: it is drawn as a dot, or nobody would see it.
        const isAlone =
          bucket !== null && own(points[index - 1]?.values, key) == null && own(points[index + 1]?.values, key) == null
        return [
          [`${key} alone`, isAlone ? bucket[1] : null],
          [`${key} mean`, bucket === null ? null : bucket[1]],
          [`${key} band`, bucket === null ? null : [bucket[0], bucket[2]]],
        ]
      }),
    ),
  }))

/** Lowest and highest of the axis, in the unit of the first series. */
export const historyDomain = (points: readonly HistoryPoint[], series: readonly PlotSeries[]): [number, number] => {
  const unit = quantityUnit(series[0]?.key ?? '')
  const known = points
    .flatMap((point) => series.map(({ key }) => own(point.values, key) ?? null))
    .filter((bucket) => bucket !== null)
  const [low, high] =
    known.length === 0
      ? [null, null]
      : [Math.min(...known.map((bucket) => bucket[0])), Math.max(...known.map((bucket) => bucket[2]))]
  return steadyRange(low, high, unit)
}

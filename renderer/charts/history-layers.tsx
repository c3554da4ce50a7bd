import { Area, Line } from 'recharts'
import type { PlotSeries } from './plot.ts'

/** The bands of lowest to highest, then the means, then means that stand alone as dots: children of a plot, in the order they are drawn. */
export const historyLayers = (series: readonly PlotSeries[]) => [
  ...series.map(({ key, colour }) => (
    <Area
      key={`${key} band`}
      dataKey={`${key} band`}
      stroke="none"
      fill={`var(${colour})`}
      fillOpacity={0.22}
      connectNulls={false}
      isAnimationActive={false}
      activeDot={false}
    />
  )),
  ...series.map(({ key, colour }) => (
    <Line
      key={`${key} mean`}
      dataKey={`${key} mean`}
      stroke={`var(${colour})`}
      strokeWidth={1.4}
      dot={false}
      activeDot={false}
      connectNulls={false}
      isAnimationActive={false}
    />
  )),
  ...series.map(({ key, colour }) => (
    <Line
      key={`${key} alone`}
      dataKey={`${key} alone`}
      stroke="none"
      dot={{ r: 2, fill: `var(${colour})`, stroke: 'none' }}
      activeDot={false}
      connectNulls={false}
      isAnimationActive={false}
    />
  )),
]

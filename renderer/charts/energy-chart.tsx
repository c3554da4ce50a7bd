import { useMemo } from 'react'
import { Area, CartesianGrid, ComposedChart, ResponsiveContainer, XAxis, YAxis } from 'recharts'
import { formatNumber } from '../format/number.ts'
import type { TimeFormat } from '../format/time.ts'
import { timeTicks } from './time-ticks.ts'
import './charts.css'

export interface EnergyChartProps {
  /** One more than each series has values; UTC, ms. */
  readonly edges: readonly number[]
  readonly series: readonly { readonly id: string; readonly name: string; readonly kwh: readonly (number | null)[] }[]
  /** On top of one another; else each is a line of its own. */
  readonly isStacked: boolean
  readonly time: TimeFormat
  readonly height: number
}

const dayMs = 86_400_000
const hourMs = 3_600_000
const axisLook = { tick: { fill: 'var(--ts-dim)', fontSize: 11 }, stroke: 'var(--ts-line-strong)' }

/** Mean power of each stretch, kW: stretches of different lengths, and a last one that is not over, compare. */
const rowsOf = ({ edges, series }: EnergyChartProps) =>
  edges.map((atMs, index) => {
    // The last edge holds the value before it, so that the last stretch is drawn as wide as it is.
    const place = Math.min(index, edges.length - 2)
    const hours = ((edges[place + 1] ?? atMs) - (edges[place] ?? atMs)) / hourMs
    return {
      atMs,
      ...Object.fromEntries(series.map(({ kwh }, number) => [`s${number}`, (kwh[place] ?? 0) / Math.max(hours, 1e-9)])),
    }
  })

const stretchText = (edges: readonly number[]): string => {
  const lengthMs = (edges[1] ?? 0) - (edges[0] ?? 0)
  if (lengthMs >= 23 * hourMs) return 'a day'
  return lengthMs >= hourMs ? `${lengthMs / hourMs} h` : `${lengthMs / 60_000} min`
}

/** The chart in words: what each counted, and its highest stretch. */
const spoken = ({ edges, series, time }: EnergyChartProps): string => {
  const said = series.map(({ name, kwh }) => {
    const measured = kwh.filter((value) => value !== null)
    if (measured.length === 0) return `${name} nothing measured`
    const highest = Math.max(...measured)
    const atMs = edges[kwh.indexOf(highest)] ?? 0
    return `${name} highest ${formatNumber(highest, 1)} kWh from ${time.date(atMs)} ${time.minute(atMs)}`
  })
  return `Energy in stretches of ${stretchText(edges)}: ${said.join('; ')}.`
}

/** Stacked mean power of each stretch by account, meter or charger; at most 600 of them. Energy of gaps has no time and is not in it. */
export const EnergyChart = (props: EnergyChartProps) => {
  const { edges, series, isStacked, time, height } = props
  const rows = useMemo(() => rowsOf(props), [props])
  const [fromMs = 0, toMs = 1] = [edges[0], edges.at(-1)]
  const ticks = useMemo(() => [...timeTicks(fromMs, toMs, time.offsetAt)], [fromMs, toMs, time])
  return (
    <figure className="energy-chart">
      <figcaption className="row energy-legend">
        <span className="dim">
          Mean power in stretches of {stretchText(edges)}, kW{isStacked ? ', stacked' : ''}
        </span>
        {series.map(({ id, name }, index) => (
          <span key={id}>
            <i style={{ background: `var(--energy-${index + 1})` }} aria-hidden="true" /> {name}
          </span>
        ))}
      </figcaption>
      <div className="history-plot" role="img" aria-label={spoken(props)} style={{ height }}>
        <ResponsiveContainer width="100%" height={height}>
          <ComposedChart data={rows} accessibilityLayer={false} margin={{ top: 6, right: 12, bottom: 0, left: 0 }}>
            <CartesianGrid stroke="var(--ts-line)" vertical={false} />
            <XAxis
              {...axisLook}
              dataKey="atMs"
              type="number"
              scale="time"
              domain={[fromMs, toMs]}
              ticks={ticks}
              minTickGap={24}
              tickFormatter={(at: number) => (toMs - fromMs > 2 * dayMs ? time.date(at).slice(5) : time.minute(at))}
            />
            <YAxis
              {...axisLook}
              width={64}
              tickFormatter={(value: number) => `${formatNumber(value, value % 1 === 0 ? 0 : 1)} kW`}
            />
            {series.map(({ id }, index) => (
              <Area
                key={id}
                type="stepAfter"
                dataKey={`s${index}`}
                {...(isStacked
                  ? { stackId: 'energy', stroke: 'var(--ts-panel)', strokeWidth: 0.5, fillOpacity: 1 }
                  : { stroke: `var(--energy-${index + 1})`, strokeWidth: 1.5, fillOpacity: 0 })}
                fill={`var(--energy-${index + 1})`}
                isAnimationActive={false}
              />
            ))}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
    </figure>
  )
}

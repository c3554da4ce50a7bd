import { formatNumber } from '../format/number.ts'
import './harmonic-bars.css'

export interface HarmonicBar {
  readonly order: number
  /** Percent of the fundamental of each series; null: not known. */
  readonly values: readonly (number | null)[]
  /** Percent; null: the standard names none. */
  readonly limit: number | null
}
export interface HarmonicBarsProps {
  readonly title: string
  readonly evidence: string
  readonly series: readonly { readonly label: string; readonly colour: string }[]
  readonly bars: readonly HarmonicBar[]
}

const [width, height, left, bottom, top] = [960, 190, 34, 18, 8] as const
const steps = [0.5, 1, 2, 5, 8, 10, 20, 50, 100, 200, 500] as const

/** Harmonics by order with the limits of the standard as lines. The scale moves in steps, so that nothing jumps with each value. */
export const HarmonicBars = ({ title, evidence, series, bars }: HarmonicBarsProps) => {
  const largest = Math.max(
    0,
    ...bars.flatMap(({ values, limit }) => [...values.map((value) => value ?? 0), limit ?? 0]),
  )
  const scale = steps.find((step) => step >= largest) ?? largest
  const slot = (width - left) / Math.max(1, bars.length)
  const thick = Math.max(1, (slot - 2) / Math.max(1, series.length))
  const y = (percent: number) => height - bottom - (Math.min(percent, scale) / scale) * (height - bottom - top)
  const over = bars.filter(
    ({ values, limit }) => limit !== null && values.some((value) => value !== null && value > limit),
  )
  const highest = bars
    .map(({ order, values }) => ({ order, value: Math.max(0, ...values.map((value) => value ?? 0)) }))
    .sort((one, other) => other.value - one.value)
    .slice(0, 3)
  return (
    <figure className="panel harmonic-bars" aria-label={title}>
      <div className="strip-head">
        <h2>
          {title} <span className="dim">% of the fundamental</span>
        </h2>
        <span className="dim">{evidence}</span>
      </div>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${title} by order, from 0 to ${scale} percent`}>
        {[0, scale / 2, scale].map((tick) => (
          <g key={tick}>
            <line className="harmonic-grid" x1={left} x2={width} y1={y(tick)} y2={y(tick)} />
            <text className="harmonic-text" x={left - 4} y={y(tick) + 4} textAnchor="end">
              {formatNumber(tick, scale < 2 ? 2 : 1)}
            </text>
          </g>
        ))}
        {bars.map(({ order, values, limit }, index) => (
          <g key={order}>
            {values.map((value, at) =>
              value === null ? null : (
                <rect
                  key={series[at]?.label ?? at}
                  x={left + index * slot + 1 + at * thick}
                  width={Math.max(0.5, thick - 0.5)}
                  y={y(value)}
                  height={height - bottom - y(value)}
                  style={{ fill: `var(${series[at]?.colour ?? '--ts-bar'})` }}
                />
              ),
            )}
            {limit === null ? null : (
              <line
                className="harmonic-limit"
                x1={left + index * slot}
                x2={left + (index + 1) * slot}
                y1={y(limit)}
                y2={y(limit)}
              />
            )}
            {order % 5 === 0 || order === 3 ? (
              <text className="harmonic-text" x={left + (index + 0.5) * slot} y={height - 4} textAnchor="middle">
                {order}
              </text>
            ) : null}
          </g>
        ))}
      </svg>
      <figcaption className="dim">
        {series.map(({ label }) => label).join(', ')}. Largest:{' '}
        {highest.map(({ order, value }) => `order ${order} ${formatNumber(value, 2)} %`).join(', ')}.{' '}
        {over.length === 0
          ? 'No value is above its limit (dashed).'
          : `Above the limit just now: order ${over.map(({ order }) => order).join(', ')}.`}
      </figcaption>
      <details className="no-print">
        <summary>View as table</summary>
        <div className="table-scroll" tabIndex={0} role="region" aria-label={`${title}, values`}>
          <table className="table is-dense">
            <thead>
              <tr>
                <th scope="col">Order</th>
                {series.map(({ label }) => (
                  <th key={label} scope="col" className="num">
                    {label} %
                  </th>
                ))}
                <th scope="col" className="num">
                  Limit %
                </th>
              </tr>
            </thead>
            <tbody>
              {bars.map(({ order, values, limit }) => (
                <tr key={order}>
                  <th scope="row">{order}</th>
                  {values.map((value, at) => (
                    <td key={series[at]?.label ?? at} className="num">
                      {value === null ? '–' : formatNumber(value, 2)}
                    </td>
                  ))}
                  <td className="num">{limit === null ? '–' : formatNumber(limit, 1)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}

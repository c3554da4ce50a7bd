import { useId } from 'react'
import { formatNumber } from '../format/number.ts'
import './step-chart.css'

export interface StepSeries {
  readonly label: string
  /** A CSS custom property. */
  readonly colour: string
  /** One per time of the chart; null is a gap. */
  readonly values: readonly (number | null)[]
  readonly dash?: boolean
  /** Filled down to zero. */
  readonly isArea?: boolean
}

const width = 1000
const bottom = 20
const top = 6

/** Round tops a person reads at a glance: 1, 2, 2.5 and 5 times a power of ten. */
export const niceTop = (highest: number): number => {
  if (highest <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(highest))
  const factor = [1, 2, 2.5, 5, 10].find((step) => step * power >= highest - 1e-9) ?? 10
  return factor * power
}

/** SVG path of a value that holds until the next time; a gap breaks it. */
export const stepPath = (
  times: readonly number[],
  values: readonly (number | null)[],
  x: (atMs: number) => number,
  y: (value: number) => number,
  endMs: number,
): string => {
  let path = ''
  let isDown = false
  values.forEach((value, index) => {
    const atMs = times[index] ?? endMs
    const next = times[index + 1] ?? endMs
    if (value === null) {
      isDown = false
      return
    }
    path += `${isDown ? 'L' : 'M'}${x(atMs).toFixed(1)},${y(value).toFixed(1)}L${x(next).toFixed(1)},${y(value).toFixed(1)}`
    isDown = true
  })
  return path
}

const areaPath = (
  times: readonly number[],
  values: readonly (number | null)[],
  x: (atMs: number) => number,
  y: (value: number) => number,
  endMs: number,
): string =>
  values
    .map((value, index) => {
      if (value === null || value === 0) return ''
      const from = x(times[index] ?? endMs).toFixed(1)
      const to = x(times[index + 1] ?? endMs).toFixed(1)
      return `M${from},${y(0).toFixed(1)}L${from},${y(value).toFixed(1)}L${to},${y(value).toFixed(1)}L${to},${y(0).toFixed(1)}Z`
    })
    .join('')

/** What one trace does, for whoever cannot see it: "limit 6 to 16 A, now 12 A". */
const said = ({ label, values }: StepSeries, unit: string): string => {
  const seen = values.filter((value) => value !== null)
  if (seen.length === 0) return `${label} no value`
  const last = values.at(-1) ?? null
  const lowest = seen.reduce((one, other) => Math.min(one, other))
  const highest = seen.reduce((one, other) => Math.max(one, other))
  return `${label} ${formatNumber(lowest, 1)} to ${formatNumber(highest, 1)} ${unit}, ${last === null ? 'no value at the end' : `${formatNumber(last, 1)} ${unit} at the end`}`
}

/** As many decimals as a quarter of the scale has, so that no mark says another value than the one it stands at. */
const tickDigits = (step: number): number => {
  for (let digits = 0; digits < 4; digits += 1)
    if (Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) < 1e-9) return digits
  return 4
}

/** Values that hold from time to time (limits, tariffs, plans), drawn as steps, with their words beside them and one sentence for a screen reader. */
export const StepChart = ({
  title,
  unit,
  times,
  series,
  fromMs,
  toMs,
  height,
  clock,
  limit,
}: {
  readonly title: string
  readonly unit: string
  readonly times: readonly number[]
  readonly series: readonly StepSeries[]
  readonly fromMs: number
  readonly toMs: number
  readonly height: number
  /** A time as the axis says it. */
  readonly clock: (atMs: number) => string
  readonly limit?: { readonly value: number; readonly label: string } | undefined
}) => {
  const id = useId()
  const highest = [...series.flatMap(({ values }) => values), limit?.value ?? null].reduce<number>(
    (one, other) => Math.max(one, other ?? 0),
    0,
  )
  const lowest = series.flatMap(({ values }) => values).reduce<number>((one, other) => Math.min(one, other ?? 0), 0)
  const bottomValue = lowest < 0 ? -niceTop(-lowest * 1.02) : 0
  const topValue = niceTop(Math.max(highest, -lowest / 2) * 1.02)
  const range = topValue - bottomValue
  const x = (atMs: number) => ((atMs - fromMs) / Math.max(1, toMs - fromMs)) * (width - 8)
  const y = (value: number) => top + (1 - (value - bottomValue) / range) * (height - top - bottom)
  const ticks = lowest < 0 ? [bottomValue, 0, topValue] : [0, 0.25, 0.5, 0.75, 1].map((share) => share * topValue)
  const times5 = [0, 0.25, 0.5, 0.75, 1].map((share) => fromMs + share * (toMs - fromMs))
  const text = `${title}: ${series.map((entry) => said(entry, unit)).join('; ')}${limit === undefined ? '' : `; ${limit.label} ${formatNumber(limit.value, 1)} ${unit}`}.`
  return (
    <figure className="step-chart" aria-labelledby={id}>
      <figcaption id={id} className="sr-only">
        {text}
      </figcaption>
      <div className="step-legend" aria-hidden="true">
        {series.map(({ label, colour, dash }) => (
          <span key={label}>
            <i style={{ borderTop: `2px ${dash === true ? 'dashed' : 'solid'} var(${colour})` }} /> {label}
          </span>
        ))}
        {limit === undefined ? null : (
          <span>
            <i style={{ borderTop: '2px dotted var(--ts-dim)' }} /> {limit.label}
          </span>
        )}
        <span className="dim">{unit}</span>
      </div>
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true" preserveAspectRatio="none" style={{ height }}>
        {ticks.map((tick) => (
          <line key={tick} className="step-grid" x1={0} x2={width - 8} y1={y(tick)} y2={y(tick)} />
        ))}
        {series.map(({ label, colour, values, isArea }) =>
          isArea === true ? (
            <path
              key={`${label} area`}
              d={areaPath(times, values, x, y, toMs)}
              fill={`var(${colour})`}
              opacity={0.35}
            />
          ) : null,
        )}
        {series.map(({ label, colour, values, dash }) => (
          <path
            key={label}
            d={stepPath(times, values, x, y, toMs)}
            fill="none"
            stroke={`var(${colour})`}
            strokeWidth={1.5}
            vectorEffect="non-scaling-stroke"
            strokeDasharray={dash === true ? '5 3' : undefined}
          />
        ))}
        {limit === undefined ? null : (
          <line
            x1={0}
            x2={width - 8}
            y1={y(limit.value)}
            y2={y(limit.value)}
            stroke="var(--ts-dim)"
            strokeDasharray="2 3"
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
      <div className="step-values" aria-hidden="true">
        {ticks.map((tick) => (
          <span key={tick} style={{ top: y(tick) }}>
            {formatNumber(tick, tickDigits(lowest < 0 ? Math.min(topValue, -bottomValue) / 4 : topValue / 4))}
          </span>
        ))}
      </div>
      <div className="step-times" aria-hidden="true">
        {times5.map((atMs) => (
          <span key={atMs}>{clock(atMs)}</span>
        ))}
      </div>
    </figure>
  )
}

import { formatScaled, type Scale } from '../format/quantity.ts'
import type { StripTraces } from './strip-data.ts'

/** The values at the cursor, or the latest, each with its label and its line's colour; those of the compared meter by its name. */
export const StripValues = ({
  traces,
  values,
  scale,
  at,
}: {
  readonly traces: readonly StripTraces[]
  /** In the order of all series. */
  readonly values: readonly (number | null | undefined)[]
  readonly scale: Scale
  readonly at: string
}) => {
  const offsets = traces.map((_, index) =>
    traces.slice(0, index).reduce((count, { series }) => count + series.length, 0),
  )
  return (
    <span className="strip-values">
      {traces.map((entry, group) =>
        entry.series.map(({ key, label, colour }, index) => {
          const value = values[(offsets[group] ?? 0) + index]
          return (
            <span key={`${entry.name ?? ''} ${key}`}>
              <span className="strip-swatch" style={{ background: `var(${colour})` }} />
              {label}{' '}
              <strong title={value == null ? 'No value at this time' : undefined}>
                {value == null ? '–' : formatScaled(value, scale)}
              </strong>
            </span>
          )
        }),
      )}
      <span className="strip-at dim">{at}</span>
    </span>
  )
}

import { formatScaled, type Scale } from '../format/quantity.ts'
import { Dash } from '../ui/dash.tsx'
import type { StripTraces } from './strip-data.ts'

const Value = ({ value, scale }: { readonly value: number | null | undefined; readonly scale: Scale }) => (
  <strong>{value == null ? <Dash why="No value at this time" /> : formatScaled(value, scale)}</strong>
)

/** The values at the cursor, or the latest, each with its label; behind it, with a ′, the same of the meter it is compared with. */
export const StripValues = ({
  traces: [own, other],
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
  const others = other === undefined ? [] : other.series.map(({ key }) => key)
  const count = own?.series.length ?? 0
  return (
    <span className={`strip-values ${other === undefined ? '' : 'is-compared'}`}>
      {own?.series.map(({ key, label, colour }, index) => (
        <span key={key}>
          <span className="strip-swatch" style={{ background: `var(${colour})` }} />
          {label} <Value value={values[index]} scale={scale} />
          {others.includes(key) ? (
            <span className="dim" title={other?.name ?? undefined}>
              {' '}
              <Value value={values[count + others.indexOf(key)]} scale={scale} />′
            </span>
          ) : null}
        </span>
      ))}
      <span className="strip-at dim">{at}</span>
    </span>
  )
}

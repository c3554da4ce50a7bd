import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import type { MeterReading } from '../../../shared/model/image.ts'
import { quantities, type QuantityKey } from '../../../shared/quantities.ts'
import { formatAge, formatPeriod } from '../../format/duration.ts'
import { formatScaled, quantityLabel, scaleOfAll, type Scale } from '../../format/quantity.ts'
import { useNow } from '../../state/clock.ts'
import type { Extreme } from '../../state/extremes.ts'
import { PhaseLabel } from '../../ui/mark.tsx'
import { Dash, Missing } from '../../ui/dash.tsx'
import { columns, mainRows, type QuantityRow } from './quantity-groups.ts'

interface Shared {
  readonly meter: MeterDescription
  readonly reading: MeterReading | undefined
  readonly extremes: Readonly<Record<string, Extreme>>
  readonly chosen: string
  readonly choose: (key: QuantityKey) => void
}

/** The lowest and highest reading of a counter say nothing its value does not. */
const isCounter = (key: QuantityKey): boolean => quantities[key].kind === 'energy'

/** A value that answers "how do you know?" when pressed; below it the lowest and highest since the stated time. */
export const ValueCell = ({
  quantity,
  meter,
  reading,
  extremes,
  chosen,
  choose,
  scale,
}: Shared & { readonly quantity: QuantityKey; readonly scale: Scale }) => {
  const sample = reading?.samples[quantity]
  const reported = meter.quantities[quantity] !== undefined
  const extreme = extremes[quantity]
  return (
    <button
      type="button"
      className={`plain-button value-cell ${isCounter(quantity) ? 'is-counter' : ''}`}
      aria-pressed={chosen === quantity}
      onClick={() => choose(quantity)}
    >
      <span className="sr-only">{quantityLabel(quantity)} </span>
      <span className="value-now">
        {sample?.value == null || !reported ? (
          <Missing sample={reported ? (sample ?? undefined) : undefined} brief={!reported} />
        ) : (
          formatScaled(sample.value, scale)
        )}
      </span>
      <span className="value-range dim">
        {extreme === undefined || isCounter(quantity) ? (
          ''
        ) : (
          <>
            <span>{formatScaled(extreme.min, scale)}</span>
            <span className="value-to"> … </span>
            <span>{formatScaled(extreme.max, scale)}</span>
          </>
        )}
      </span>
    </button>
  )
}

const Row = ({ row, ...shared }: Shared & { readonly row: QuantityRow }) => {
  const now = useNow()
  const keys = Object.values(row.keys)
  const ages = keys.flatMap((key) => {
    const sample = shared.reading?.samples[key]
    return sample?.value == null || sample.atMs === null ? [] : [now - sample.atMs]
  })
  // By the largest the row has shown: the unit changes seldom, and the phases compare.
  const scale = scaleOfAll(keys[0] ?? '', [
    ...keys.map((key) => shared.reading?.samples[key]?.value),
    ...keys.flatMap((key) => [shared.extremes[key]?.min, shared.extremes[key]?.max]),
  ])
  const blind = keys.flatMap((key) => shared.meter.quantities[key]?.blindMs ?? [])
  return (
    <tr>
      <th scope="row">
        {row.label}
        <br />
        <span className="row-unit">{scale.unit}</span>
      </th>
      {columns.map((column) => {
        const key = row.keys[column]
        return <td key={column}>{key === undefined ? null : <ValueCell quantity={key} scale={scale} {...shared} />}</td>
      })}
      <td className="num dim">
        {ages.length === 0 ? <Dash why="No value has come yet" /> : formatAge(Math.max(...ages))}
        <br />
        {blind.length === 0 ? <Dash why="This meter does not report it" /> : formatPeriod(Math.max(...blind))}
      </td>
    </tr>
  )
}

/** An M-Bus meter sends what it has: rows of nothing but dashes would hide that, and "Does not report" says the rest. */
const rowsOf = (meter: MeterDescription): readonly QuantityRow[] =>
  meter.bus === 'mbus'
    ? mainRows.filter(({ keys }) => Object.values(keys).some((key) => meter.quantities[key] !== undefined))
    : mainRows

export const PhaseTable = (shared: Shared) => (
  <table className="table phase-table">
    <thead>
      <tr>
        <th scope="col">Quantity</th>
        {columns.map((column) => (
          <th key={column} scope="col" className="num">
            {column === 'all' ? 'All' : <PhaseLabel phase={column} />}
          </th>
        ))}
        <th scope="col" className="num">
          Age
          <br />
          Blind
        </th>
      </tr>
    </thead>
    <tbody>
      {rowsOf(shared.meter).map((row) => (
        <Row key={row.label} row={row} {...shared} />
      ))}
    </tbody>
  </table>
)

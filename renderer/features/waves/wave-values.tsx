import { scopeValue } from '../../charts/scope-data.ts'
import { formatNumber } from '../../format/number.ts'
import { Dash } from '../../ui/dash.tsx'
import { PhaseLabel } from '../../ui/mark.tsx'
import { phaseOf } from './wave-channels.ts'
import type { WaveNumbers } from './use-waves.ts'

const Number1 = ({ value, why }: { readonly value: number | null; readonly why: string }) =>
  value === null ? <Dash why={why} /> : <>{formatNumber(value, 1)}</>

/** One row a channel: one-cycle RMS from the samples, and the samples at the cursors. */
export const WaveValues = ({
  numbers,
  pointMs,
  markMs,
}: {
  readonly numbers: WaveNumbers
  readonly pointMs: number | null
  readonly markMs: number | null
}) => {
  const { picture, rms } = numbers
  const names = picture?.channels ?? []
  return (
    <section className="panel wave-values" aria-label="Values">
      <h2>
        Values <span className="dim">sampled</span>
      </h2>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Values of the channels">
        <table className="table is-dense">
          <thead>
            <tr>
              <th scope="col">Channel</th>
              <th
                scope="col"
                className="num"
                title="Root mean square over one cycle, refreshed every half cycle, of the last tenth of a second"
              >
                RMS
              </th>
              <th scope="col" className="num">
                At cursor
              </th>
              <th scope="col" className="num">
                At second
              </th>
              <th scope="col">Unit</th>
            </tr>
          </thead>
          <tbody>
            {names.map(({ name, unit }) => (
              <tr key={name}>
                <th scope="row">
                  <PhaseLabel phase={phaseOf(name)} /> <span className="dim">{name}</span>
                </th>
                <td className="num">
                  <Number1
                    value={rms.find((each) => each.name === name)?.rms ?? null}
                    why="No whole cycle of samples yet, or some are missing"
                  />
                </td>
                <td className="num">
                  <Number1 value={scopeValue(picture, name, pointMs)} why="No cursor in the picture" />
                </td>
                <td className="num">
                  <Number1 value={scopeValue(picture, name, markMs)} why="No second cursor in the picture" />
                </td>
                <td>{unit}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        Frequency{' '}
        {numbers.frequencyHz === null ? (
          <Dash why="Not every zero crossing of the last second was seen" />
        ) : (
          `${formatNumber(numbers.frequencyHz, 3)} Hz`
        )}{' '}
        <span className="dim">over whole cycles of a second</span>
      </p>
    </section>
  )
}

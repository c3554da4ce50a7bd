import type { SampledLook } from '../../../shared/api/waves-contract.ts'
import { scopeValue } from '../../charts/scope-data.ts'
import { formatNumber } from '../../format/number.ts'
import { Dash } from '../../ui/dash.tsx'
import { PhaseLabel } from '../../ui/mark.tsx'
import { turnedAngles } from './wave-angles.ts'
import { phaseOf } from './wave-channels.ts'
import type { WaveNumbers } from './use-waves.ts'

const Number1 = ({ value, why }: { readonly value: number | null | undefined; readonly why: string }) =>
  value == null ? <Dash why={why} /> : <>{formatNumber(value, 1)}</>

const noCycle = 'No whole cycle of samples there, or some are missing'

/** One row a channel, in step with the scopes: live the newest RMS, paused that of the cycle around the cursor. */
export const WaveValues = ({
  numbers,
  look,
  isHeld,
  pointMs,
  markMs,
}: {
  readonly numbers: WaveNumbers
  readonly look: SampledLook | null
  readonly isHeld: boolean
  readonly pointMs: number | null
  readonly markMs: number | null
}) => {
  const { picture, rms } = numbers
  const names = picture?.channels ?? []
  const angles = turnedAngles(look)
  const frequencyHz = isHeld ? (look?.frequencyHz ?? null) : numbers.frequencyHz
  const rmsOf = (name: string): number | null | undefined =>
    (isHeld ? look?.channels : rms)?.find((each) => each.name === name)?.rms
  return (
    <section className="panel wave-values" aria-label="Values">
      <h2>
        Values <span className="dim">sampled, {isHeld ? 'around the cursor' : 'newest'}</span>
      </h2>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Values of the channels">
        <table className="table is-dense">
          <thead>
            <tr>
              <th scope="col">Channel</th>
              <th
                scope="col"
                className="num"
                title={
                  isHeld
                    ? 'Root mean square over one cycle around the cursor'
                    : 'Root mean square over one cycle, refreshed every half cycle, of the last tenth of a second'
                }
              >
                RMS
              </th>
              <th scope="col" className="num" title="Of the fundamental, against the first voltage">
                Angle
              </th>
              <th scope="col" className="num">
                At cursor
              </th>
              <th scope="col" className="num" title="At the cursor less at the second cursor">
                Diff.
              </th>
            </tr>
          </thead>
          <tbody>
            {names.map(({ name, unit }) => {
              const [here, there] = [scopeValue(picture, name, pointMs), scopeValue(picture, name, markMs)]
              const angle = angles.get(name)
              return (
                <tr key={name}>
                  <th scope="row">
                    <PhaseLabel phase={phaseOf(name)} /> <span className="dim">{`${name}, ${unit}`}</span>
                  </th>
                  <td className="num">
                    <Number1 value={rmsOf(name)} why={noCycle} />
                  </td>
                  <td className="num">{angle === undefined ? <Dash why={noCycle} /> : `${formatNumber(angle, 0)}°`}</td>
                  <td className="num">
                    <Number1 value={here} why="No cursor in the picture" />
                  </td>
                  <td className="num">
                    <Number1 value={here === null || there === null ? null : here - there} why="No second cursor" />
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      <p>
        Frequency{' '}
        {frequencyHz === null ? <Dash why="Not every zero crossing was seen" /> : `${formatNumber(frequencyHz, 3)} Hz`}{' '}
        <span className="dim">{isHeld ? 'over ten cycles around the cursor' : 'over whole cycles of a second'}</span>
      </p>
    </section>
  )
}

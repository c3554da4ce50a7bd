import { meterUnbalance, type ReadValue } from '../../../shared/power-quality/meter-unbalance.ts'
import { own } from '../../../shared/own.ts'
import { formatNumber } from '../../format/number.ts'
import { useLive, useSite } from '../../state/live.ts'
import { meterOf } from '../../state/site-facts.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark, PhaseLabel } from '../../ui/mark.tsx'
import { Truth } from '../../ui/truth.tsx'

const Num = ({
  value,
  digits,
  why,
}: {
  readonly value: number | null
  readonly digits: number
  readonly why: string
}) => (value === null ? <Dash why={why} /> : <>{formatNumber(value, digits)}</>)

const MeterRow = ({ id, name, read }: { readonly id: string; readonly name: string; readonly read: ReadValue }) => {
  const { voltage, phaseDeviation, currentSpreadA, current, currentWhy, neutral } = meterUnbalance(read)
  const notReported = 'This meter does not report it, or has not yet'
  return (
    <tr>
      <th scope="row">
        <a href={`#/meters/${encodeURIComponent(id)}`}>{name}</a>
      </th>
      {['l1', 'l2', 'l3'].map((phase) => (
        <td key={phase} className="num">
          <Num value={read(`u_${phase}n`)?.value ?? null} digits={1} why={notReported} />
        </td>
      ))}
      <td className="num">
        <Num value={read('thd_u_l1')?.value ?? read('thd_u_ln_avg')?.value ?? null} digits={1} why={notReported} />
      </td>
      <td>
        {voltage.kind === 'known' ? (
          <>
            {formatNumber(voltage.negativePercent, 2)} % <span className="dim">{voltage.method}</span>
          </>
        ) : voltage.kind === 'reversed' ? (
          <Mark kind="warning">rotation reversed</Mark>
        ) : (
          <Dash why={voltage.why} />
        )}
      </td>
      <td className="num">
        <Num value={phaseDeviation} digits={2} why={notReported} />
      </td>
      <td className="num">
        <Num value={current?.negativePercent ?? null} digits={1} why={currentWhy} />
      </td>
      <td className="num">
        <Num value={currentSpreadA} digits={1} why={notReported} />
      </td>
      <td>
        {neutral === null ? (
          <Dash why={notReported} />
        ) : (
          <span title={neutral.how}>
            {formatNumber(neutral.valueA, 1)} <span className="dim">{neutral.how.split(',')[0]}</span>
          </span>
        )}
      </td>
    </tr>
  )
}

/** What polled meters give of unbalance and neutral, each by its method. */
export const MetersPanel = () => {
  const overview = useSite((state) => state.overview)
  const meters = useLive((state) => state.live?.image.meters)
  const readOf =
    (id: string): ReadValue =>
    (key) => {
      const sample = own(own(meters ?? {}, id)?.samples ?? {}, key)
      return sample?.value == null || sample.atMs === null ? null : { value: sample.value, atMs: sample.atMs }
    }
  return (
    <section className="panel stack" aria-label="Polled meters">
      <h2>
        Meters <Truth kind="polled RMS" />
      </h2>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Unbalance and neutral of the meters">
        <table className="table is-dense">
          <thead>
            <tr>
              <th scope="col">Meter</th>
              {['L1', 'L2', 'L3'].map((phase) => (
                <th key={phase} scope="col" className="num">
                  <PhaseLabel phase={phase} /> V
                </th>
              ))}
              <th scope="col" className="num" title="As the meter tells it; which orders it counts is its own choice">
                THD-U %
              </th>
              <th scope="col">Unbalance u2, by</th>
              <th
                scope="col"
                className="num"
                title="Largest deviation from the mean of the three voltages to neutral; not u2"
              >
                Deviation %
              </th>
              <th scope="col" className="num" title="From currents and powers on a symmetrical voltage">
                i2 %
              </th>
              <th scope="col" className="num" title="Largest less smallest phase current">
                Spread A
              </th>
              <th scope="col">Neutral A</th>
            </tr>
          </thead>
          <tbody>
            {(overview?.meters ?? []).map(({ id }) => (
              <MeterRow key={id} id={id} name={meterOf(overview, id)?.name ?? id} read={readOf(id)} />
            ))}
          </tbody>
        </table>
      </div>
      <p className="dim">
        Polled values carry no dips, no flicker and no harmonics by order; flags and the class of IEC 61000-4-30 do not
        apply to them. Rotation does not follow from magnitudes.
      </p>
    </section>
  )
}

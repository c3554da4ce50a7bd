import { NativeSelect } from '@mantine/core'
import type { LineReport } from '../../../shared/api/doctor-contract.ts'
import { formatPeriod } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark } from '../../ui/mark.tsx'

type Cycle = LineReport['budget']['advice'][number]['cycle']
const period = (ms: number | null): string => (ms === null ? 'never' : formatPeriod(Math.ceil(ms)))
const Gain = ({ now, then }: { readonly now: number | null; readonly then: number | null }) =>
  now === null || then === null || now === 0 ? (
    <Dash why="One of the two cycles is never completed, so there is nothing to compare" />
  ) : (
    `${formatNumber((100 * (then - now)) / now, 0)} %`
  )

/** The best cycle of this line with these meters, against what is asked and reached, and what would change it. */
export const BudgetPanel = ({
  report,
  assumeBaud,
  setAssumeBaud,
}: {
  readonly report: LineReport
  readonly assumeBaud: number | null
  readonly setAssumeBaud: (baud: number | null) => void
}) => {
  const { best, note, load, wire, advice } = report.budget
  const now: Cycle = best ?? { p50Ms: null, p95Ms: null }
  const asked = report.devices.flatMap(({ periodMs }) => (periodMs === null ? [] : [periodMs]))
  const reached = report.devices.flatMap(({ achievedPeriodMs }) =>
    achievedPeriodMs === null ? [] : [achievedPeriodMs],
  )
  const isBehindGateway = report.framing === 'rtu' && (wire === null || assumeBaud !== null) && report.characterMs === 0
  return (
    <section className="panel stack" aria-label="Calculator">
      <h2>How fast this line can be</h2>
      {isBehindGateway ? (
        <NativeSelect
          className="no-print"
          label="Baud rate behind the gateway"
          w={220}
          value={assumeBaud === null ? '' : String(assumeBaud)}
          onChange={(event) =>
            setAssumeBaud(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))
          }
          data={[
            { value: '', label: 'not known' },
            ...[2400, 9600, 19_200, 38_400, 57_600, 115_200].map((baud) => ({
              value: String(baud),
              label: String(baud),
            })),
          ]}
        />
      ) : null}
      {best === null ? null : (
        <dl className="facts">
          <dt>Best cycle of all fast values</dt>
          <dd>
            <strong>{period(best.p50Ms)}</strong> at the usual turnaround (p50), <strong>{period(best.p95Ms)}</strong>{' '}
            if every reply were as slow as one in twenty is (p95)
          </dd>
          <dt>Asked for</dt>
          <dd>
            {asked.length === 0
              ? 'nothing is polled on this line'
              : [...new Set(asked)]
                  .sort((left, right) => left - right)
                  .map(formatPeriod)
                  .join(', ')}
          </dd>
          <dt>Reached</dt>
          <dd>
            {reached.length === 0
              ? 'not known before two reads'
              : `${formatPeriod(Math.round(Math.min(...reached)))} to ${formatPeriod(Math.round(Math.max(...reached)))}`}
          </dd>
          <dt>Line in use at the periods asked</dt>
          <dd>
            {load === null ? (
              'not known yet'
            ) : load.p95 > 1 ? (
              <Mark kind="warning">
                {formatNumber(load.p50 * 100, 0)} % at p50, {formatNumber(load.p95 * 100, 0)} % at p95: more than it has
              </Mark>
            ) : (
              `${formatNumber(load.p50 * 100, 0)} % at p50, ${formatNumber(load.p95 * 100, 0)} % at p95`
            )}
          </dd>
          <dt>Wire</dt>
          <dd>
            {wire === null
              ? 'not known'
              : `${wire.baud} baud, parity ${wire.parity}, ${wire.stopBits} stop: ${formatNumber(((1 + 8 + (wire.parity === 'none' ? 0 : 1) + wire.stopBits) * 1000) / wire.baud, 3)} ms a character`}
          </dd>
        </dl>
      )}
      {note === '' ? null : <p className="dim">{note}</p>}
      {advice.length === 0 ? null : (
        <div className="table-scroll" tabIndex={0} role="region" aria-label="What would change it">
          <table className="table is-dense">
            <thead>
              <tr>
                <th scope="col">What would change it</th>
                <th scope="col" className="num">
                  Cycle p50
                </th>
                <th scope="col" className="num">
                  p95
                </th>
                <th scope="col" className="num">
                  Change
                </th>
                <th scope="col">Why, and what it takes</th>
              </tr>
            </thead>
            <tbody>
              {advice.map((row) => (
                <tr key={row.title} className={row.changes ? '' : 'dim'}>
                  <th scope="row">{row.title}</th>
                  <td className="num">{period(row.cycle.p50Ms)}</td>
                  <td className="num">{period(row.cycle.p95Ms)}</td>
                  <td className="num">{row.changes ? <Gain now={now.p95Ms} then={row.cycle.p95Ms} /> : 'none'}</td>
                  <td>{row.text}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

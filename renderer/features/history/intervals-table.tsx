import type { JoinedInterval } from '../../../shared/api/history-contract.ts'
import { formatNumber } from '../../format/number.ts'
import { formatQuantity } from '../../format/quantity.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark } from '../../ui/mark.tsx'

/** "2026-11-23 10:00", and for several that were joined until when and how many. */
const spanText = (row: JoinedInterval, time: ReturnType<typeof useTimeFormat>): string =>
  row.endMs === undefined
    ? time.dateTime(row.startMs)
    : `${time.dateTime(row.startMs)} to ${time.dateTime(row.endMs)}, ${row.joined ?? 1} joined`
const Kwh = ({ value, why }: { readonly value: number | null; readonly why: string | null }) =>
  value === null ? <Dash why={why ?? 'No register reading at one end'} /> : <>{formatNumber(value, 3)}</>

const IntervalRow = ({ row }: { readonly row: JoinedInterval }) => {
  const time = useTimeFormat()
  return (
    <tr>
      <th scope="row" className="nowrap">
        {spanText(row, time)}
      </th>
      <td className="num">
        <strong>
          <Kwh value={row.importKwh} why={row.note} />
        </strong>
      </td>
      <td className="num">
        <Kwh value={row.exportKwh} why={row.note} />
      </td>
      <td className="num">
        <Kwh value={row.registerStartKwh} why={row.note} />
      </td>
      <td className="num">
        <Kwh value={row.registerEndKwh} why={row.note} />
      </td>
      <td className="num">
        {row.stats.p_total === undefined ? (
          <Dash why="Power was not read in this interval" />
        ) : (
          formatQuantity('p_total', row.stats.p_total[1])
        )}
      </td>
      <td className="num">
        {row.coverage < 0.95 ? (
          <Mark kind="warning">{formatNumber(row.coverage * 100, 0)} %</Mark>
        ) : (
          `${formatNumber(row.coverage * 100, 0)} %`
        )}
      </td>
      <td>{row.note ?? (row.importKwh === null ? 'no register reading at one end' : '')}</td>
    </tr>
  )
}

export const IntervalsTable = ({ rows }: { readonly rows: readonly JoinedInterval[] }) => (
  <div className="table-scroll intervals" role="region" aria-label="Intervals" tabIndex={0}>
    <table className="table">
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col" className="num">
            Import kWh
          </th>
          <th scope="col" className="num">
            Export kWh
          </th>
          <th scope="col" className="num">
            Register at start
          </th>
          <th scope="col" className="num">
            at end
          </th>
          <th scope="col" className="num">
            Mean power
          </th>
          <th scope="col" className="num">
            Good samples
          </th>
          <th scope="col">Note</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <IntervalRow key={row.startMs} row={row} />
        ))}
      </tbody>
    </table>
  </div>
)

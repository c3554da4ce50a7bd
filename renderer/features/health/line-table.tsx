import { Fragment } from 'react'
import type { Health, LineHealth } from '../../../shared/model/health.ts'
import { formatBytes } from '../../format/number.ts'
import { useSite } from '../../state/live.ts'
import { lineName } from '../../state/site-facts.ts'
import { routeTo } from '../../state/route.ts'
import { lineStateText } from '../../ui/device-state.ts'
import { Mark } from '../../ui/mark.tsx'
import { CountCells, CountHeads } from './count-cells.tsx'

const columns = 10

const transportName = (transport: LineHealth['transport']): string => {
  if (transport === 'ocpp') return 'OCPP'
  return transport.startsWith('mbus') ? 'M-Bus' : transport
}

const LineRow = ({ id, line }: { readonly id: string; readonly line: LineHealth }) => {
  const name = useSite((site) => lineName(site.overview, id))
  const state = lineStateText(line)
  const transport = transportName(line.transport)
  return (
    <Fragment>
      <tr>
        <th scope="row" className="health-name">
          {line.transport === 'ocpp' ? (
            <span title={id}>{name}</span>
          ) : (
            <a href={routeTo('doctor', id)} title={id}>
              {name}
            </a>
          )}
          <div className="dim" title={`${transport} ${line.address}`}>
            {transport} <span className="mono">{line.address}</span>
          </div>
        </th>
        <td>
          <Mark kind={state.kind}>{state.word}</Mark>
        </td>
        <CountCells counts={line} />
        <td className="num">{line.reconnects}</td>
        <td className="num nowrap">
          {formatBytes(line.bytesSent)}
          <br />/ {formatBytes(line.bytesReceived)}
        </td>
        <td className={`num ${line.strayBytes > 0 ? 'warn' : ''}`}>{line.strayBytes}</td>
      </tr>
      {line.problem === null ? null : (
        <tr>
          <td colSpan={columns}>
            <Mark kind="critical">{line.problem}</Mark>
          </td>
        </tr>
      )}
    </Fragment>
  )
}

/** Every line: what was asked and answered on it, and what was wrong. */
export const LineTable = ({ lines }: { readonly lines: Health['lines'] }) => (
  <section className="panel table-scroll" aria-label="Lines" tabIndex={0}>
    <h2>Lines</h2>
    <table className="table is-dense health-table">
      <thead>
        <tr>
          <th scope="col">
            Line
            <br />
            address
          </th>
          <th scope="col">State</th>
          <CountHeads />
          <th scope="col" className="num">
            Reconnects
          </th>
          <th scope="col" className="num">
            Sent
            <br />/ received
          </th>
          <th scope="col" className="num">
            Stray
            <br />
            bytes
          </th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(lines).map(([id, line]) => (
          <LineRow key={id} id={id} line={line} />
        ))}
      </tbody>
    </table>
  </section>
)

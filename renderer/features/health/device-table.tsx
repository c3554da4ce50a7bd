import type { DeviceHealth, Health } from '../../../shared/model/health.ts'
import { formatPeriod } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'
import { useNow } from '../../state/clock.ts'
import { useSite } from '../../state/live.ts'
import { routeTo } from '../../state/route.ts'
import { chargerOf, meterOf, useTimeFormat } from '../../state/site-facts.ts'
import { Age } from '../../ui/age.tsx'
import { Dash } from '../../ui/dash.tsx'
import { deviceStateText } from '../../ui/device-state.ts'
import { Mark } from '../../ui/mark.tsx'
import { CountCells, CountHeads } from './count-cells.tsx'

const columns = 12

const DeviceRow = ({ id, device }: { readonly id: string; readonly device: DeviceHealth }) => {
  const overview = useSite((state) => state.overview)
  const time = useTimeFormat()
  const now = useNow()
  const state = deviceStateText(device)
  const name = (device.kind === 'meter' ? meterOf(overview, id)?.name : chargerOf(overview, id)?.name) ?? id
  return (
    <>
      <tr>
        <th scope="row" className="health-name">
          {device.kind === 'meter' ? (
            <a href={routeTo('meters', id)} title={name}>
              {name}
            </a>
          ) : (
            <span title={name}>{name}</span>
          )}
          <div className="dim" title={`${device.lineId}, ${device.address}`}>
            {/* The doctor listens to lines this program asks on; chargers over OCPP come by themselves. */}
            {device.connection === undefined ? (
              <a href={routeTo('doctor', device.lineId)}>{device.lineId}</a>
            ) : (
              device.lineId
            )}
            , {device.address}
          </div>
        </th>
        <td>
          <Mark kind={state.kind}>{state.word}</Mark>
        </td>
        <CountCells counts={device} />
        <td
          className="num nowrap"
          title={
            device.longestDeadlineMs === undefined
              ? undefined
              : `learned from its replies; never more than ${formatNumber(device.longestDeadlineMs, 0)} ms`
          }
        >
          {device.deadlineMs === undefined ? (
            <Dash why="Learned from Modbus devices only" />
          ) : (
            formatNumber(device.deadlineMs, 0)
          )}
        </td>
        <td className="num nowrap">
          {formatPeriod(device.periodMs)} /{' '}
          {device.achievedPeriodMs === null ? (
            <Dash why="Known after two reads" />
          ) : (
            formatPeriod(Math.round(device.achievedPeriodMs))
          )}
        </td>
        <td className={`num nowrap ${device.skippedSweeps > 0 ? 'warn' : ''}`}>
          {device.skippedSweeps} / {formatNumber(device.latenessMs, 0)}
        </td>
        <td className="num">{device.requestsPerSweep}</td>
        <td className="num">
          <Age atMs={device.lastGoodAtMs} />
        </td>
      </tr>
      {device.connection === undefined ? null : (
        <tr>
          <td colSpan={columns} className="dim">
            {device.connection.text}
            {device.connection.remarks.length === 0 ? null : (
              <ul className="health-remarks" aria-label="Beside the standard">
                {device.connection.remarks.map((remark) => (
                  <li key={remark}>It {remark}</li>
                ))}
              </ul>
            )}
          </td>
        </tr>
      )}
      {device.notes.length === 0 ? null : (
        <tr>
          <td colSpan={columns}>
            <Mark kind="warning">It says of itself: {device.notes.join('; ')}</Mark>
          </td>
        </tr>
      )}
      {device.lastFault === null ? null : (
        <tr>
          <td colSpan={columns} className={device.state === 'ok' ? 'dim' : ''}>
            Last fault {time.near(device.lastFault.atMs, now)} ({device.lastFault.kind}): {device.lastFault.message}
          </td>
        </tr>
      )}
    </>
  )
}

/** Every meter and charger: how it answers, and how fast it is really read. */
export const DeviceTable = ({ devices }: { readonly devices: Health['devices'] }) => (
  <section className="panel table-scroll" aria-label="Devices" tabIndex={0}>
    <h2>Meters and chargers</h2>
    <table className="table is-dense health-table">
      <thead>
        <tr>
          <th scope="col">
            Device
            <br />
            line, address
          </th>
          <th scope="col">State</th>
          <CountHeads />
          <th scope="col" className="num">
            Deadline
            <br />
            ms
          </th>
          <th scope="col" className="num">
            Period asked
            <br />/ reached
          </th>
          <th scope="col" className="num">
            Skipped
            <br />/ late ms
          </th>
          <th scope="col" className="num">
            Reads
            <br />a sweep
          </th>
          <th scope="col" className="num">
            Last
            <br />
            good
          </th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(devices).map(([id, device]) => (
          <DeviceRow key={id} id={id} device={device} />
        ))}
      </tbody>
    </table>
  </section>
)

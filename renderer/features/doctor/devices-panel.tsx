import type { LineReport } from '../../../shared/api/doctor-contract.ts'
import { exceptionWord, hex2 } from '../../../shared/modbus/words.ts'
import { formatNumber } from '../../format/number.ts'

const Count = ({ value }: { readonly value: number }) => (
  <td className={`num ${value > 0 ? 'warn' : ''}`}>
    {formatNumber(value, 0)}
    {value > 0 ? <span className="sr-only"> not zero</span> : ''}
  </td>
)

/** Each device of the line over the window: how fast, how often not, and how much of the line it takes. */
export const DevicesPanel = ({ devices }: { readonly devices: LineReport['devices'] }) => (
  <section className="panel table-scroll" aria-label="Devices" tabIndex={0}>
    <h2>Devices on this line</h2>
    <table className="table is-dense">
      <thead>
        <tr>
          <th scope="col">Device</th>
          <th scope="col" className="num">
            Unit
          </th>
          <th scope="col" className="num">
            Requests
          </th>
          <th scope="col" className="num">
            Turnaround ms
            <br />
            p50 / p95 / p99 / max
          </th>
          <th scope="col" className="num">
            Timeouts
          </th>
          <th scope="col" className="num">
            CRC
          </th>
          <th scope="col" className="num">
            Framing
          </th>
          <th scope="col" className="num">
            Late
          </th>
          <th scope="col" className="num">
            Wrong
            <br />
            unit
          </th>
          <th scope="col">Exceptions</th>
          <th scope="col" className="num">
            Share of
            <br />
            the bus
          </th>
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <tr key={`${device.id ?? ''} ${device.unit}`}>
            <th scope="row">{device.name}</th>
            <td className="num">{device.unit}</td>
            <td className="num">{formatNumber(device.requests, 0)}</td>
            <td className="num">
              {device.turnaroundMs === null
                ? '– no reply'
                : (['p50', 'p95', 'p99', 'max'] as const)
                    .map((key) => formatNumber(device.turnaroundMs?.[key] ?? 0, 1))
                    .join(' / ')}
            </td>
            <Count value={device.timeouts} />
            <Count value={device.crcErrors} />
            <Count value={device.framingErrors} />
            <Count value={device.lateReplies} />
            <Count value={device.wrongUnit} />
            <td>
              {Object.keys(device.exceptions).length === 0
                ? 'none'
                : Object.entries(device.exceptions)
                    .map(([code, count]) => `0x${hex2(Number(code))} ${exceptionWord(Number(code))}: ${count}`)
                    .join('; ')}
            </td>
            <td className="num">{formatNumber(device.busShare * 100, 1)} %</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
)

import type { DeviceHealth, ExchangeCounts, Health, LineHealth } from '../../../shared/model/health.ts'
import type { CsvCell, CsvTable } from '../../format/csv.ts'
import { formatPeriod } from '../../format/duration.ts'
import { formatBytes, formatNumber } from '../../format/number.ts'
import { isoTime } from '../../format/time.ts'
import { useNow } from '../../state/clock.ts'
import { useHealth, useSite } from '../../state/live.ts'
import { routeTo } from '../../state/route.ts'
import { chargerOf, meterOf, useTimeFormat } from '../../state/site-facts.ts'
import { deviceStateText, lineStateText } from '../../ui/device-state.ts'
import { Mark } from '../../ui/mark.tsx'
import { Loading, Notice } from '../../ui/notice.tsx'
import { Age } from '../../ui/age.tsx'
import { Dash } from '../../ui/dash.tsx'
import { View } from '../../ui/view.tsx'
import { StorePanel } from './store-panel.tsx'
import { VolumePanel } from './volume-panel.tsx'

const countHeads = ['Requests', 'Timeouts', 'CRC', 'Malf.', 'Late']
const countsOf = (counts: ExchangeCounts): readonly number[] => [
  counts.requests,
  counts.timeouts,
  counts.crcErrors,
  counts.malformed,
  counts.lateReplies,
]

const CountCells = ({ counts }: { readonly counts: ExchangeCounts }) => (
  <>
    {countsOf(counts).map((count, index) => (
      <td key={countHeads[index]} className={`num ${index > 0 && count > 0 ? 'warn' : ''}`}>
        {formatNumber(count, 0)}
        {index > 0 && count > 0 ? <span className="sr-only"> not zero</span> : ''}
      </td>
    ))}
    <td className={`num nowrap ${counts.exceptions + counts.gatewaySilent + counts.gatewayNoPath > 0 ? 'warn' : ''}`}>
      {[counts.exceptions, counts.gatewaySilent, counts.gatewayNoPath]
        .map((count) => formatNumber(count, 0))
        .join(' / ')}
    </td>
    <td className="num">
      {counts.turnaroundMs === null ? (
        <Dash why="No reply has come yet" />
      ) : (
        (['p50', 'p95', 'max'] as const).map((key) => formatNumber(counts.turnaroundMs?.[key] ?? 0, 0)).join(' / ')
      )}
    </td>
  </>
)
const CountHeads = () => (
  <>
    {countHeads.map((head) => (
      <th key={head} scope="col" className="num">
        {head}
      </th>
    ))}
    <th scope="col" className="num">
      Exceptions
      <br />
      own / <abbr title="Exception 0x0B: the gateway got no reply from the device behind it">0B</abbr> /{' '}
      <abbr title="Exception 0x0A: the gateway has no path to this unit; a setting of the gateway">0A</abbr>
    </th>
    <th scope="col" className="num">
      Turnaround ms
      <br />
      p50 / p95 / max
    </th>
  </>
)

const LineRow = ({ id, line }: { readonly id: string; readonly line: LineHealth }) => {
  const name = useSite((site) => site.overview?.site.lines.find((entry) => entry.id === id)?.name) ?? id
  const state = lineStateText(line)
  return (
    <>
      <tr>
        <th scope="row" title={id}>
          <a href={routeTo('doctor', id)}>{name}</a>
        </th>
        <td className="clip" title={line.address}>
          {line.transport.startsWith('mbus') ? 'M-Bus' : line.transport} <span className="mono">{line.address}</span>
        </td>
        <td>
          <Mark kind={state.kind}>{state.word}</Mark>
        </td>
        <CountCells counts={line} />
        <td className="num">{line.reconnects}</td>
        <td className="num">
          {formatBytes(line.bytesSent)} / {formatBytes(line.bytesReceived)}
        </td>
        <td className={`num ${line.strayBytes > 0 ? 'warn' : ''}`}>{line.strayBytes}</td>
      </tr>
      {line.problem === null ? null : (
        <tr>
          <td colSpan={13}>
            <Mark kind="critical">{line.problem}</Mark>
          </td>
        </tr>
      )}
    </>
  )
}

const DeviceRow = ({ id, device }: { readonly id: string; readonly device: DeviceHealth }) => {
  const overview = useSite((state) => state.overview)
  const time = useTimeFormat()
  const now = useNow()
  const state = deviceStateText(device)
  const name = (device.kind === 'meter' ? meterOf(overview, id)?.name : chargerOf(overview, id)?.name) ?? id
  return (
    <>
      <tr>
        <th scope="row">{device.kind === 'meter' ? <a href={routeTo('meters', id)}>{name}</a> : name}</th>
        <td>
          <a href={routeTo('doctor', device.lineId)}>{device.lineId}</a>, {device.address}
        </td>
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
      {device.notes.length === 0 ? null : (
        <tr>
          <td colSpan={15}>
            <Mark kind="warning">It says of itself: {device.notes.join('; ')}</Mark>
          </td>
        </tr>
      )}
      {device.lastFault === null ? null : (
        <tr>
          <td colSpan={15} className={device.state === 'ok' ? 'dim' : ''}>
            Last fault {time.near(device.lastFault.atMs, now)} ({device.lastFault.kind}): {device.lastFault.message}
          </td>
        </tr>
      )}
    </>
  )
}

const csvOf = (health: Health): CsvTable => ({
  header: [
    'kind',
    'id',
    'line',
    'state',
    'requests',
    'timeouts',
    'crc_errors',
    'malformed',
    'late_replies',
    'exceptions',
    'gateway_silent',
    'gateway_no_path',
    'p50_ms',
    'p95_ms',
    'max_ms',
    'skipped_sweeps',
    'period_ms',
    'achieved_period_ms',
    'deadline_ms',
    'last_good_utc',
    'bytes_estimate',
    'bytes_per_month_estimate',
    'problem',
  ],
  rows: [
    ...Object.entries(health.lines).map(([id, line]): CsvCell[] => [
      'line',
      id,
      line.address,
      line.state,
      ...countsOf(line),
      line.exceptions,
      line.gatewaySilent,
      line.gatewayNoPath,
      line.turnaroundMs?.p50 ?? null,
      line.turnaroundMs?.p95 ?? null,
      line.turnaroundMs?.max ?? null,
      null,
      null,
      null,
      null,
      null,
      line.volume?.bytes ?? null,
      line.volume?.bytesPerMonth ?? null,
      line.problem,
    ]),
    ...Object.entries(health.devices).map(([id, device]): CsvCell[] => [
      device.kind,
      id,
      device.lineId,
      device.state,
      ...countsOf(device),
      device.exceptions,
      device.gatewaySilent,
      device.gatewayNoPath,
      device.turnaroundMs?.p50 ?? null,
      device.turnaroundMs?.p95 ?? null,
      device.turnaroundMs?.max ?? null,
      device.skippedSweeps,
      device.periodMs,
      device.achievedPeriodMs,
      device.deadlineMs ?? null,
      device.lastGoodAtMs === null ? null : isoTime(device.lastGoodAtMs),
      null,
      null,
      device.lastFault?.message ?? null,
    ]),
  ],
})

const Program = ({ health }: { readonly health: Health }) => {
  const time = useTimeFormat()
  const { store, cycle } = health
  return (
    <section className="panel" aria-label="The program">
      <h2>The program</h2>
      <dl className="facts">
        <dt>History store</dt>
        <dd>
          {store.state === 'ok' ? (
            <Mark kind="normal">
              {store.readOnly === true ? 'read here, kept by the instance that controls the site' : 'kept'}
            </Mark>
          ) : (
            <Mark kind="warning">
              {store.state === 'off' ? 'not kept' : 'has a problem'}
              {store.problem === null ? '' : `: ${store.problem}`}
            </Mark>
          )}
          , {formatBytes(store.bytes)}
          {store.readingsSinceMs === null
            ? ', no readings yet'
            : `, readings since ${time.dateTime(store.readingsSinceMs)}`}
        </dd>
        <dt>Cycle</dt>
        <dd>
          takes {formatNumber(cycle.durationMs, 1)} ms, last one started {formatNumber(cycle.latenessMs, 1)} ms late
        </dd>
      </dl>
    </section>
  )
}

export const HealthView = () => {
  const health = useHealth((state) => state.health)
  const ended = useHealth((state) => state.ended)
  if (health === null)
    return (
      <View title="Meter health">
        {ended === null ? (
          <Loading what="the counters" />
        ) : (
          <Notice tone="alarm" title="No health data">
            {ended}
          </Notice>
        )}
      </View>
    )
  return (
    <View
      title="Meter health"
      about="Counters since the program started; turnaround over the last 200 requests"
      csv={{ name: 'health', table: () => csvOf(health) }}
    >
      <section className="panel table-scroll" aria-label="Lines" tabIndex={0}>
        <h2>Lines</h2>
        <table className="table is-dense">
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Address</th>
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
            {Object.entries(health.lines).map(([id, line]) => (
              <LineRow key={id} id={id} line={line} />
            ))}
          </tbody>
        </table>
      </section>
      <section className="panel table-scroll" aria-label="Devices" tabIndex={0}>
        <h2>Meters and chargers</h2>
        <table className="table is-dense">
          <thead>
            <tr>
              <th scope="col">Device</th>
              <th scope="col">Line, address</th>
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
            {Object.entries(health.devices).map(([id, device]) => (
              <DeviceRow key={id} id={id} device={device} />
            ))}
          </tbody>
        </table>
      </section>
      <VolumePanel lines={health.lines} />
      <Program health={health} />
      <StorePanel store={health.store} />
    </View>
  )
}

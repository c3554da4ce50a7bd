import { lineProblemText } from '../../../../shared/said/line-problem.ts'
import type { DeviceHealth, LineHealth } from '../../../../shared/model/health.ts'
import { isMbusLine, type MbusSiteLine } from '../../../../shared/site/site.ts'
import type { FieldPorts, FieldSource } from '../../field/field-source.ts'
import type { Stop } from '../../ports.ts'
import { createExchangeCounter } from '../exchange-counts.ts'
import { must } from '../must.ts'
import { createMbusLoop } from './mbus-loop.ts'
import { createMbusMeter } from './mbus-meter.ts'

const addressOf = (line: MbusSiteLine): string =>
  line.transport === 'mbus-serial'
    ? `${line.path}, ${String(line.baud)} baud, parity ${line.parity}, ${String(line.stopBits)} stop`
    : `${line.host}:${String(line.port)}, bus at ${String(line.baud)} baud`

/** Reads every M-Bus meter of the site, one loop per line. */
export const createMbusSource = ({
  site,
  clock,
  log,
  mbus = { profiles: new Map(), lines: new Map() },
  onObservation,
  onNotice,
  onLineEvent,
}: FieldPorts): FieldSource => {
  const { profiles, lines } = mbus
  const parts = site.lines.filter(isMbusLine).map((siteLine) => {
    const line = must(lines.get(siteLine.id), `line ${siteLine.id}`)
    const counter = createExchangeCounter()
    const meters = site.meters
      .filter((meter) => meter.line === siteLine.id)
      .map((meter) =>
        createMbusMeter(
          meter,
          must(profiles.get(meter.profile), `M-Bus profile ${meter.profile}`),
          line,
          counter,
          clock,
          line.answerMs,
          onObservation,
          (kind, severity, facts) => onNotice?.(kind, severity, { kind: 'meter', id: meter.id }, facts),
        ),
      )
    return { siteLine, line, counter, meters, loop: createMbusLoop(line, meters, clock, log), stray: 0 }
  })
  let stops: Stop[] = []
  return {
    start(): void {
      stops = parts.map((part) =>
        part.line.onEvent((event) => {
          if (event.kind === 'stray') part.stray += event.bytes
          else if (event.kind === 'late-reply') part.counter.noteLateReply()
          onLineEvent?.(part.siteLine.id, event)
        }),
      )
      for (const { loop } of parts) loop.start(0)
    },
    async stop(): Promise<void> {
      for (const stop of stops) stop()
      await Promise.all(parts.map(({ loop }) => loop.stop()))
    },
    lineHealth: (): Record<string, LineHealth> =>
      Object.fromEntries(
        parts.map(({ siteLine, line, counter, stray }): [string, LineHealth] => {
          const { state, problem, reconnects, bytesSent, bytesReceived } = line.status()
          return [
            siteLine.id,
            {
              ...counter.read(),
              transport: siteLine.transport,
              address: addressOf(siteLine),
              state,
              problem: problem === null ? null : lineProblemText(problem),
              reconnects,
              bytesSent,
              bytesReceived,
              strayBytes: stray,
              volume: null,
            },
          ]
        }),
      ),
    deviceHealth: (): Record<string, DeviceHealth> =>
      Object.fromEntries(
        parts.flatMap(({ meters, loop }) => meters.map((meter) => [meter.id, meter.health(loop.isDown())])),
      ),
  }
}

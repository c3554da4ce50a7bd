import { lineProblemText } from '../../../../shared/said/line-problem.ts'
import type { MbusProfile } from '../../../../shared/mbus/profile.ts'
import type { DeviceHealth, LineHealth } from '../../../../shared/model/health.ts'
import type { Observation } from '../../../../shared/model/observation.ts'
import { isMbusLine, type MbusSiteLine, type Site } from '../../../../shared/site/site.ts'
import type { Clock, LineEvent, Log, MbusLine, Stop } from '../../ports.ts'
import { createExchangeCounter } from '../exchange-counts.ts'
import { createMbusLoop } from './mbus-loop.ts'
import { createMbusMeter } from './mbus-meter.ts'
import type { MbusNews } from './mbus-watch.ts'

/** What a site with M-Bus needs beyond the Modbus parts. */
export interface MbusParts {
  readonly profiles: ReadonlyMap<string, MbusProfile>
  readonly lines: ReadonlyMap<string, MbusLine>
}

export interface MbusAcquisitionOptions extends MbusParts {
  readonly site: Site
  readonly clock: Clock
  readonly log: Log
  readonly onObservation: (observation: Observation) => void
  /** For the site's history: a status bit set or gone, another meter in a meter's place. */
  readonly onNotice?: (notice: MbusNews & { readonly subject: { readonly kind: 'meter'; readonly id: string } }) => void
  readonly onLineEvent?: (lineId: string, event: LineEvent) => void
}

const addressOf = (line: MbusSiteLine): string =>
  line.transport === 'mbus-serial'
    ? `${line.path}, ${String(line.baud)} baud, parity ${line.parity}, ${String(line.stopBits)} stop`
    : `${line.host}:${String(line.port)}, bus at ${String(line.baud)} baud`

const must = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`${what} is missing: the site file must be checked before it is used`)
  return value
}

/** Reads every M-Bus meter of the site, one loop per line. */
export const createMbusAcquisition = ({
  site,
  clock,
  log,
  profiles,
  lines,
  onObservation,
  onNotice,
  onLineEvent,
}: MbusAcquisitionOptions) => {
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
          (news) => onNotice?.({ ...news, subject: { kind: 'meter', id: meter.id } }),
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
export type MbusAcquisition = ReturnType<typeof createMbusAcquisition>

import type { DataVolume, LineHealth } from '../../../shared/model/health.ts'
import { lineProblemText } from '../../../shared/said/line-problem.ts'
import type { ModbusSiteLine } from '../../../shared/site/site.ts'
import type { FieldPorts } from '../field/field-source.ts'
import type { LineParts } from './line-parts.ts'

/** A budget that stays exceeded is told again after a day. */
const budgetAgainMs = 86_400_000

const addressOf = (line: ModbusSiteLine): string =>
  line.transport === 'serial'
    ? `${line.path}, ${String(line.baud)} baud, parity ${line.parity}, ${String(line.stopBits)} stop`
    : `${line.host}:${String(line.port)}`

/** Follows the volume each time health is asked for (once a second), and tells a budget that will not last. */
const volumeOf = (part: LineParts, { clock, onNotice }: Pick<FieldPorts, 'clock' | 'onNotice'>): DataVolume | null => {
  const { bytesSent, bytesReceived } = part.line.status()
  const nowMs = clock.monotonicMs()
  const volume = part.volume.read({
    monotonicMs: nowMs,
    bytes: bytesSent + bytesReceived,
    requests: part.counter.read().requests,
    devices: part.devices.map((device) => ({
      id: device.id,
      periodMs: device.periodMs,
      requests: device.counter.read().requests,
    })),
  })
  if (volume?.advice != null && nowMs - part.budgetToldMs >= budgetAgainMs) {
    part.budgetToldMs = nowMs
    onNotice?.(
      'data-budget',
      'warning',
      { kind: 'line', id: part.site.id },
      {
        ...volume,
        line: part.site.name ?? part.site.id,
      },
    )
  }
  return volume
}

/** How a Modbus line does. */
export const lineHealthOf = (part: LineParts, ports: Pick<FieldPorts, 'clock' | 'onNotice'>): LineHealth => {
  const { state, problem, reconnects, bytesSent, bytesReceived } = part.line.status()
  return {
    ...part.counter.read(),
    transport: part.site.transport,
    address: addressOf(part.site),
    state,
    problem: problem === null ? null : lineProblemText(problem),
    reconnects,
    bytesSent,
    bytesReceived,
    strayBytes: part.stray,
    volume: volumeOf(part, ports),
  }
}

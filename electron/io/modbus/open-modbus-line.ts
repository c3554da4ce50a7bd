import type { Clock, Log } from '../../core/ports.ts'
import type { ModbusLine, OpenLine } from '../../core/lines/modbus-line.ts'
import type { ModbusSiteLine } from '../../../shared/site/site.ts'
import type { ByteChannel } from './byte-channel.ts'
import { createLine } from './line.ts'
import { timingOf } from './line-timing.ts'
import { createSerialChannel } from './serial-channel.ts'
import { createTcpChannel, tcpHabits } from './tcp-channel.ts'

export interface OpenModbusLineDeps {
  readonly clock: Clock
  readonly log: Log
  readonly random?: () => number
}

const channelOf = (line: ModbusSiteLine): ByteChannel =>
  line.transport === 'serial'
    ? createSerialChannel(line)
    : createTcpChannel(line.host, line.port, tcpHabits(line.link === 'cellular', line.keepAliveS))

/** Opens one line of the site file in the background; `random` spreads reconnects so that many clients do not come at once. */
export const openModbusLine = (
  line: ModbusSiteLine,
  { clock, log, random = Math.random }: OpenModbusLineDeps,
): ModbusLine =>
  createLine(
    {
      id: line.id,
      framing: line.transport === 'tcp' ? 'mbap' : (line.framing ?? 'rtu'),
      timing: timingOf(line),
      localEcho: line.transport === 'serial' && line.localEcho,
      isNetwork: line.transport !== 'serial',
      isCellular: line.transport !== 'serial' && line.link === 'cellular',
      ...(line.transport === 'tcp' && line.pipeline !== undefined ? { pipeline: line.pipeline } : {}),
    },
    channelOf(line),
    { clock, log, random },
  )

export const createOpenLine =
  (deps: OpenModbusLineDeps): OpenLine =>
  (line) =>
    openModbusLine(line, deps)

import type { MbusSiteLine } from '../../../shared/site/site.ts'
import type { Clock, Log } from '../../core/ports.ts'
import type { MbusLine, OpenMbusLine } from '../../core/lines/mbus-line.ts'
import { createSerialChannel } from '../modbus/serial-channel.ts'
import { createTcpChannel, tcpHabits } from '../modbus/tcp-channel.ts'
import { createMbusLine } from './mbus-line.ts'
import { mbusTimingOf } from './mbus-timing.ts'

export interface OpenMbusLineDeps {
  readonly clock: Clock
  readonly log: Log
  readonly random?: () => number
}

/** Opens one M-Bus line of the site file in the background; `random` spreads reconnects. */
export const openMbusLine = (line: MbusSiteLine, { clock, log, random = Math.random }: OpenMbusLineDeps): MbusLine =>
  createMbusLine(
    { id: line.id, timing: mbusTimingOf(line), isNetwork: line.transport === 'mbus-tcp' },
    line.transport === 'mbus-serial'
      ? createSerialChannel(line)
      : createTcpChannel(line.host, line.port, tcpHabits(false), 'mbus'),
    { clock, log, random },
  )

export const createOpenMbusLine =
  (deps: OpenMbusLineDeps): OpenMbusLine =>
  (line) =>
    openMbusLine(line, deps)

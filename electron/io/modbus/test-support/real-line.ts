import type { ExchangeOutcome, ModbusLine, ModbusRequest } from '../../../core/lines/modbus-line.ts'
import type { LineEvent } from '../../../core/lines/field-line.ts'
import type { ModbusSiteLine } from '../../../../shared/site/site.ts'
import { systemClock } from '../../clock.ts'
import { openModbusLine } from '../open-modbus-line.ts'
import { quietLog } from './quiet-log.ts'

export interface OpenedLine {
  readonly line: ModbusLine
  readonly events: LineEvent[]
}

export const openLine = (site: ModbusSiteLine): OpenedLine => {
  const line = openModbusLine(site, { clock: systemClock, log: quietLog })
  const events: LineEvent[] = []
  line.onEvent((event) => events.push(event))
  return { line, events }
}

export const read = (
  line: ModbusLine,
  unit: number,
  address: number,
  count: number,
  deadlineMs = 400,
): Promise<ExchangeOutcome> =>
  line.transact({ unit, functionCode: 3, address, count } satisfies ModbusRequest, { deadlineMs, priority: 'read' })

/** Waits for something on a real port; the pause is only how often it is looked at, nothing is timed. */
export const until = async (what: string, isSo: () => boolean, limitMs = 10_000): Promise<void> => {
  const endMs = Date.now() + limitMs
  while (!isSo()) {
    if (Date.now() > endMs) throw new Error(`waited in vain for: ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 10)
    })
  }
}

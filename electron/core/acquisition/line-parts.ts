import { devicesOnLines } from '../../../shared/site/devices-on-lines.ts'
import { isMbusLine, type ModbusSiteLine, type Site } from '../../../shared/site/site.ts'
import type { ModbusLine } from '../lines/modbus-line.ts'
import { createDataVolume } from './data-volume.ts'
import { createExchangeCounter, type ExchangeCounter } from './exchange-counts.ts'
import { linkHabits, type LinkHabits } from './link-habits.ts'
import { must } from './must.ts'
import type { PolledDevice } from './polled-device.ts'

/** One Modbus line with what is on it. */
export interface LineParts {
  readonly site: ModbusSiteLine
  readonly line: ModbusLine
  readonly counter: ExchangeCounter
  readonly devices: PolledDevice[]
  /** Bytes nobody asked for. */
  stray: number
  /** Until when it may be busy with a request that was given up, monotonic ms. */
  readonly heldUp: { untilMs: number }
  readonly volume: ReturnType<typeof createDataVolume>
  budgetToldMs: number
}

export const lineParts = (site: Site, lines: ReadonlyMap<string, ModbusLine>): ReadonlyMap<string, LineParts> =>
  new Map(
    site.lines
      .filter((line) => !isMbusLine(line))
      .map((siteLine): [string, LineParts] => [
        siteLine.id,
        {
          site: siteLine,
          line: must(lines.get(siteLine.id), `line ${siteLine.id}`),
          counter: createExchangeCounter(),
          devices: [],
          stray: 0,
          heldUp: { untilMs: 0 },
          volume: createDataVolume(siteLine),
          budgetToldMs: -Infinity,
        },
      ]),
  )

/** How a device on this line is waited for; `profileMs`: what its maker says. */
export const linkOf = (site: Site, { site: line }: LineParts, profileMs: number): LinkHabits =>
  linkHabits(line, profileMs, devicesOnLines(site).filter((device) => device.line === line.id).length > 1)

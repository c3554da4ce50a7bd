import type { Site } from '../../../shared/site/site.ts'
import type { Field } from '../field/field.ts'
import type { Clock } from '../ports.ts'
import type { ModbusLine, OpenLine } from '../lines/modbus-line.ts'
import { busOfSite, openBus, type BusOutcome } from './bus.ts'
import { connectionsPerSecond, lineAt, type Job } from './scan-plan.ts'

export interface ScanWayParts {
  readonly site: Site
  readonly lines: ReadonlyMap<string, ModbusLine>
  readonly acquisition: Pick<Field, 'background'>
  readonly openLine: OpenLine
  readonly clock: Clock
}

/** Lets through so many connections a second at most: each waits for its turn. */
const createTurns = (clock: Clock): (() => Promise<void>) => {
  let nextConnectMs = -Infinity
  return async () => {
    const nowMs = clock.monotonicMs()
    const mineMs = Math.max(nowMs, nextConnectMs)
    nextConnectMs = mineMs + 1000 / connectionsPerSecond
    if (mineMs > nowMs)
      await new Promise<void>((resolve) => {
        clock.after(mineMs - nowMs, resolve)
      })
  }
}

const failed = (problem: string): BusOutcome => ({ ok: false, kind: 'failed', problem })

/** Opens the bus of a job: a line of the site in the gaps of its polling, or a connection of our own. */
export const createScanWays = (parts: ScanWayParts, isStopped: () => boolean) => {
  const { site, lines, acquisition, openLine, clock } = parts
  const turn = createTurns(clock)
  return async ({ via }: Job): Promise<BusOutcome> => {
    if (via.kind === 'site') {
      const line = lines.get(via.line.id)
      return line === undefined ? failed('this line is not open') : busOfSite(via.line, line, acquisition)
    }
    // A search that goes on after the site was opened anew: some devices bear one connection and would drop the live one.
    const known = lineAt(site, via.line)
    if (known !== undefined)
      return failed(
        `it is a line of the site now, ${known.name ?? known.id}: start a new search to look there in the gaps of its polling`,
      )
    if (via.line.transport !== 'serial') await turn()
    return isStopped() ? failed('stopped') : openBus(via.line, openLine, clock)
  }
}

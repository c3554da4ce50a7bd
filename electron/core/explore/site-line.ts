import type { ModbusSiteLine } from '../../../shared/site/site.ts'
import { describeLine } from './explore-address.ts'
import type { ExploreLine, ExploreLineParts, LeftAlone } from './explore-port.ts'
import { createPace, firstDeadlineMs } from './pace.ts'

/** Asked before every request, because a charger may be left alone meanwhile (may-ask.ts). */
const leftAloneOn =
  (guard: ExploreLineParts['guard'], lineId: string) =>
  (unit: number): LeftAlone | null => {
    const charger = guard.heldBackBy({ kind: 'unit', lineId, unit })
    return charger === null ? null : { charger: charger.name ?? charger.id, by: 'unit' }
  }

const notesOf = (line: ModbusSiteLine, wasTyped: boolean): readonly string[] => [
  ...(wasTyped
    ? [`${describeLine(line)} is line ${line.id} of this site: read there, so that there is no second master`]
    : []),
  'read in the gaps of the polling, which goes on undisturbed',
]

/** A unit on a line of the site, read in the gaps of its polling. `wasTyped`: it was asked for by its address. */
export const siteExploreLine = (
  { site, meterProfiles, acquisition, clock, guard }: ExploreLineParts,
  line: ModbusSiteLine,
  unit: number,
  wasTyped: boolean,
): ExploreLine => {
  const meter = site.meters.find((one) => one.line === line.id && 'unit' in one && one.unit === unit)
  const timeoutMs = meter === undefined ? undefined : meterProfiles.get(meter.profile)?.line.timeoutMs
  const pace = createPace(line.timeoutMs ?? timeoutMs ?? firstDeadlineMs)
  return {
    where: `line ${line.id}, unit ${String(unit)}`,
    notes: notesOf(line, wasTyped),
    leftAlone: leftAloneOn(guard, line.id),
    ask: async (request) => {
      const options = { deadlineMs: pace.deadlineMs(), mayBeSilent: true }
      const outcome = await (acquisition.background(line.id, request, options) ?? {
        ok: false as const,
        atMs: clock.nowMs(),
        fault: { kind: 'closed' as const, code: null, message: `line ${line.id} is not polled` },
      })
      pace.note(outcome)
      return outcome
    },
    release: () => undefined,
  }
}

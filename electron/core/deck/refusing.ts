import { contract, type TripscopeContract } from '../../../shared/api/contract.ts'
import type { Handlers } from '../../../shared/api/define.ts'
import type { LiveOnly } from '../../../shared/said/deck-refusals.ts'
import { refusal } from '../../../shared/said/refusal.ts'

/** What only the live site does, by the beginning of the method's name; the first that fits counts. */
const liveOnly: readonly (readonly [start: string, what: LiveOnly])[] = [
  ['scan', 'search'],
  ['feeds', 'feeds'],
  ['site.addMeter', 'search'],
  ['explore', 'registers'],
  ['siteFile', 'site-file'],
  ['sites', 'sites'],
  ['snapshot', 'snapshot'],
  ['waveFiles', 'wave-files'],
]

const liveOnlyOf = (method: string): LiveOnly => liveOnly.find(([start]) => method.startsWith(start))?.[1] ?? 'orders'

/** Handlers of the whole contract that refuse with a sentence; what can be answered is laid over them. */
export const refusingHandlers = (): Handlers<TripscopeContract> =>
  // One function fits every kind of entry: a refusal is thrown before any value is given.
  Object.fromEntries(
    Object.keys(contract).map((name) => [
      name,
      (): never => {
        throw refusal('live-only', { what: liveOnlyOf(name) })
      },
    ]),
  ) as unknown as Handlers<TripscopeContract>

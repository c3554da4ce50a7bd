import { contract, type TripscopeContract } from '../../../shared/api/contract.ts'
import { Refusal, type Handlers } from '../../../shared/api/define.ts'

const noOrders =
  'This is a recording: it takes no orders, and no device can be asked. Go back to the live site for that.'

/** Why a recording can't answer, by the beginning of the method's name; the first that fits counts. */
const reasons: readonly (readonly [start: string, why: string])[] = [
  ['scan', 'A recording has no lines to search on: devices are found on the live site.'],
  ['feeds', 'A recording feeds no other system: what is set up stands on the live site.'],
  ['site.addMeter', 'A recording has no lines to search on: devices are found on the live site.'],
  [
    'explore',
    'A recording has no devices to ask: registers are read on the live site. What was read of them is in the record.',
  ],
  [
    'siteFile',
    'The site file of a recording is as it was then, and is not edited: it lies in the snapshot as site.yaml.',
  ],
  ['sites', 'Sites are chosen and made on the live site, not in a recording.'],
  [
    'snapshot',
    'This is a recording already: its file is where it was opened from. Snapshots are made of the live site.',
  ],
  ['waveFiles', 'Recordings of other devices are opened beside the live site, not in a recording.'],
]

const whyNot = (method: string): string => reasons.find(([start]) => method.startsWith(start))?.[1] ?? noOrders

/** Handlers of the whole contract that refuse with a sentence; what can be answered is laid over them. */
export const refusingHandlers = (): Handlers<TripscopeContract> =>
  // One function fits every kind of entry: a refusal is thrown before any value is given.
  Object.fromEntries(
    Object.keys(contract).map((name) => [
      name,
      (): never => {
        throw new Refusal(whyNot(name))
      },
    ]),
  ) as unknown as Handlers<TripscopeContract>

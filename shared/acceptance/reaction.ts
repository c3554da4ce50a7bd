import type { ChargerAbilities } from '../charger/abilities.ts'
import { pathUp } from '../site/path-up.ts'
import type { Site } from '../site/site.ts'

/**
 * How long the site may take from too much current to less of it, as it is declared. What each part is: the period of the meter above
 * (half of it on the mean, all of it at worst), one cycle of control, the write and its read back, and the car.
 */
export interface DeclaredReaction {
  readonly seconds: number
  readonly parts: readonly { readonly label: string; readonly seconds: number }[]
}

/** IEC 61851-1 table A.6: a car follows a lower duty cycle within 5 s. */
const carS = 5
/** One decision a second, at once on an overload (core/beat.ts). */
const cycleS = 1

export const declaredReaction = (site: Site, chargerId: string, abilities: ChargerAbilities): DeclaredReaction => {
  const charger = site.chargers.find(({ id }) => id === chargerId)
  const metered = pathUp(site, charger?.circuit).find((circuit) => circuit.meter !== undefined)
  const meter = site.meters.find(({ id }) => id === metered?.meter)
  const meterPart =
    meter === undefined
      ? { label: 'no meter above it: other load is not seen', seconds: 0 }
      : { label: `period of ${meter.name ?? meter.id}`, seconds: meter.periodMs / 1000 }
  const parts = [
    meterPart,
    { label: 'one cycle of control', seconds: cycleS },
    { label: 'shortest time between two writes', seconds: 0 },
    { label: `the charger takes its limit (${abilities.profileId})`, seconds: abilities.limit.settleMs / 1000 },
    { label: 'the car follows (IEC 61851-1)', seconds: carS },
  ].filter(({ seconds, label }) => seconds > 0 || label.startsWith('no meter'))
  return { parts, seconds: parts.reduce((sum, part) => sum + part.seconds, 0) }
}

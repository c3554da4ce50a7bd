import type { ChargerAbilities } from '../../../../shared/charger/abilities.ts'
import type { Site } from '../../../../shared/site/site.ts'
import type { Clock } from '../../ports.ts'
import { controlledChargers } from '../controlled-charger.ts'
import { createDecider } from '../decide.ts'
import type { Steering } from './closed-loop.ts'

/**
 * This program's own way of steering, on a clock of the run: the very decider that steers the site. It decides every second as it always
 * does; with a longer loop time only every so manieth decision reaches the chargers.
 */
export const ownSteering = (
  site: Site,
  abilities: ReadonlyMap<string, ChargerAbilities>,
  clock: Clock,
  loopS = 1,
): Steering => {
  const decider = createDecider(site, controlledChargers(site, abilities), clock)
  return {
    loopS: 1,
    step: (image, nowS) => {
      const { chargers } = decider.decide(image, true, () => ({
        trouble: null,
        override: null,
        feeding: null,
        ownLimit: null,
        heldA: null,
      }))
      if (nowS % loopS !== 0) return null
      return Object.fromEntries(Object.entries(chargers).map(([id, { targetA }]) => [id, targetA]))
    },
  }
}

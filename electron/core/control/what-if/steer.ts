import type { ChargerAbilities } from '../../../../shared/charger/abilities.ts'
import type { Site } from '../../../../shared/site/site.ts'
import type { Clock } from '../../ports.ts'
import { controlledChargers } from '../controlled-charger.ts'
import { forgetful } from '../../site/memory.ts'
import { createDecider } from '../decide.ts'
import { createPhaseSwitching } from '../phase-switch/phase-switching.ts'
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
  const chargers = controlledChargers(site, abilities)
  // The very machine that switches the site; who is told of it nobody asks here.
  const switching = createPhaseSwitching({ site, chargers, clock, tell: () => undefined })
  const decider = createDecider(site, chargers, clock, forgetful, clock, () => new Map(), switching)
  return {
    loopS: 1,
    step: (image, nowS) => {
      const { chargers: decided } = decider.decide(image, true, () => ({
        trouble: null,
        override: null,
        feeding: null,
        ownLimit: null,
        heldA: null,
      }))
      if (nowS % loopS !== 0) return null
      return Object.fromEntries(Object.entries(decided).map(([id, { targetA }]) => [id, targetA]))
    },
    switches: () => {
      const orders = switching.orders()
      for (const { id } of orders) switching.answered(id, null)
      return orders
    },
  }
}

import type { Strategy } from '../../../shared/allocation/strategies.ts'
import type { Site } from '../../../shared/site/site.ts'
import { pathOf } from './controlled-charger.ts'

export interface Grouped {
  readonly strategy: Strategy
  readonly group: string
}

/** A site is never changed once it was accepted: what holds at each circuit is found once. */
const known = new WeakMap<Site, Map<string, Grouped>>()

/** The strategy that holds at a circuit: its own, or that of the nearest circuit above; and which circuit's group that is. */
export const strategyAt = (site: Site, circuitId: string): Grouped => {
  const ofSite = known.get(site) ?? new Map<string, Grouped>()
  known.set(site, ofSite)
  const before = ofSite.get(circuitId)
  if (before !== undefined) return before
  const own = pathOf(site, circuitId).find(({ strategy }) => strategy !== undefined)
  const grouped =
    own?.strategy === undefined
      ? { strategy: site.control.strategy, group: '' }
      : { strategy: own.strategy, group: own.id }
  ofSite.set(circuitId, grouped)
  return grouped
}

import type { Strategy } from '../../../shared/allocation/strategies.ts'
import type { Site } from '../../../shared/site/site.ts'
import { pathOf } from './controlled-charger.ts'

/** The strategy that holds at a circuit: its own, or that of the nearest circuit above; and which circuit's group that is. */
export const strategyAt = (site: Site, circuitId: string): { readonly strategy: Strategy; readonly group: string } => {
  const own = pathOf(site, circuitId).find(({ strategy }) => strategy !== undefined)
  return own?.strategy === undefined
    ? { strategy: site.control.strategy, group: '' }
    : { strategy: own.strategy, group: own.id }
}

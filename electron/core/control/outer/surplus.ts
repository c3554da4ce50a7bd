import type { Image } from '../../../../shared/model/image.ts'
import { phases } from '../../../../shared/model/phase.ts'
import { own } from '../../../../shared/own.ts'
import { isRoot } from '../../../../shared/site/circuit-limit.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { drawnA, type ChargerView } from '../charger-watch.ts'

/** Power fed in at the grid connection, W; null: not measured, or nothing is declared to feed in. Negative: imported. */
export const fedInW = (site: Site, image: Image): number | null => {
  if (!site.circuits.some(({ generation }) => generation)) return null
  const root = site.circuits.find(isRoot)
  const value = own(image.meters, root?.meter ?? '')?.samples['p_total']?.value
  return value == null ? null : -value
}

/** What own generation leaves for chargers that take nothing else: what is fed in and what they draw themselves, W. */
export const surplusW = (site: Site, image: Image, chargers: readonly ChargerView[]): number | null => {
  const fed = fedInW(site, image)
  if (fed === null) return null
  const drawn = chargers.reduce((sum, view) => sum + phases.reduce((all, phase) => all + drawnA(view, phase), 0), 0)
  return Math.max(0, fed + drawn * site.grid.nominalVoltage)
}

import type { Site, SiteCircuit, SiteMeter } from '../../../shared/site/site.ts'

/** What can flow through a meter at most, and what that rests on, for a person. */
export interface EnergyBound {
  readonly kw: number
  readonly why: string
}

/**
 * A breaker carries 1.45 times its rating for up to an hour before it must trip (IEC 60898-1, 9.10, conventional tripping current), and
 * the voltage may be 10 % above nominal (EN 50160). Beyond the product no energy is possible; below it nothing is doubted.
 */
const overload = 1.45 * 1.1
const wires = 3
/** A current transformer measures to 120 % of its primary current (IEC 61869-2, extended range of classes 0.2S and 0.5S). */
const transformerRange = 1.2 * 1.1
/** 5 MW: the plausible range of a power in shared/quantities.ts, where nothing else is known of the meter. */
const unknownKw = 5000

const carryA = (site: Site, circuit: SiteCircuit): number => {
  const own = Math.max(circuit.breaker?.rating ?? 0, circuit.limit ?? 0)
  const parent = site.circuits.find(({ id }) => id === circuit.parent)
  const above = parent === undefined ? site.grid.limit : carryA(site, parent)
  // The agreed current of the grid connection is not what trips where a breaker's rating is known.
  if (own > 0) return parent === undefined ? own : Math.min(own, above)
  return above
}

/**
 * The most power, kW, that can flow through a meter: what its circuit can carry on three phases; else what its current transformer
 * measures; else the plausible range of a power. A meter over several circuits counts by the largest.
 */
export const energyBound = (site: Site, meter: SiteMeter): EnergyBound => {
  const { nominalVoltage } = site.grid
  const kwOf = (amperes: number, share: number): number => (amperes * wires * nominalVoltage * share) / 1000
  const circuits = site.circuits.filter((circuit) => circuit.meter === meter.id)
  if (circuits.length > 0) {
    const amperes = Math.max(...circuits.map((circuit) => carryA(site, circuit)))
    return { kw: kwOf(amperes, overload), why: `its circuit carries ${amperes} A` }
  }
  const primary = meter.currentTransformer?.primary
  if (primary !== undefined)
    return { kw: kwOf(primary, transformerRange), why: `its current transformers measure ${primary} A` }
  return { kw: unknownKw, why: 'no installation here takes 5 MW' }
}

import type { Site, SiteCharger, SiteCircuit } from '../../../shared/site/site.ts'

export interface CircuitNode {
  readonly circuit: SiteCircuit
  readonly circuits: readonly CircuitNode[]
  readonly chargers: readonly SiteCharger[]
}

/** The circuits as the current flows, in the order of the site file. A circuit in a loop (a broken file) appears once. */
export const siteTree = (site: Site): readonly CircuitNode[] => {
  const placed = new Set<string>()
  const node = (circuit: SiteCircuit): CircuitNode => {
    placed.add(circuit.id)
    return {
      circuit,
      circuits: site.circuits.filter((child) => child.parent === circuit.id && !placed.has(child.id)).map(node),
      chargers: site.chargers.filter((charger) => charger.circuit === circuit.id),
    }
  }
  return site.circuits.filter((circuit) => circuit.parent === undefined).map(node)
}

/** "C 63 A, IEC 60898-1" or what stands in its place. */
export const breakerText = (circuit: SiteCircuit): string =>
  (circuit.breaker === undefined ? 'no breaker given' : `${circuit.breaker.curve} ${circuit.breaker.rating} A`)

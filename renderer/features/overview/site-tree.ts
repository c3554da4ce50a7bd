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

const curveTexts: Readonly<Record<string, string>> = { 'thermal-magnetic': 'TM', electronic: 'ETU' }

/** "C 63 A", "TM 160 A" (thermal-magnetic), "ETU 400 A" (electronic trip unit), or what stands in its place. */
export const breakerText = ({ breaker }: SiteCircuit): string =>
  breaker === undefined ? 'no breaker given' : `${curveTexts[breaker.curve] ?? breaker.curve} ${breaker.rating} A`

export const breakerTitle = ({ breaker }: SiteCircuit): string =>
  breaker === undefined
    ? 'The site file names no breaker for this circuit'
    : `Breaker ${breaker.standard}, ${breaker.curve}, ${breaker.rating} A`

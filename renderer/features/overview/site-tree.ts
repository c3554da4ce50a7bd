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

/** A circuit of the tree as a row: how deep it lies, and the circuits above it, nearest first. */
export interface CircuitRow {
  readonly node: CircuitNode
  readonly depth: number
  readonly above: readonly string[]
}

/** The tree as rows, parents before children. */
export const treeRows = (nodes: readonly CircuitNode[], above: readonly string[] = []): readonly CircuitRow[] =>
  nodes.flatMap((node) => [
    { node, depth: above.length, above },
    ...treeRows(node.circuits, [node.circuit.id, ...above]),
  ])

export const chargersBelow = (node: CircuitNode): readonly SiteCharger[] => [
  ...node.chargers,
  ...node.circuits.flatMap(chargersBelow),
]
export const circuitsBelow = (node: CircuitNode): readonly SiteCircuit[] =>
  node.circuits.flatMap((child) => [child.circuit, ...circuitsBelow(child)])

/** What still fits on 1366x768 as a drawn diagram: chargers, circuits, and circuits in a row from the grid to a charger. */
const drawn = { chargers: 14, circuits: 8, deepest: 2 } as const

/** Whether the site is small enough to be drawn whole; larger ones are shown as a folding tree with a cell per charger. */
export const fitsDiagram = (site: Site): boolean =>
  site.chargers.length <= drawn.chargers &&
  site.circuits.length <= drawn.circuits &&
  treeRows(siteTree(site)).every(({ node, depth }) => depth < (node.chargers.length === 0 ? 3 : drawn.deepest))

const curveTexts: Readonly<Record<string, string>> = { 'thermal-magnetic': 'TM', electronic: 'ETU' }

/** "C 63 A", "TM 160 A" (thermal-magnetic), "ETU 400 A" (electronic trip unit), or what stands in its place. */
export const breakerText = ({ breaker }: SiteCircuit): string =>
  breaker === undefined ? 'no breaker given' : `${curveTexts[breaker.curve] ?? breaker.curve} ${breaker.rating} A`

export const breakerTitle = ({ breaker }: SiteCircuit): string =>
  breaker === undefined
    ? 'The site file names no breaker for this circuit'
    : `Breaker ${breaker.standard}, ${breaker.curve}, ${breaker.rating} A`

import type { Live } from '../../../shared/api/live-contract.ts'
import { chargerKey, circuitKey, isAbnormal, type NodeKey, type NodeState } from './node-state.ts'
import { type CircuitNode } from './site-tree.ts'
import { own } from '../../../shared/own.ts'

export const filterKinds = [
  { value: 'all', label: 'All' },
  { value: 'abnormal', label: 'Abnormal' },
  { value: 'charging', label: 'Charging' },
  { value: 'silent', label: 'Not known' },
] as const
export type FilterKind = (typeof filterKinds)[number]['value']
export interface SiteFilter {
  readonly kind: FilterKind
  readonly text: string
}
export const noFilter: SiteFilter = { kind: 'all', text: '' }
export const isFiltering = ({ kind, text }: SiteFilter): boolean => kind !== 'all' || text.trim() !== ''

interface Known {
  readonly live: Live
  readonly states: ReadonlyMap<NodeKey, NodeState>
}
const names = (entry: { readonly id: string; readonly name?: string | undefined }): string =>
  `${entry.id} ${entry.name ?? ''}`.toLowerCase()

const passesKind = (kind: FilterKind, id: string, key: NodeKey, { live, states }: Known): boolean => {
  const state = states.get(key)
  switch (kind) {
    case 'all':
      return true
    case 'abnormal':
      return state !== undefined && isAbnormal(state)
    case 'charging':
      return own(live.image.chargers, id)?.status.value === 'charging'
    case 'silent':
      return state?.kind === 'unknown'
  }
}

/**
 * The part of the tree that passes: a charger by its own name and state or by the name of a circuit above it; a circuit where it or
 * something below it passes.
 */
export const filterTree = (
  nodes: readonly CircuitNode[],
  filter: SiteFilter,
  known: Known,
  isUnderNamed = false,
): readonly CircuitNode[] => {
  const text = filter.text.trim().toLowerCase()
  return nodes.flatMap((node) => {
    const { id } = node.circuit
    const isNamed = isUnderNamed || (text !== '' && names(node.circuit).includes(text))
    const hasText = (entry: { readonly id: string; readonly name?: string | undefined }) =>
      text === '' || isNamed || names(entry).includes(text)
    const circuits = filterTree(node.circuits, filter, known, isNamed)
    const chargers = node.chargers.filter(
      (charger) => hasText(charger) && passesKind(filter.kind, charger.id, chargerKey(charger.id), known),
    )
    const itself = hasText(node.circuit) && passesKind(filter.kind, id, circuitKey(id), known)
    return itself || circuits.length + chargers.length > 0 ? [{ circuit: node.circuit, circuits, chargers }] : []
  })
}

/** The keys of all nodes of a (filtered) tree, in its order. */
export const keysOf = (nodes: readonly CircuitNode[]): readonly NodeKey[] =>
  nodes.flatMap(({ circuit, circuits, chargers }) => [
    circuitKey(circuit.id),
    ...chargers.map(({ id }) => chargerKey(id)),
    ...keysOf(circuits),
  ])

/** The tree with only these nodes: what a filter found when it was set, so that no row comes or goes by itself. */
export const keepOnly = (nodes: readonly CircuitNode[], keys: ReadonlySet<NodeKey>): readonly CircuitNode[] =>
  nodes
    .filter(({ circuit }) => keys.has(circuitKey(circuit.id)))
    .map(({ circuit, circuits, chargers }) => ({
      circuit,
      circuits: keepOnly(circuits, keys),
      chargers: chargers.filter(({ id }) => keys.has(chargerKey(id))),
    }))

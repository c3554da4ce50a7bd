import { chargerKey, circuitKey, isAbnormal, type NodeKey, type NodeState } from './node-state.ts'
import { chargersBelow, circuitsBelow, type CircuitNode, type CircuitRow } from './site-tree.ts'

/** What of a tree of circuits is unfolded, by circuit id. */
export type Unfolded = ReadonlySet<string>

export const hasBelow = (node: CircuitNode): boolean => node.circuits.length + node.chargers.length > 0

/** Rows that can be seen: all whose circuits above are unfolded. */
export const visibleRows = (rows: readonly CircuitRow[], unfolded: Unfolded): readonly CircuitRow[] =>
  rows.filter(({ above }) => above.every((id) => unfolded.has(id)))

export const toggled = (unfolded: Unfolded, id: string): Unfolded => {
  const next = new Set(unfolded)
  if (!next.delete(id)) next.add(id)
  return next
}

/** Circuits that feed circuits: unfolded, every circuit is a row and no charger is shown. */
export const circuitsOnly = (rows: readonly CircuitRow[]): Unfolded =>
  new Set(rows.filter(({ node }) => node.circuits.length > 0).map(({ node }) => node.circuit.id))

export const everything = (rows: readonly CircuitRow[]): Unfolded =>
  new Set(rows.filter(({ node }) => hasBelow(node)).map(({ node }) => node.circuit.id))

/** What must be unfolded for every abnormal circuit and charger to be seen. */
export const abnormalPaths = (rows: readonly CircuitRow[], states: ReadonlyMap<NodeKey, NodeState>): Unfolded => {
  const isOff = (key: NodeKey) => {
    const state = states.get(key)
    return state !== undefined && isAbnormal(state)
  }
  return new Set(
    rows
      .filter(
        ({ node }) =>
          chargersBelow(node).some(({ id }) => isOff(chargerKey(id))) ||
          circuitsBelow(node).some(({ id }) => isOff(circuitKey(id))),
      )
      .map(({ node }) => node.circuit.id),
  )
}

/** A key pressed on the fold button of a row: what becomes unfolded, and which row gets the focus. */
export const foldKey = (
  key: string,
  row: CircuitRow,
  visible: readonly CircuitRow[],
  unfolded: Unfolded,
): { readonly unfolded: Unfolded; readonly focus: string } | null => {
  const { id } = row.node.circuit
  const at = visible.findIndex(({ node }) => node.circuit.id === id)
  const to = (index: number) => ({
    unfolded,
    focus: visible[Math.max(0, Math.min(visible.length - 1, index))]?.node.circuit.id ?? id,
  })
  const isOpen = unfolded.has(id)
  switch (key) {
    case 'ArrowDown':
      return to(at + 1)
    case 'ArrowUp':
      return to(at - 1)
    case 'Home':
      return to(0)
    case 'End':
      return to(visible.length - 1)
    case 'ArrowRight':
      return !isOpen && hasBelow(row.node) ? { unfolded: toggled(unfolded, id), focus: id } : to(at + 1)
    case 'ArrowLeft':
      return isOpen ? { unfolded: toggled(unfolded, id), focus: id } : { unfolded, focus: row.above[0] ?? id }
    default:
      return null
  }
}

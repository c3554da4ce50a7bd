import { memo, useMemo } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { formatLimit } from '../../format/number.ts'
import { useLive } from '../../state/live.ts'
import { Mark } from '../../ui/mark.tsx'
import { ChargerRow } from './charger-row.tsx'
import { CircuitBlock } from './circuit-block.tsx'
import { useGridState } from './grid-strip.tsx'
import { circuitKey } from './node-state.ts'
import { siteTree, type CircuitNode } from './site-tree.ts'
import { statesOf } from './use-site-states.ts'
import { own } from '../../../shared/own.ts'

interface Shared {
  readonly overview: Overview
  readonly nearestId: string | null
  readonly chosen: string | null
  readonly choose: (id: string) => void
}

const LiveCircuit = ({ node, overview, nearestId }: Shared & { readonly node: CircuitNode }) => {
  const { id } = node.circuit
  const reading = useLive(({ live }) => own(live?.image.circuits, id))
  const state = useLive(({ live }) => statesOf(overview.site, live).get(circuitKey(id)))
  return <CircuitBlock circuit={node.circuit} reading={reading} state={state} isNearest={id === nearestId} />
}

const Branch = ({ node, ...shared }: Shared & { readonly node: CircuitNode }) => (
  <div className="branch">
    <LiveCircuit node={node} {...shared} />
    {node.circuits.length + node.chargers.length === 0 ? null : (
      <ul className="branch-children">
        {node.circuits.map((child) => (
          <li key={child.circuit.id}>
            <Branch node={child} {...shared} />
          </li>
        ))}
        {node.chargers.map((charger) => (
          <li key={charger.id} className="is-charger">
            <ChargerRow charger={charger} isChosen={charger.id === shared.chosen} choose={shared.choose} />
          </li>
        ))}
      </ul>
    )}
  </div>
)

const GridNode = ({ overview }: { readonly overview: Overview }) => {
  const { grid } = overview.site
  const state = useGridState(overview.site)
  return (
    <div className={`grid-node is-${state.kind}`} data-testid="grid-node" data-state={state.kind} title={state.detail}>
      <strong>Grid</strong>
      <span>{formatLimit(grid.limit)} A</span>
      <span className="dim">{grid.nominalVoltage} V</span>
      <span className="dim">{grid.frequency} Hz</span>
      {state.kind === 'normal' ? null : <Mark kind={state.kind}>{state.word}</Mark>}
    </div>
  )
}

/** The single-line diagram, drawn whole: for a site that fits. */
export const Diagram = memo(function Diagram(shared: Shared) {
  const tree = useMemo(() => siteTree(shared.overview.site), [shared.overview.site])
  return (
    <section className="diagram" aria-label="Single-line diagram" tabIndex={0}>
      <GridNode overview={shared.overview} />
      <ul className="branch-children is-root">
        {tree.map((node) => (
          <li key={node.circuit.id}>
            <Branch node={node} {...shared} />
          </li>
        ))}
      </ul>
    </section>
  )
})

import { memo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { own } from '../../../shared/own.ts'
import { formatAmperes, formatLimit } from '../../format/number.ts'
import { useLive } from '../../state/live.ts'
import { PhaseLabel } from '../../ui/mark.tsx'
import { Dash } from '../../ui/dash.tsx'
import { siteTree, treeRows } from '../overview/site-tree.ts'
import { share } from './circuit-share.ts'

const noParts: readonly (number | null)[] = []

const PhaseBar = ({ circuitId, phase }: { readonly circuitId: string; readonly phase: Phase }) => {
  const [limitA = null, otherLoadA = null, allocatedA = null] = useLive(
    useShallow(({ live }) => {
      const part = own(live?.control.decision?.circuits, circuitId)?.[phase]
      return part === undefined ? noParts : [part.limitA, part.otherLoadA, part.allocatedA]
    }),
  )
  if (limitA === null || allocatedA === null)
    return (
      <td>
        <Dash why="The circuit does not have this phase, or nothing is decided yet" />
      </td>
    )
  const { other, allocated, limit, freeA } = share({ limitA, otherLoadA, allocatedA })
  const isOver = freeA !== null && freeA < -0.05
  const used = otherLoadA === null ? null : otherLoadA + allocatedA
  return (
    <td className={isOver ? 'is-over' : undefined}>
      <span className="share-bar" aria-hidden="true">
        <span className="is-other" style={{ width: `${other * 100}%` }} />
        <span className="is-allocated" style={{ width: `${allocated * 100}%` }} />
        <span className="is-limit" style={{ left: `${limit * 100}%` }} />
      </span>
      <span className="share-numbers">
        {isOver ? '! ' : ''}
        {used === null ? <Dash why="Other load is not known" /> : formatAmperes(used)}
        <span className="dim"> of {formatLimit(limitA)} A</span>
      </span>
    </td>
  )
}

/** Per circuit, as the current flows, and per phase: other load and what chargers are given, stacked against what may be used. */
export const ShareTree = memo(function ShareTree({ overview }: { readonly overview: Overview }) {
  const rows = treeRows(siteTree(overview.site))
  return (
    <div
      className="table-scroll"
      tabIndex={0}
      role="region"
      aria-label="What each circuit’s limit is used for, as a tree"
    >
      <table className="table share-tree">
        <thead>
          <tr>
            <th scope="col">Circuit</th>
            {phases.map((phase) => (
              <th key={phase} scope="col">
                <PhaseLabel phase={phase} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ node: { circuit }, depth }) => (
            <tr key={circuit.id}>
              <th scope="row" style={{ paddingLeft: 6 + depth * 16 }}>
                {circuit.name ?? circuit.id}
              </th>
              {phases.map((phase) => (
                <PhaseBar key={phase} circuitId={circuit.id} phase={phase} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
})

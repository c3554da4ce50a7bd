import { memo } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { formatAmperes, formatLimit } from '../../format/number.ts'
import { Mark, PhaseLabel } from '../../ui/mark.tsx'
import { Dash } from '../../ui/dash.tsx'
import { siteTree, treeRows } from '../overview/site-tree.ts'
import { rangeText, ShareBar, useShare } from './share-parts.tsx'

const PhaseBar = ({ circuitId, phase }: { readonly circuitId: string; readonly phase: Phase }) => {
  const part = useShare(circuitId, phase)
  if (part === null)
    return (
      <td>
        <Dash why="The circuit does not have this phase, or nothing is decided yet" />
      </td>
    )
  const { otherA, allocatedA, limitA, overA } = part
  const used =
    otherA === null ? (
      <Dash why="Other load is not known" />
    ) : (
      rangeText({ least: otherA.least + allocatedA, most: otherA.most + allocatedA })
    )
  return (
    <td>
      <ShareBar {...part} />
      <span className="share-numbers">
        {overA === 0 ? (
          <>
            {used} <span className="dim">of {formatLimit(limitA)} A</span>
          </>
        ) : (
          <Mark kind="critical">
            {used} of {formatLimit(limitA)} A, {formatAmperes(overA)} A over
          </Mark>
        )}
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

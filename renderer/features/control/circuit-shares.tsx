import { memo, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { formatAmperes, formatLimit, plural } from '../../format/number.ts'
import { useLive } from '../../state/live.ts'
import { circuitName } from '../../state/site-facts.ts'
import { Mark, PhaseLabel } from '../../ui/mark.tsx'
import { Dash } from '../../ui/dash.tsx'
import { fitsDiagram } from '../overview/site-tree.ts'
import { own } from '../../../shared/own.ts'
import { share } from './circuit-share.ts'
import { isRange, rangeText, ShareBar, useShare } from './share-parts.tsx'
import { ShareTree } from './share-tree.tsx'

const Part = ({ circuitId, phase }: { readonly circuitId: string; readonly phase: Phase }) => {
  const part = useShare(circuitId, phase)
  if (part === null) return null
  const { otherA, allocatedA, freeA, limitA, overA } = part
  return (
    <tr>
      <th scope="row">
        <PhaseLabel phase={phase} />
      </th>
      <td>
        <ShareBar {...part} />
      </td>
      <td className="num">
        {otherA === null ? <Dash why="No usable measurement of this circuit" /> : rangeText(otherA)}
      </td>
      <td className="num">{formatAmperes(allocatedA)}</td>
      <td className="num">
        {freeA === null ? (
          <Dash why="Other load is not known, so what is free is not known either" />
        ) : overA > 0 ? (
          <Mark kind="critical">{rangeText(freeA)}</Mark>
        ) : (
          rangeText(freeA)
        )}
      </td>
      <td className="num dim">{formatLimit(limitA)} A</td>
    </tr>
  )
}

const Circuit = memo(function Circuit({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <table className="share-table">
      <caption>{name}</caption>
      <thead>
        <tr>
          <th scope="col">phase</th>
          <th scope="col">used</th>
          <th scope="col" className="num">
            other A
          </th>
          <th scope="col" className="num">
            given A
          </th>
          <th scope="col" className="num">
            free A
          </th>
          <th scope="col" className="num">
            limit
          </th>
        </tr>
      </thead>
      <tbody>
        {phases.map((phase) => (
          <Part key={phase} circuitId={id} phase={phase} />
        ))}
      </tbody>
    </table>
  )
})

const Legend = () => (
  <span className="share-legend">
    <i className="is-other" /> other load <i className="is-perhaps" /> other load or a car’s current{' '}
    <i className="is-allocated" /> given to chargers <i className="is-free" /> free
  </span>
)

/** Said only while a figure is a range. */
const WhyRanges = ({ ids }: { readonly ids: readonly string[] }) => {
  const isAnyRange = useLive(({ live }) =>
    ids.some((id) =>
      phases.some((phase) => {
        const part = own(live?.control.decision?.circuits, id)?.[phase]
        const { otherA } = part === undefined ? { otherA: null } : share(part)
        return otherA !== null && isRange(otherA)
      }),
    ),
  )
  if (!isAnyRange) return null
  return (
    <p className="dim">
      A range: the meters do not tell on which phases a car draws, or the load moved in the last seconds. Chargers are
      raised only beside the higher figure, and reduced only by the lower one.
    </p>
  )
}

/** Per circuit and phase: what other load takes, what chargers are given, what is free. On a large site it is unfolded by who asks. */
export const CircuitShares = memo(function CircuitShares({ overview }: { readonly overview: Overview }) {
  const ids = useLive(useShallow(({ live }) => Object.keys(live?.control.decision?.circuits ?? {})))
  const [isOpen, setOpen] = useState(() => fitsDiagram(overview.site))
  if (ids.length === 0) return null
  return (
    <section className="panel" aria-label="Circuits">
      <div className="row">
        <h2 className="grow">
          <button type="button" className="plain-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <span aria-hidden="true" className="allocation-fold">
              {isOpen ? '▾' : '▸'}
            </span>{' '}
            What each circuit’s limit is used for
          </button>
        </h2>
        {isOpen ? <Legend /> : <span className="dim">{plural(ids.length, 'circuit')}</span>}
      </div>
      {isOpen ? <WhyRanges ids={ids} /> : null}
      {!isOpen ? null : !fitsDiagram(overview.site) ? (
        <ShareTree overview={overview} />
      ) : (
        <div className="shares">
          {ids.map((id) => (
            <Circuit key={id} id={id} name={circuitName(overview, id)} />
          ))}
        </div>
      )}
    </section>
  )
})

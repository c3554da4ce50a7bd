import { memo, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { own } from '../../../shared/own.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { formatAmperes, formatLimit, plural } from '../../format/number.ts'
import { useLive } from '../../state/live.ts'
import { circuitName } from '../../state/site-facts.ts'
import { Mark, PhaseLabel } from '../../ui/mark.tsx'
import { Dash } from '../../ui/dash.tsx'
import { fitsDiagram } from '../overview/site-tree.ts'
import { share } from './circuit-share.ts'
import { ShareTree } from './share-tree.tsx'

const noParts: readonly (number | null)[] = []

/** What is read on a row; drawn anew only when one of the numbers changes. */
const usePart = (circuitId: string, phase: Phase): readonly (number | null)[] =>
  useLive(
    useShallow(({ live }) => {
      const part = own(live?.control.decision?.circuits, circuitId)?.[phase]
      return part === undefined ? noParts : [part.limitA, part.otherLoadA, part.allocatedA]
    }),
  )

const Part = ({ circuitId, phase }: { readonly circuitId: string; readonly phase: Phase }) => {
  const [limitA = null, otherLoadA = null, allocatedA = null] = usePart(circuitId, phase)
  if (limitA === null || allocatedA === null) return null
  const { other, allocated, limit, freeA } = share({ limitA, otherLoadA, allocatedA })
  return (
    <tr>
      <th scope="row">
        <PhaseLabel phase={phase} />
      </th>
      <td>
        <span className="share-bar" aria-hidden="true">
          <span className="is-other" style={{ width: `${other * 100}%` }} />
          <span className="is-allocated" style={{ width: `${allocated * 100}%` }} />
          <span className="is-limit" style={{ left: `${limit * 100}%` }} />
        </span>
      </td>
      <td className="num">
        {otherLoadA === null ? <Dash why="No usable measurement of this circuit" /> : formatAmperes(otherLoadA)}
      </td>
      <td className="num">{formatAmperes(allocatedA)}</td>
      <td className="num">
        {freeA === null ? (
          <Dash why="Other load is not known, so what is free is not known either" />
        ) : freeA < 0 ? (
          <Mark kind="critical">{formatAmperes(freeA)}</Mark>
        ) : (
          formatAmperes(freeA)
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
    <i className="is-other" /> other load <i className="is-allocated" /> given to chargers <i className="is-free" />{' '}
    free
  </span>
)

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

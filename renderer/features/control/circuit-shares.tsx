import type { Decision } from '../../../shared/model/decision.ts'
import { phases } from '../../../shared/model/phase.ts'
import { formatAmperes, formatLimit } from '../../format/number.ts'
import { useSite } from '../../state/live.ts'
import { circuitName } from '../../state/site-facts.ts'
import { Mark, PhaseLabel } from '../../ui/mark.tsx'
import { Dash } from '../../ui/dash.tsx'
import { share } from './circuit-share.ts'

/** Per circuit and phase: what other load takes, what chargers are given, what is free. */
export const CircuitShares = ({ decision }: { readonly decision: Decision }) => {
  const overview = useSite((state) => state.overview)
  return (
    <section className="panel" aria-label="Circuits">
      <div className="row">
        <h2 className="grow">What each circuit&rsquo;s limit is used for</h2>
        <span className="share-legend">
          <i className="is-other" /> other load <i className="is-allocated" /> given to chargers{' '}
          <i className="is-free" /> free
        </span>
      </div>
      <div className="shares">
        {Object.entries(decision.circuits).map(([id, circuit]) => (
          <table key={id} className="share-table">
            <caption>{circuitName(overview, id)}</caption>
            <thead>
              <tr>
                <th scope="col">
                  <span className="sr-only">Phase</span>
                </th>
                <th scope="col">
                  <span className="sr-only">Bar</span>
                </th>
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
                  of
                </th>
              </tr>
            </thead>
            <tbody>
              {phases.map((phase) => {
                const part = circuit[phase]
                if (part === undefined) return null
                const { other, allocated, freeA } = share(part)
                return (
                  <tr key={phase}>
                    <th scope="row">
                      <PhaseLabel phase={phase} />
                    </th>
                    <td>
                      <span className="share-bar" aria-hidden="true">
                        <span className="is-other" style={{ width: `${other * 100}%` }} />
                        <span className="is-allocated" style={{ width: `${allocated * 100}%` }} />
                      </span>
                    </td>
                    <td className="num">
                      {part.otherLoadA === null ? (
                        <Dash why="No usable measurement of this circuit" />
                      ) : (
                        formatAmperes(part.otherLoadA)
                      )}
                    </td>
                    <td className="num">{formatAmperes(part.allocatedA)}</td>
                    <td className="num">
                      {freeA === null ? (
                        <Dash why="Other load is not known, so what is free is not known either" />
                      ) : freeA < 0 ? (
                        <Mark kind="critical">{formatAmperes(freeA)}</Mark>
                      ) : (
                        formatAmperes(freeA)
                      )}
                    </td>
                    <td className="num dim">{formatLimit(part.limitA)} A</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        ))}
      </div>
    </section>
  )
}

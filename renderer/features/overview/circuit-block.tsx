import type { CircuitPhaseReading, CircuitReading } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import type { SiteCircuit } from '../../../shared/site/site.ts'
import { formatAmperes, formatLimit } from '../../format/number.ts'
import { routeTo } from '../../state/route.ts'
import { loadRatio, loadState } from '../../ui/load-state.ts'
import { thermalText } from '../../ui/thermal-text.ts'
import { Mark, PhaseLabel } from '../../ui/mark.tsx'
import { Age } from '../../ui/age.tsx'
import { Dash, Missing } from '../../ui/dash.tsx'
import type { NodeState } from './node-state.ts'
import { breakerText, breakerTitle } from './site-tree.ts'

const barClass = { critical: 'is-alarm', warning: 'is-warn' } as Record<string, string>

const Bar = ({ reading }: { readonly reading: CircuitPhaseReading }) => {
  const ratio = loadRatio(reading) ?? 0
  return (
    <span className={`load-bar ${barClass[loadState(reading).kind] ?? ''}`} aria-hidden="true">
      <span style={{ width: `${Math.min(100, ratio * 100)}%` }} />
    </span>
  )
}

const PhaseRow = ({
  phase,
  reading,
  isOpen,
}: {
  readonly phase: Phase
  readonly reading: CircuitPhaseReading
  /** Its breaker may be open: what is left of the limit says nothing then. */
  readonly isOpen: boolean
}) => {
  const state = loadState(reading)
  const thermal = thermalText(reading)
  const abnormal = state.kind === 'critical' || state.kind === 'warning'
  return (
    <tr className={barClass[state.kind] ?? ''}>
      <th scope="row">
        <PhaseLabel phase={phase} />
      </th>
      <td className="num load-now">
        {reading.currentA.value === null ? (
          <Missing sample={reading.currentA} brief />
        ) : (
          formatAmperes(reading.currentA.value)
        )}
      </td>
      <td>
        <Bar reading={reading} />
      </td>
      <td className="num">
        {isOpen ? (
          <Dash why="Its breaker may be open: what is left of its limit says nothing" />
        ) : reading.headroomA === null ? (
          <Dash why="No current is known" />
        ) : (
          formatAmperes(reading.headroomA)
        )}
      </td>
      <td className="num" title={thermal.short === null ? undefined : thermal.long}>
        {thermal.short ?? <Dash why={thermal.long} />}
      </td>
      <td className="load-state">
        {abnormal ? (
          <Mark kind={state.kind}>
            <span className="sr-only">{state.word}</span>
          </Mark>
        ) : null}
      </td>
    </tr>
  )
}

const Source = ({ reading }: { readonly reading: CircuitReading }) => {
  if (reading.source === 'none') return null
  const oldest = Object.values(reading.phases).reduce<number | null>((oldestMs, phase) => {
    const at = phase?.currentA.value == null ? null : phase.currentA.atMs
    return at === null ? oldestMs : Math.min(oldestMs ?? at, at)
  }, null)
  return (
    <>
      {reading.source === 'meter' && reading.meterId !== null ? (
        <a href={routeTo('meters', reading.meterId)} aria-label={`meter ${reading.meterId}`}>
          {reading.meterId}
        </a>
      ) : (
        'sum of its chargers'
      )}
      {oldest === null ? null : (
        <>
          , <Age atMs={oldest} suffix=" old" />
        </>
      )}
    </>
  )
}

/** One circuit of the single-line diagram: every phase against its limit. */
export const CircuitBlock = ({
  circuit,
  reading,
  state,
  isNearest,
}: {
  readonly circuit: SiteCircuit
  readonly reading: CircuitReading | undefined
  readonly state: NodeState | undefined
  readonly isNearest: boolean
}) => {
  const name = circuit.name ?? circuit.id
  const readings = phases.flatMap((phase) => reading?.phases[phase] ?? [])
  const limitA = readings[0]?.limitA
  return (
    <section
      className={`circuit is-${state?.kind ?? 'unknown'} ${isNearest ? 'is-nearest' : ''}`}
      data-state={state?.kind ?? 'unknown'}
      aria-label={`Circuit ${name}`}
      data-circuit={circuit.id}
    >
      <strong className="circuit-name" title={name}>
        {name}
      </strong>
      <div className="circuit-state" title={state?.reasons.map(({ detail }) => detail).join('. ') || undefined}>
        {state === undefined ? null : (
          <span className={state.kind === 'normal' || state.kind === 'unknown' ? 'dim' : ''}>
            <Mark kind={state.kind}>{state.word}</Mark>
          </span>
        )}
      </div>
      {reading === undefined ? (
        <p className="dim">No reading yet</p>
      ) : (
        <table className="circuit-table">
          <thead>
            <tr>
              <th scope="col">phase</th>
              <th scope="col" className="num">
                now A
              </th>
              <th scope="col" className="num">
                {limitA === undefined ? 'limit not known' : `of ${formatLimit(limitA)} A`}
              </th>
              <th scope="col" className="num">
                left A
              </th>
              <th scope="col" className="num">
                <abbr title="Thermal margin used: share of what trips a fast breaker of its model; two numbers while the current before is not known">
                  thermal %
                </abbr>
              </th>
              <th scope="col">
                <span className="sr-only">State</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {phases.map((phase) => {
              const phaseReading = reading.phases[phase]
              return phaseReading === undefined ? null : (
                <PhaseRow key={phase} phase={phase} reading={phaseReading} isOpen={state?.isTripped ?? false} />
              )
            })}
          </tbody>
        </table>
      )}
      <div className="circuit-foot dim">
        <span>{reading === undefined ? null : <Source reading={reading} />}</span>
        <span title={breakerTitle(circuit)}>{breakerText(circuit)}</span>
      </div>
    </section>
  )
}

import type { CircuitPhaseReading, CircuitReading } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import type { SiteCircuit } from '../../../shared/site/site.ts'
import { formatAmperes, formatLimit, formatPercent } from '../../format/number.ts'
import { routeTo } from '../../state/route.ts'
import { loadRatio, loadState } from '../../ui/load-state.ts'
import { Mark, PhaseLabel } from '../../ui/mark.tsx'
import { Age, Missing } from '../../ui/value.tsx'
import { breakerText } from './site-tree.ts'

const barClass = { critical: 'is-alarm', warning: 'is-warn' } as Record<string, string>

const Bar = ({ reading }: { readonly reading: CircuitPhaseReading }) => {
  const ratio = loadRatio(reading) ?? 0
  return (
    <span className={`load-bar ${barClass[loadState(reading).kind] ?? ''}`} aria-hidden="true">
      <span style={{ width: `${Math.min(100, ratio * 100)}%` }} />
    </span>
  )
}

const PhaseRow = ({ phase, reading }: { readonly phase: Phase; readonly reading: CircuitPhaseReading }) => {
  const state = loadState(reading)
  const abnormal = state.kind === 'critical' || state.kind === 'warning'
  return (
    <tr className={barClass[state.kind] ?? ''}>
      <th scope="row"><PhaseLabel phase={phase} /></th>
      <td className="num load-now">{reading.currentA.value === null ? <Missing sample={reading.currentA} brief /> : formatAmperes(reading.currentA.value)}</td>
      <td><Bar reading={reading} /></td>
      <td className="num dim">{formatLimit(reading.limitA)}</td>
      <td className="num">{reading.headroomA === null ? <span className="dim">–</span> : formatAmperes(reading.headroomA)}</td>
      <td className="num">{reading.thermalUsedPercent === null ? <span className="dim">–</span> : formatPercent(reading.thermalUsedPercent)}</td>
      <td className="load-state">{abnormal ? <Mark kind={state.kind}><span className="sr-only">{state.word}</span></Mark> : null}</td>
    </tr>
  )
}

const Source = ({ reading }: { readonly reading: CircuitReading }) => {
  if (reading.source === 'none') return <>not measured</>
  const oldest = Object.values(reading.phases).reduce<number | null>((oldestMs, phase) => {
    const at = phase?.currentA.value == null ? null : phase.currentA.atMs
    return at === null ? oldestMs : Math.min(oldestMs ?? at, at)
  }, null)
  return (
    <>
      {reading.source === 'meter' && reading.meterId !== null
        ? <a href={routeTo('meters', reading.meterId)}>meter {reading.meterId}</a>
        : 'sum of its chargers'}
      {', '}<Age atMs={oldest} suffix=" old" />
    </>
  )
}

/** One circuit of the single-line diagram: every phase against its limit. */
export const CircuitBlock = ({ circuit, reading, isNearest }: {
  readonly circuit: SiteCircuit; readonly reading: CircuitReading | undefined; readonly isNearest: boolean
}) => {
  const name = circuit.name ?? circuit.id
  const worst = phases.flatMap((phase) => reading?.phases[phase] ?? []).map(loadState)
  const state = worst.find((entry) => entry.kind === 'critical') ?? worst.find((entry) => entry.kind === 'warning')
  return (
    <section className={`circuit ${isNearest ? 'is-nearest' : ''}`} aria-label={`Circuit ${name}`} data-circuit={circuit.id}>
      <div className="circuit-head">
        <strong title={name}>{name}</strong>
        {state === undefined ? <span className="dim nowrap">{breakerText(circuit)}</span> : <Mark kind={state.kind}>{state.word}</Mark>}
      </div>
      {reading === undefined ? <p className="dim">No reading yet</p> : (
        <table className="circuit-table">
          <thead><tr><th scope="col"><span className="sr-only">Phase</span></th><th scope="col" className="num">A now</th><th scope="col"><span className="sr-only">Load</span></th><th scope="col" className="num">limit</th><th scope="col" className="num">left</th><th scope="col" className="num"><abbr title="Thermal margin used: share of the breaker's early thermal curve">th %</abbr></th><th scope="col"><span className="sr-only">State</span></th></tr></thead>
          <tbody>
            {phases.map((phase) => {
              const phaseReading = reading.phases[phase]
              return phaseReading === undefined ? null : <PhaseRow key={phase} phase={phase} reading={phaseReading} />
            })}
          </tbody>
        </table>
      )}
      <div className="circuit-foot dim">{reading === undefined ? null : <Source reading={reading} />}{state === undefined ? null : <span>{breakerText(circuit)}</span>}</div>
    </section>
  )
}

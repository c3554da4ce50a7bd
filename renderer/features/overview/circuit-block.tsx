import type { CircuitPhaseReading, CircuitReading } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import type { SiteCircuit } from '../../../shared/site/site.ts'
import { formatAmperes, formatLimit, formatPercent } from '../../format/number.ts'
import { qualityText } from '../../format/quality.ts'
import { routeTo } from '../../state/route.ts'
import { loadRatio, loadState } from '../../ui/load-state.ts'
import { Mark, PhaseLabel } from '../../ui/mark.tsx'
import { Age, Missing } from '../../ui/value.tsx'
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

const PhaseRow = ({ phase, reading }: { readonly phase: Phase; readonly reading: CircuitPhaseReading }) => {
  const state = loadState(reading)
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
        {reading.headroomA === null ? <span className="dim">–</span> : formatAmperes(reading.headroomA)}
      </td>
      <td className="num">
        {reading.thermalUsedPercent === null ? (
          <span className="dim">–</span>
        ) : (
          formatPercent(reading.thermalUsedPercent)
        )}
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
  if (reading.source === 'none') return <>not measured</>
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
  isNearest,
}: {
  readonly circuit: SiteCircuit
  readonly reading: CircuitReading | undefined
  readonly isNearest: boolean
}) => {
  const name = circuit.name ?? circuit.id
  const readings = phases.flatMap((phase) => reading?.phases[phase] ?? [])
  const states = readings.map(loadState)
  const abnormal = states.find((entry) => entry.kind === 'critical') ?? states.find((entry) => entry.kind === 'warning')
  const unknown =
    reading?.source !== 'none' && readings.length > 0 && states.every((entry) => entry.kind === 'unknown')
      ? readings[0]?.currentA
      : undefined
  const limitA = readings[0]?.limitA
  return (
    <section
      className={`circuit ${isNearest ? 'is-nearest' : ''}`}
      aria-label={`Circuit ${name}`}
      data-circuit={circuit.id}
    >
      <div className="circuit-head">
        <strong title={name}>{name}</strong>
        {abnormal === undefined ? null : <Mark kind={abnormal.kind}>{abnormal.word}</Mark>}
        {unknown === undefined ? null : <Mark kind="unknown">{qualityText(unknown.quality).short}</Mark>}
      </div>
      {reading === undefined ? (
        <p className="dim">No reading yet</p>
      ) : (
        <table className="circuit-table">
          <thead>
            <tr>
              <th scope="col">
                <span className="sr-only">Phase</span>
              </th>
              <th scope="col" className="num">
                A now
              </th>
              <th scope="col" className="num">
                of {limitA === undefined ? '–' : formatLimit(limitA)} A
              </th>
              <th scope="col" className="num">
                left
              </th>
              <th scope="col" className="num">
                <abbr title="Thermal margin used: share of the breaker's early thermal curve">th %</abbr>
              </th>
              <th scope="col">
                <span className="sr-only">State</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {phases.map((phase) => {
              const phaseReading = reading.phases[phase]
              return phaseReading === undefined ? null : <PhaseRow key={phase} phase={phase} reading={phaseReading} />
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

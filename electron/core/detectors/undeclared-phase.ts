import { phases } from '../../../shared/model/phase.ts'
import { currentKey } from '../derive/phase-keys.ts'
import { clear, type Detector, type Outcome } from './detector.ts'
import { own } from '../../../shared/own.ts'
import { amperes, nameOf, polledEvidence, used } from './wording.ts'

/** Phases a circuit's meter measured a current on, which the site file does not give that circuit. They stay until the file is corrected. */
export type UndeclaredState = Readonly<Record<string, never>>

const listed = (names: readonly string[]): string => names.join(' and ')

export const undeclaredPhase: Detector<UndeclaredState> = {
  id: 'undeclared-phase',
  start: () => ({}),
  step: (state, { image }, setup) => ({
    state,
    outcomes: setup.site.circuits.map((circuit): Outcome => {
      const subject = { kind: 'circuit' as const, id: circuit.id }
      const reading = own(image.circuits, circuit.id)
      const meterId = circuit.meter
      const beside = phases.filter((phase) => reading?.phases[phase] !== undefined && !circuit.phases.includes(phase))
      if (meterId === undefined || beside.length === 0) return { subject, key: '', verdict: clear }
      const currents = beside.flatMap((phase) => {
        const value = reading?.phases[phase]?.currentA.value
        return value == null ? [] : [{ phase, value: Math.abs(value) }]
      })
      const name = circuit.name ?? circuit.id
      return {
        subject,
        key: '',
        verdict: {
          kind: 'active',
          facts: {
            phase: beside.join(' '),
            severity: 'warning',
            title: `${name} carries ${listed(beside)}, which the site file does not give it`,
            message:
              `Meter ${nameOf(setup.site.meters, meterId)} measures ${listed(beside)} too` +
              `${currents.length === 0 ? '' : ` (${currents.map(({ phase, value }) => `${phase} ${amperes(value)}`).join(', ')})`}; ` +
              `${name} has only ${listed(circuit.phases)}: overcurrent on ${listed(beside)} is watched, but control does not hold it. ` +
              `Write phases: [${phases.filter((phase) => circuit.phases.includes(phase) || beside.includes(phase)).join(', ')}] at this circuit in the site file.`,
            numbers: currents.map(({ phase, value }) => used(`current ${phase}`, value, 'A')),
            evidence: polledEvidence(setup, meterId, currentKey[beside[0] ?? 'L1']),
            blindMs: null,
            identity: beside.join(),
          },
        },
      }
    }),
  }),
}

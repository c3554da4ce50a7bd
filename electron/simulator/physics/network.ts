import { perPhase, phases, type PerPhase, type Phase } from '../../../shared/model/phase.ts'
import { add, magnitude, multiply, phaseAngle, polar, scale, subtract, zero, type Phasor } from './phasor.ts'

/** A circuit with the impedance of its own cable, from its breaker to its busbar. */
export interface NetworkCircuit {
  readonly id: string
  readonly parent: string | null
  readonly ohm: number
  readonly reactanceOhm: number
}

/** What one consumer draws on one phase; `powerFactor` lagging. */
export interface PhaseDraw {
  readonly circuit: string
  readonly phase: Phase
  readonly currentA: number
  readonly powerFactor: number
}

export interface CircuitState {
  /** Before the breaker and at the busbar behind breaker and cable, line to neutral. */
  readonly above: PerPhase<Phasor>
  readonly below: PerPhase<Phasor>
  /** Through the breaker. */
  readonly current: PerPhase<Phasor>
}

/** Below this nothing draws: contactors drop out and electronics stop. */
export const deadVoltage = 60

/** Parents before children; throws where a circuit's parent is missing or the tree has a loop. */
export const parentsFirst = (circuits: readonly NetworkCircuit[]): NetworkCircuit[] => {
  const ordered: NetworkCircuit[] = []
  const placed = new Set<string>()
  while (ordered.length < circuits.length) {
    const ready = circuits.filter(({ id, parent }) => !placed.has(id) && (parent === null || placed.has(parent)))
    if (ready.length === 0) throw new Error('circuits: a parent is missing or the tree has a loop')
    for (const circuit of ready) placed.add(circuit.id)
    ordered.push(...ready)
  }
  return ordered
}

/** Which circuits have voltage on which phases at their busbar. */
export const energised = (
  circuits: readonly NetworkCircuit[],
  source: PerPhase<Phasor>,
  isClosed: (circuit: string, phase: Phase) => boolean,
): Map<string, PerPhase<boolean>> => {
  const live = new Map<string, PerPhase<boolean>>()
  for (const { id, parent } of circuits) {
    const above = parent === null ? null : live.get(parent)
    live.set(
      id,
      perPhase((phase) => isClosed(id, phase) && (above ? above[phase] : magnitude(source[phase]) > deadVoltage)),
    )
  }
  return live
}

/**
 * Currents by Kirchhoff from the leaves up, voltages by Ohm from the grid down. Each draw lags its phase's nominal angle;
 * the angle a few volts of drop add (under half a degree) is neglected. `circuits` parents first.
 */
export const solve = (
  circuits: readonly NetworkCircuit[],
  source: PerPhase<Phasor>,
  sourceImpedance: Phasor,
  draws: readonly PhaseDraw[],
  isClosed: (circuit: string, phase: Phase) => boolean,
  /** What a loose terminal adds to the cable of a circuit's phase, ohms. */
  looseOhm: (circuit: string, phase: Phase) => number = () => 0,
): Map<string, CircuitState> => {
  const live = energised(circuits, source, isClosed)
  const currents = new Map(circuits.map(({ id }) => [id, { L1: zero, L2: zero, L3: zero } as Record<Phase, Phasor>]))
  for (const { circuit, phase, currentA, powerFactor } of draws) {
    const sum = currents.get(circuit)
    if (!sum || !live.get(circuit)?.[phase] || currentA === 0) continue
    sum[phase] = add(sum[phase], polar(currentA, phaseAngle[phase] - Math.acos(powerFactor)))
  }
  for (const { id, parent } of [...circuits].reverse()) {
    const [own, above] = [currents.get(id), parent === null ? undefined : currents.get(parent)]
    if (own && above) for (const phase of phases) above[phase] = add(above[phase], own[phase])
  }
  const states = new Map<string, CircuitState>()
  for (const { id, parent, ohm, reactanceOhm } of circuits) {
    const current = currents.get(id) ?? { L1: zero, L2: zero, L3: zero }
    const feeding = parent === null ? undefined : states.get(parent)
    const above = feeding
      ? feeding.below
      : perPhase((phase) => subtract(source[phase], multiply(current[phase], sourceImpedance)))
    const cable = (phase: Phase): Phasor => ({ re: ohm + looseOhm(id, phase), im: reactanceOhm })
    const below = perPhase((phase) =>
      isClosed(id, phase) ? subtract(above[phase], multiply(current[phase], cable(phase))) : scale(above[phase], 0),
    )
    states.set(id, { above, below, current })
  }
  return states
}

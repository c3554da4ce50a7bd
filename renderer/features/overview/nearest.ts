import type { CircuitPhaseReading, Image } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { formatAge } from '../../format/duration.ts'
import { formatAmperes, formatLimit } from '../../format/number.ts'
import { loadRatio } from '../../ui/load-state.ts'

export interface Nearest {
  readonly circuitId: string
  readonly phase: Phase
  readonly reading: CircuitPhaseReading
  readonly currentA: number
}

/** The phase of the circuit that uses the largest share of its limit; null while no current is known. */
export const nearestToLimit = (image: Image): Nearest | null => {
  let best: Nearest | null = null
  let bestRatio = -1
  for (const [circuitId, circuit] of Object.entries(image.circuits)) {
    for (const phase of phases) {
      const reading = circuit.phases[phase]
      if (reading === undefined) continue
      const ratio = loadRatio(reading)
      const currentA = reading.currentA.value
      if (ratio === null || currentA === null || ratio <= bestRatio) continue
      bestRatio = ratio
      best = { circuitId, phase, reading, currentA }
    }
  }
  return best
}

/** Metered circuits whose current is missing now: one of them may be nearer than the one that is named. */
export const unseenCircuits = (image: Image): readonly string[] =>
  Object.entries(image.circuits)
    .filter(
      ([, circuit]) =>
        circuit.source === 'meter' &&
        phases.some((phase) => circuit.phases[phase] !== undefined && circuit.phases[phase].currentA.value === null),
    )
    .map(([id]) => id)

/** "Feeder 2, L2: 57.3 of 63 A, 5.7 A left, measured 0.4 s ago" */
export const nearestText = (nearest: Nearest, name: string, nowMs: number): string => {
  const { currentA, limitA } = { currentA: Math.abs(nearest.currentA), limitA: nearest.reading.limitA }
  const left = limitA - currentA
  const room = left >= 0 ? `${formatAmperes(left)} A left` : `${formatAmperes(-left)} A over`
  const at = nearest.reading.currentA.atMs
  const age = at === null ? '' : `, measured ${formatAge(nowMs - at)} ago`
  return `${name}, ${nearest.phase}: ${formatAmperes(currentA)} of ${formatLimit(limitA)} A, ${room}${age}`
}

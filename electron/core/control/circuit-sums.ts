import { phases, type Phase } from '../../../shared/model/phase.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import { phaseIndex } from './drawn-table.ts'

/** Amperes by circuit and phase, 0 where nothing was added: sums over the chargers below, made anew in every decision. */
export interface CircuitSums {
  /** `place`: of the circuit among those of the site. */
  readonly at: (place: number, phase: Phase) => number
  /** Adds to every circuit above a charger. */
  readonly addAbove: (charger: ControlledCharger, phase: Phase, amperes: number) => void
}

export const createCircuitSums = (circuitCount: number): CircuitSums => {
  const sums = new Float64Array(circuitCount * phases.length)
  return {
    at: (place, phase) => sums[phases.length * place + phaseIndex[phase]] as number,
    addAbove: ({ places }, phase, amperes) => {
      const index = phaseIndex[phase]
      for (const place of places) {
        const at = phases.length * place + index
        sums[at] = (sums[at] as number) + amperes
      }
    },
  }
}

import { phases, type PerPhase, type Phase } from '../model/phase.ts'

/** Difference of the largest and the smallest phase, in the unit of the input: what a person balancing sockets works with. */
export interface Spread {
  readonly spread: number
  readonly highest: Phase
  readonly lowest: Phase
}

export const phaseSpread = (values: PerPhase<number>): Spread => {
  let highest: Phase = 'L1'
  let lowest: Phase = 'L1'
  for (const phase of phases) {
    if (values[phase] > values[highest]) highest = phase
    if (values[phase] < values[lowest]) lowest = phase
  }
  return { spread: values[highest] - values[lowest], highest, lowest }
}

/** Largest deviation from the mean, percent of the mean (NEMA MG-1 form); null when the mean is zero. Not the IEC ratio I2/I1. */
export const deviationPercent = (values: PerPhase<number>): number | null => {
  const mean = (values.L1 + values.L2 + values.L3) / 3
  if (mean === 0) return null
  return (100 * Math.max(...phases.map((phase) => Math.abs(values[phase] - mean)))) / Math.abs(mean)
}

/**
 * Negative over positive sequence current, percent, of three currents in phase with a symmetrical voltage (unity power factor,
 * so an estimate; the zero sequence is then as large). Null when there is no positive sequence.
 */
export const sequenceRatioPercent = (current: PerPhase<number>): number | null => {
  const positive = (current.L1 + current.L2 + current.L3) / 3
  if (positive === 0) return null
  const { L1: a, L2: b, L3: c } = current
  const negative = Math.sqrt(Math.max(0, a * a + b * b + c * c - a * b - b * c - c * a)) / 3
  return (100 * negative) / Math.abs(positive)
}

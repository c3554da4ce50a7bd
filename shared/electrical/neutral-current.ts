import type { PerPhase } from '../model/phase.ts'

/**
 * Fundamental neutral current, amperes, from three phase currents of equal power factor on a symmetrical voltage: the magnitude
 * of Ia + a^2 Ib + a Ic. An estimate: triplen harmonics add on top, so a measured neutral can only be compared from above.
 */
export const neutralCurrentA = (current: PerPhase<number>): number => {
  const { L1: a, L2: b, L3: c } = current
  // Rounding can make the difference of nearly equal squares slightly negative.
  return Math.sqrt(Math.max(0, a * a + b * b + c * c - a * b - b * c - c * a))
}

/**
 * The same from per-phase powers, when they differ in power factor: Ii = (Pi - jQi) / Ui on voltages at 0, -120 and +120 degrees.
 * Watts, vars (inductive positive) and volts line to neutral.
 */
export const neutralCurrentFromPowerA = (
  activeW: PerPhase<number>,
  reactiveVar: PerPhase<number>,
  voltageV: PerPhase<number>,
): number => {
  let real = 0
  let imaginary = 0
  for (const [phase, degrees] of [
    ['L1', 0],
    ['L2', -120],
    ['L3', 120],
  ] as const) {
    const p = activeW[phase] / voltageV[phase]
    const q = reactiveVar[phase] / voltageV[phase]
    const angle = (degrees * Math.PI) / 180
    real += p * Math.cos(angle) + q * Math.sin(angle)
    imaginary += p * Math.sin(angle) - q * Math.cos(angle)
  }
  return Math.hypot(real, imaginary)
}

/** Neutral current with triplen harmonics in phase: fundamental and each order's arithmetic sum, root of the sum of squares. */
export const neutralWithTriplensA = (fundamentalA: number, triplenSumsA: readonly number[]): number =>
  Math.hypot(fundamentalA, ...triplenSumsA)

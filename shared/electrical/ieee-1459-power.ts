/** Powers of IEEE Std 1459-2010: single phase (3.1.2) and three phase (3.2.3). Load sign: import and inductive are positive. W, var, VA. */

export interface SinglePhasePower {
  readonly activeW: number
  readonly apparentVA: number
  /** Of the fundamental: apparent, active, reactive. */
  readonly fundamentalVA: number
  readonly fundamentalW: number
  readonly fundamentalVar: number
  /** Current distortion, voltage distortion, harmonic apparent power; together the non-fundamental one, SN. */
  readonly currentDistortionVar: number
  readonly voltageDistortionVar: number
  readonly harmonicVA: number
  readonly nonFundamentalVA: number
  /** N: what of S is not active. */
  readonly nonActiveVar: number
  /** P / S and P1 / S1; null without power. */
  readonly powerFactor: number | null
  readonly displacementFactor: number | null
}

export interface PowerInput {
  readonly voltageV: number
  readonly currentA: number
  readonly activeW: number
  /** Fundamental RMS values, and by how much the current lags, degrees. */
  readonly fundamentalV: number
  readonly fundamentalA: number
  readonly lagDegrees: number
}

const harmonicPart = (total: number, fundamental: number): number =>
  Math.sqrt(Math.max(0, total ** 2 - fundamental ** 2))

export const singlePhasePower = (input: PowerInput): SinglePhasePower => {
  const { voltageV, currentA, activeW, fundamentalV, fundamentalA, lagDegrees } = input
  const [vh, ih] = [harmonicPart(voltageV, fundamentalV), harmonicPart(currentA, fundamentalA)]
  const apparentVA = voltageV * currentA
  const fundamentalVA = fundamentalV * fundamentalA
  const lag = (lagDegrees * Math.PI) / 180
  const fundamentalW = fundamentalVA * Math.cos(lag)
  const [currentDistortionVar, voltageDistortionVar, harmonicVA] = [fundamentalV * ih, vh * fundamentalA, vh * ih]
  return {
    activeW,
    apparentVA,
    fundamentalVA,
    fundamentalW,
    fundamentalVar: fundamentalVA * Math.sin(lag),
    currentDistortionVar,
    voltageDistortionVar,
    harmonicVA,
    nonFundamentalVA: Math.hypot(currentDistortionVar, voltageDistortionVar, harmonicVA),
    nonActiveVar: harmonicPart(apparentVA, activeW),
    powerFactor: apparentVA > 0 ? activeW / apparentVA : null,
    displacementFactor: fundamentalVA > 0 ? fundamentalW / fundamentalVA : null,
  }
}

/** The three apparent powers of a three-phase load, which differ where it is unbalanced: whichever is shown is named. */
export interface ThreePhaseApparent {
  readonly arithmeticVA: number
  readonly vectorVA: number
  readonly effectiveVA: number
}

export const threePhaseApparent = (input: {
  /** Line to neutral, V, and line currents with that of the neutral, A. */
  readonly phaseV: readonly [number, number, number]
  readonly lineV: readonly [number, number, number]
  readonly currentA: readonly [number, number, number]
  readonly neutralA: number
  readonly activeW: number
  readonly reactiveVar: number
}): ThreePhaseApparent => {
  const { phaseV, lineV, currentA, neutralA, activeW, reactiveVar } = input
  const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value ** 2, 0)
  const effectiveA = Math.sqrt((squares(currentA) + neutralA ** 2) / 3)
  const effectiveV = Math.sqrt((3 * squares(phaseV) + squares(lineV)) / 18)
  return {
    arithmeticVA: phaseV.reduce((sum, volts, phase) => sum + volts * (currentA[phase] ?? 0), 0),
    vectorVA: Math.hypot(activeW, reactiveVar),
    effectiveVA: 3 * effectiveV * effectiveA,
  }
}

import { singlePhasePower, threePhaseApparent, type SinglePhasePower } from '../electrical/ieee-1459-power.ts'
import { unbalanceOf, type ThreePhasors } from '../electrical/symmetrical-components.ts'
import { fundamentalOf, meanOfProducts, type Measured, type MeasuredChannels, type WindowRow } from './window-values.ts'

const phasorsOf = (all: MeasuredChannels, kind: 'u' | 'i', cycles: number): ThreePhasors | null => {
  const [one, two, last] = ['1', '2', '3'].map((phase) => all.get(kind + phase))
  if (one === undefined || two === undefined || last === undefined) return null
  return [fundamentalOf(one, cycles), fundamentalOf(two, cycles), fundamentalOf(last, cycles)]
}

/** Rotation and unbalance of the voltages and of the currents, where all three are there. */
export const putUnbalance = ({ put }: WindowRow, all: MeasuredChannels, cycles: number): void => {
  for (const kind of ['u', 'i'] as const) {
    const phasors = phasorsOf(all, kind, cycles)
    if (phasors === null) continue
    const found = unbalanceOf(phasors)
    if (found.kind === 'unknown') continue
    put(`${kind}.rotation`, found.kind === 'reversed' ? -1 : 1)
    if (found.kind !== 'known') continue
    put(`${kind}.negative`, found.negativePercent)
    put(`${kind}.zero`, found.zeroPercent ?? NaN)
  }
}

interface PhasePower {
  readonly voltage: Measured
  readonly current: Measured
  readonly power: SinglePhasePower
}

const powerOf = (voltage: Measured, current: Measured, cycles: number): SinglePhasePower => {
  const [u, i] = [fundamentalOf(voltage, cycles), fundamentalOf(current, cycles)]
  return singlePhasePower({
    voltageV: voltage.rms,
    currentA: current.rms,
    activeW: meanOfProducts(voltage.values, current.values),
    fundamentalV: Math.hypot(u.re, u.im),
    fundamentalA: Math.hypot(i.re, i.im),
    lagDegrees: ((Math.atan2(u.im, u.re) - Math.atan2(i.im, i.re)) * 180) / Math.PI,
  })
}

/** RMS of the voltage from line to line, from those to neutral: exact, because it is formed of the samples. */
const lineRms = (one: Measured, other: Measured): number =>
  Math.sqrt(Math.max(0, one.rms ** 2 + other.rms ** 2 - 2 * meanOfProducts(one.values, other.values)))

const putThreePhase = ({ put }: WindowRow, all: MeasuredChannels, powers: readonly PhasePower[]): void => {
  const [a, b, c] = powers
  if (a === undefined || b === undefined || c === undefined) return
  const total = (of: (power: SinglePhasePower) => number): number =>
    powers.reduce((sum, { power }) => sum + of(power), 0)
  const { arithmeticVA, vectorVA, effectiveVA } = threePhaseApparent({
    phaseV: [a.voltage.rms, b.voltage.rms, c.voltage.rms],
    lineV: [lineRms(a.voltage, b.voltage), lineRms(b.voltage, c.voltage), lineRms(c.voltage, a.voltage)],
    currentA: [a.current.rms, b.current.rms, c.current.rms],
    neutralA: (all.get('in') ?? all.get('isum'))?.rms ?? NaN,
    activeW: total(({ activeW }) => activeW),
    reactiveVar: total(({ fundamentalVar }) => fundamentalVar),
  })
  put('p.sa', arithmeticVA)
  put('p.sv', vectorVA)
  put('p.se', effectiveVA)
}

/** Powers of each phase that has a voltage and a current, and of all three together. */
export const putPowers = (row: WindowRow, all: MeasuredChannels, cycles: number): void => {
  const powers = ['1', '2', '3'].flatMap((phase): readonly PhasePower[] => {
    const [voltage, current] = [all.get(`u${phase}`), all.get(`i${phase}`)]
    if (voltage === undefined || current === undefined) return []
    const power = powerOf(voltage, current, cycles)
    row.put(`p${phase}.p`, power.activeW)
    row.put(`p${phase}.s`, power.apparentVA)
    row.put(`p${phase}.p1`, power.fundamentalW)
    row.put(`p${phase}.q1`, power.fundamentalVar)
    row.put(`p${phase}.sn`, power.nonFundamentalVA)
    return [{ voltage, current, power }]
  })
  putThreePhase(row, all, powers)
}

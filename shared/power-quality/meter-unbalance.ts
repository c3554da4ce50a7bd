import { neutralCurrentFromPowerA } from '../electrical/neutral-current.ts'
import {
  deviationOfMean,
  magnitudeOf,
  phasor,
  symmetricalComponents,
  unbalanceOfLines,
  unbalanceOfSix,
  type Unbalance,
} from '../electrical/symmetrical-components.ts'

/** Unbalance and neutral of a polled meter by what it gives: the best method of electrical.md, section 2, that its values carry, named. */

/** A value and when it was read; null where there is none. */
export type ReadValue = (key: string) => { readonly value: number; readonly atMs: number } | null

export interface MeterUnbalance {
  readonly voltage: Unbalance
  /** Without angles or lines: largest deviation from the mean of the three voltages to neutral, percent. It is not u2. */
  readonly phaseDeviation: number | null
  /** Largest deviation of the voltages between lines (NEMA). */
  readonly lineDeviation: number | null
  readonly currentSpreadA: number | null
  /** i2 and i0 over i1, percent, from currents and their powers on a symmetrical voltage; null: not computable. */
  readonly current: { readonly negativePercent: number; readonly zeroPercent: number } | null
  /** Why `current` is null. */
  readonly currentWhy: string
  readonly neutral: NeutralCurrent | null
}
export interface NeutralCurrent {
  readonly valueA: number
  readonly how: string
}

/** Values of one request are stamped alike; those of two may be of two moments, ms. */
const oneMomentMs = 50

type Three = readonly [number, number, number]
const threeOf = (read: ReadValue, keys: readonly [string, string, string]) => {
  const [a, b, c] = keys.map(read)
  return a == null || b == null || c == null
    ? null
    : { values: [a.value, b.value, c.value] as Three, times: [a.atMs, b.atMs, c.atMs] }
}
const isOneMoment = (...times: readonly number[]): boolean => Math.max(...times) - Math.min(...times) <= oneMomentMs

type Found = ReturnType<typeof threeOf>
const voltageUnbalance = (phase: Found, line: Found): Unbalance => {
  if (line === null)
    return {
      kind: 'unknown',
      why:
        phase === null
          ? 'it reports no three voltages'
          : 'u2 does not follow from voltages to neutral alone; their deviation from the mean stands beside it',
    }
  if (!isOneMoment(...line.times)) return { kind: 'unknown', why: 'its line-to-line voltages do not come in one reply' }
  if (phase === null || !isOneMoment(...line.times, ...phase.times)) return unbalanceOfLines(...line.values)
  const six = unbalanceOfSix(phase.values, line.values)
  return six.kind === 'unknown' ? unbalanceOfLines(...line.values) : six
}

const currentUnbalance = (active: Found, reactive: Found, voltage: Found): MeterUnbalance['current'] => {
  if (active === null || reactive === null || voltage === null) return null
  const [a, b, c] = ([0, 1, 2] as const).map((phase) => {
    const [p, q, u] = [active.values[phase], reactive.values[phase], voltage.values[phase]]
    return u > 0 ? phasor(Math.hypot(p, q) / u, -120 * phase - (Math.atan2(q, p) * 180) / Math.PI) : phasor(0, 0)
  })
  if (a === undefined || b === undefined || c === undefined) return null
  const { zero, positive, negative } = symmetricalComponents([a, b, c])
  const one = magnitudeOf(positive)
  return one === 0
    ? null
    : { negativePercent: (100 * magnitudeOf(negative)) / one, zeroPercent: (100 * magnitudeOf(zero)) / one }
}

export const meterUnbalance = (read: ReadValue): MeterUnbalance => {
  const of = (name: string) => threeOf(read, [`${name}_l1`, `${name}_l2`, `${name}_l3`])
  const phase = threeOf(read, ['u_l1n', 'u_l2n', 'u_l3n'])
  const [current, active, reactive] = [of('i'), of('p'), of('q')]
  const line = threeOf(read, ['u_l1l2', 'u_l2l3', 'u_l3l1'])
  const measured = read('i_n')
  const perPhase = ([L1, L2, L3]: Three) => ({ L1, L2, L3 })
  const canCompute = active !== null && reactive !== null && phase !== null && phase.values.every((volts) => volts > 0)
  return {
    voltage: voltageUnbalance(phase, line),
    phaseDeviation: phase === null ? null : deviationOfMean(phase.values),
    lineDeviation: line === null ? null : deviationOfMean(line.values),
    currentSpreadA: current === null ? null : Math.max(...current.values) - Math.min(...current.values),
    current: currentUnbalance(active, reactive, phase),
    currentWhy: 'needs active and reactive power of each phase, and some current',
    neutral:
      measured !== null
        ? { valueA: measured.value, how: 'measured by the meter' }
        : canCompute
          ? {
              valueA: neutralCurrentFromPowerA(
                perPhase(active.values),
                perPhase(reactive.values),
                perPhase(phase.values),
              ),
              how: 'computed from the powers, fundamental part only: triplen harmonics come on top',
            }
          : null,
  }
}

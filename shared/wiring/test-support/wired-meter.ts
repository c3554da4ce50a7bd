import { phases, type PerPhase } from '../../model/phase.ts'
import type { PhaseLook } from '../signature.ts'
import type { MeterFacts, MeterView } from '../meter-view.ts'

interface Complex {
  readonly re: number
  readonly im: number
}
const polar = (size: number, degrees: number): Complex => ({
  re: size * Math.cos((degrees * Math.PI) / 180),
  im: size * Math.sin((degrees * Math.PI) / 180),
})
const timesConjugate = (a: Complex, b: Complex): Complex => ({
  re: a.re * b.re + a.im * b.im,
  im: a.im * b.re - a.re * b.im,
})
const size = ({ re, im }: Complex): number => Math.hypot(re, im)
const minus = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im })

/** What one phase draws: amperes and degrees behind its voltage. */
export interface Load {
  readonly amperes: number
  readonly lagDeg: number
}

/** By terminal: whose current and whose voltage it gets, and what becomes of the current. */
export interface Wiring {
  readonly currentFrom: readonly number[]
  readonly factor: readonly number[]
  readonly voltageFrom: readonly number[]
  readonly star: Complex
}
export const right: Wiring = {
  currentFrom: [0, 1, 2],
  factor: [1, 1, 1],
  voltageFrom: [0, 1, 2],
  star: { re: 0, im: 0 },
}
const stands = [0, -120, 120]

export interface Shown {
  readonly u: readonly number[]
  readonly line: readonly number[]
  readonly i: readonly number[]
  readonly p: readonly number[]
  readonly q: readonly number[]
}

/** What a meter shows of three loads through its wiring, at voltages of these sizes. */
export const shownBy = (wiring: Wiring, loads: readonly Load[], volts: readonly number[] = [230, 230, 230]): Shown => {
  const voltages = stands.map((stand, index) => polar(volts[index] ?? 0, stand))
  const currents = loads.map(({ amperes, lagDeg }, index) => polar(amperes, (stands[index] ?? 0) - lagDeg))
  const taps = wiring.voltageFrom.map((from) => minus(voltages[from] as Complex, wiring.star))
  const flows = wiring.currentFrom.map((from, index) => {
    const { re, im } = currents[from] as Complex
    const factor = wiring.factor[index] ?? 1
    return { re: re * factor, im: im * factor }
  })
  const powers = taps.map((tap, index) => timesConjugate(tap, flows[index] as Complex))
  return {
    u: taps.map(size),
    line: taps.map((tap, index) => size(minus(tap, taps[(index + 1) % 3] as Complex))),
    i: flows.map(size),
    p: powers.map(({ re }) => re),
    q: powers.map(({ im }) => im),
  }
}

export const looksOf = ({ u, i, p, q }: Shown, withReactive = true): ReadonlyMap<(typeof phases)[number], PhaseLook> =>
  new Map(
    phases.map((phase, index) => [
      phase,
      {
        currentA: i[index] ?? 0,
        activeW: p[index] ?? 0,
        apparentVA: (u[index] ?? 0) * (i[index] ?? 0),
        reactiveVar: withReactive ? (q[index] ?? 0) : null,
      },
    ]),
  )

export const facts: MeterFacts = {
  name: 'Feeder',
  nominalVoltage: 230,
  nominalHz: 50,
  phases,
  transformer: null,
  feedsIn: false,
  chargers: 0,
  children: [],
  otherLoadA: null,
  hasExportRegister: true,
}
const nothing = <T>(value: T): PerPhase<T> => ({ L1: value, L2: value, L3: value })

/** The view of a meter that shows exactly this, with everything else as it should be. */
export const viewOf = (shown: Shown, change: Partial<MeterView> = {}): MeterView => {
  const values = new Map<string, number>()
  phases.forEach((phase, index) => {
    const mark = phase.toLowerCase()
    const [u, i, p, q] = [shown.u[index] ?? 0, shown.i[index] ?? 0, shown.p[index] ?? 0, shown.q[index] ?? 0]
    for (const [key, value] of [
      [`u_${mark}n`, u],
      [`i_${mark}`, i],
      [`p_${mark}`, p],
      [`q_${mark}`, q],
      [`s_${mark}`, u * i],
      [`pf_${mark}`, u * i === 0 ? 1 : p / (u * i)],
    ] as const)
      values.set(key, value)
  })
  ;['u_l1l2', 'u_l2l3', 'u_l3l1'].forEach((key, index) => values.set(key, shown.line[index] ?? 0))
  values.set(
    'p_total',
    shown.p.reduce((sum, value) => sum + value, 0),
  )
  values.set(
    'q_total',
    shown.q.reduce((sum, value) => sum + value, 0),
  )
  values.set('f', 50)
  const look = (key: string) => values.get(key) ?? null
  return {
    facts,
    has: (key) => values.has(key),
    mean: look,
    last: look,
    blockedBy: null,
    chargersA: nothing(null),
    childrenW: nothing(null),
    steps: nothing([]),
    energy: null,
    stuck: [],
    siteHz: 50,
    load: null,
    ...change,
  }
}

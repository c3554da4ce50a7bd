/**
 * What one meter's own values must agree on, whatever the load: electrical.md 6.4 (checks 1 to 3), each with its tolerance. All
 * tolerances are wider than the reference's, since registers are read in several requests while the load moves: a check here says
 * "can't be", never "is a little off". Each value is therefore given as the range it had within the last readings, and a
 * contradiction stands only where no values of those ranges would agree.
 *
 * Left out on purpose: |PF| = |P|/S (many meters report the displacement factor, which a distorted current leaves near 1), the
 * rotation (wiring, not belief), and each voltage against the nominal one (that is under- and overvoltage, and may be true).
 */
import type { DoubtKind } from '../model/doubt.ts'
import type { UsedNumber } from '../model/finding.ts'
import { phases, type Phase } from '../model/phase.ts'

/** Lowest and highest value within the last readings, with sign, in the quantity's unit. */
export interface Range {
  readonly low: number
  readonly high: number
}
/** The range of a quantity; null where the meter has none or it is not known now. */
export type Look = (key: string) => Range | null

export interface CheckContext {
  /** Declared voltage, line to neutral, V. */
  readonly nominalVoltage: number
}

export type Agreement =
  | { readonly kind: 'fits' }
  | {
      readonly kind: 'contradiction'
      readonly keys: readonly string[]
      readonly numbers: readonly UsedNumber[]
      /** Beyond any doubt about tolerances: a few readings are enough. */
      readonly gross: boolean
    }

export interface MeterCheck {
  readonly id: DoubtKind
  readonly phase: Phase | null
  /** Quantities that must all have been read anew before it is judged again; absent ones don't count. */
  readonly keys: readonly string[]
  readonly source: string
  readonly tolerance: string
  /** null: its inputs are not there, so nothing is said. */
  readonly judge: (look: Look, context: CheckContext) => Agreement | null
}

const fits: Agreement = { kind: 'fits' }
const used = (label: string, value: number, unit: string): UsedNumber => ({ label, value, unit })

/** Smallest and largest magnitude a range may have had. */
const least = ({ low, high }: Range): number => (low <= 0 && high >= 0 ? 0 : Math.min(Math.abs(low), Math.abs(high)))
const most = ({ low, high }: Range): number => Math.max(Math.abs(low), Math.abs(high))

const keysOf = (phase: Phase) => {
  const mark = phase.toLowerCase()
  return { u: `u_${mark}n`, i: `i_${mark}`, p: `p_${mark}`, q: `q_${mark}`, s: `s_${mark}`, pf: `pf_${mark}` }
}

/** Class 1 meters and their transformers stay within 2 %; the rest is for values of two requests (electrical.md 6.4.2). */
const above = 1.1
/** Power a phase may have beyond U x I: start-up current, rounding and offsets of cheap meters, VA. */
const slackVA = 100
/** Highest voltage a phase without a voltage of its own is taken to have: EN 50160 +10 % and a little. */
const highestShare = 1.2
/** Power this many times what the currents can carry is no question of tolerances any more. */
const grossRatio = 2

const carriedVA = (look: Look, phase: Phase, context: CheckContext): number | null => {
  const { u, i } = keysOf(phase)
  const current = look(i)
  if (current === null) return null
  const voltage = look(u)
  return most(current) * (voltage === null ? highestShare * context.nominalVoltage : most(voltage))
}

const powerOf = (look: Look, keys: readonly string[]): { key: string; least: number } | null => {
  const known = keys.flatMap((key) => {
    const range = look(key)
    return range === null ? [] : [{ key, least: least(range) }]
  })
  return known.length === 0 ? null : known.reduce((a, b) => (b.least > a.least ? b : a))
}

const powerWithoutCurrent = (phase: Phase): MeterCheck => {
  const { u, i, p, s } = keysOf(phase)
  return {
    id: 'power-without-current',
    phase,
    keys: [u, i, p, s],
    source: 'electrical.md 6.4.2: S = U x I within 2 %, and |P| never above S',
    tolerance: 'P or S above 1.1 x U x I + 100 VA',
    judge: (look, context) => {
      const carried = carriedVA(look, phase, context)
      const power = powerOf(look, [p, s])
      if (carried === null || power === null) return null
      if (power.least <= carried * above + slackVA) return fits
      return {
        kind: 'contradiction',
        keys: [i],
        numbers: [
          used(`current ${phase}`, most(look(i) ?? { low: 0, high: 0 }), 'A'),
          used(`power ${phase}`, power.least, power.key === s ? 'VA' : 'W'),
          used(`most that current can carry ${phase}`, carried, 'VA'),
        ],
        gross: power.least > carried * grossRatio + 2 * slackVA,
      }
    },
  }
}

const perPhaseKeys = phases.map(keysOf)

/** Sum of U x I over the phases the meter has a current of; null where one is missing just now. */
const carriedInAll = (look: Look, context: CheckContext): number | null => {
  const each = phases.map((phase) => carriedVA(look, phase, context)).filter((carried) => carried !== null)
  return each.length === 0 ? null : each.reduce((sum, carried) => sum + carried, 0)
}

const totalWithoutCurrent: MeterCheck = {
  id: 'power-without-current',
  phase: null,
  keys: [...perPhaseKeys.flatMap(({ u, i }) => [u, i]), 'p_total'],
  source: 'electrical.md 6.4.1 and 6.4.2: the total is the sum of the phases, and none is above U x I',
  tolerance: 'total power above 1.1 x the sum of U x I + 300 VA',
  judge: (look, context) => {
    const carried = carriedInAll(look, context)
    const total = look('p_total')
    if (carried === null || total === null) return null
    const power = least(total)
    if (power <= carried * above + 3 * slackVA) return fits
    return {
      kind: 'contradiction',
      keys: perPhaseKeys.map(({ i }) => i),
      numbers: [
        ...phases.flatMap((phase) => {
          const current = look(keysOf(phase).i)
          return current === null ? [] : [used(`current ${phase}`, most(current), 'A')]
        }),
        used('total power', power, 'W'),
        used('most those currents can carry', carried, 'VA'),
      ],
      gross: power > carried * grossRatio + 6 * slackVA,
    }
  },
}

/** Below this a meter's own start-up current and the phase angle of idle supplies decide, A and V. */
const leastCurrentA = 3
const leastVoltageV = 50
/** Distorted current: P and fundamental Q make at least this share of S (THD of 100 % leaves 0.71; electrical.md 3). */
const leastShare = 0.4

const currentWithoutPower = (phase: Phase): MeterCheck => {
  const { u, i, p, q, s, pf } = keysOf(phase)
  return {
    id: 'current-without-power',
    phase,
    keys: [u, i, p, q, s],
    source:
      'electrical.md 6.4.2: S = U x I within 2 %; P and fundamental Q are 0.7 of it even at a distortion of 100 %',
    tolerance: 'S, or P and Q together, below 0.4 x U x I, from 3 A and 50 V on',
    judge: (look) => {
      const voltage = look(u)
      const current = look(i)
      const active = look(p)
      const reactive = look(q)
      const apparent = look(s)
      if (voltage === null || current === null) return null
      const power =
        apparent !== null
          ? most(apparent)
          : active !== null && reactive !== null
            ? Math.hypot(most(active), most(reactive))
            : null
      if (power === null || least(current) < leastCurrentA || least(voltage) < leastVoltageV) return null
      const carried = least(current) * least(voltage)
      // Active power alone may reach what the apparent one does not: then it is the apparent one that lies, which the next check tells.
      if (Math.max(power, active === null ? 0 : most(active)) >= leastShare * carried) return fits
      return {
        kind: 'contradiction',
        keys: [p, q, s, pf],
        numbers: [
          used(`current ${phase}`, least(current), 'A'),
          used(`voltage ${phase}`, least(voltage), 'V'),
          used(`apparent power ${phase}`, power, 'VA'),
        ],
        gross: false,
      }
    },
  }
}

const apparentBelowActive = (phase: Phase): MeterCheck => {
  const { p, s } = keysOf(phase)
  return {
    id: 'apparent-below-active',
    phase,
    keys: [p, s],
    source: 'electrical.md 6.4.2: P^2 + Q^2 is at most S^2 x 1.02',
    tolerance: '|P| above 1.1 x S + 100 VA',
    judge: (look) => {
      const active = look(p)
      const apparent = look(s)
      if (active === null || apparent === null) return null
      if (least(active) <= most(apparent) * above + slackVA) return fits
      return {
        kind: 'contradiction',
        keys: [s],
        numbers: [
          used(`active power ${phase}`, least(active), 'W'),
          used(`apparent power ${phase}`, most(apparent), 'VA'),
        ],
        gross: false,
      }
    },
  }
}

/** Two line-to-neutral voltages and what stands between them form a triangle, whatever their angle. */
const lineVoltage = (one: Phase, other: Phase, line: string): MeterCheck => {
  const a = keysOf(one).u
  const b = keysOf(other).u
  return {
    id: 'line-voltage',
    phase: null,
    keys: [a, b, line],
    source: 'electrical.md 2 and 6.4.3: line and phase voltages form triangles',
    tolerance: 'beyond the triangle by more than 5 % and 5 V, from 50 V on both phases',
    judge: (look) => {
      const first = look(a)
      const second = look(b)
      const between = look(line)
      if (first === null || second === null || between === null) return null
      if (least(first) < leastVoltageV || least(second) < leastVoltageV) return null
      const widest = (most(first) + most(second)) * 1.05 + 5
      const narrowest = Math.max(least(first) - most(second), least(second) - most(first)) * 0.95 - 5
      if (least(between) <= widest && most(between) >= narrowest) return fits
      return {
        kind: 'contradiction',
        keys: [a, b, line],
        numbers: [
          used(`voltage ${one}-N`, most(first), 'V'),
          used(`voltage ${other}-N`, most(second), 'V'),
          used(`voltage ${one}-${other}`, least(between), 'V'),
        ],
        gross: false,
      }
    },
  }
}

/** Balanced voltages, on both sides, stand at 120 degrees and at the square root of three; or all inputs hang on one phase. */
const balancedVoltages: MeterCheck = {
  id: 'line-voltage',
  phase: null,
  keys: ['u_l1n', 'u_l2n', 'u_l3n', 'u_l1l2', 'u_l2l3', 'u_l3l1'],
  source: 'electrical.md 6.4.3: mean ratio 1.732 within 1 %',
  tolerance: 'ratio off by more than 5 % where each three are within 3 % of each other, from 50 V on',
  judge: (look) => {
    const three = (keys: readonly string[]): readonly Range[] | null => {
      const ranges = keys.map(look)
      return ranges.every((range) => range !== null) ? ranges : null
    }
    const neutral = three(['u_l1n', 'u_l2n', 'u_l3n'])
    const line = three(['u_l1l2', 'u_l2l3', 'u_l3l1'])
    if (neutral === null || line === null) return null
    const spanOf = (ranges: readonly Range[]) => ({
      low: Math.min(...ranges.map(({ low }) => low)),
      high: Math.max(...ranges.map(({ high }) => high)),
    })
    const n = spanOf(neutral)
    const l = spanOf(line)
    if (n.low < leastVoltageV || l.low < leastVoltageV || n.high > n.low * 1.03 || l.high > l.low * 1.03) return null
    const ratio = (l.low + l.high) / (n.low + n.high)
    if (Math.abs(ratio / Math.sqrt(3) - 1) <= 0.05) return fits
    return {
      kind: 'contradiction',
      keys: balancedVoltages.keys,
      numbers: [
        used('voltage to neutral', (n.low + n.high) / 2, 'V'),
        used('voltage between lines', (l.low + l.high) / 2, 'V'),
        used('ratio', ratio, '1'),
      ],
      gross: false,
    }
  },
}

/** Totals are signed, unsigned, or of imports only, as the maker likes: one of those must fit. */
const totalPower: MeterCheck = {
  id: 'total-power',
  phase: null,
  keys: [...perPhaseKeys.map(({ p }) => p), 'p_total'],
  source: 'electrical.md 6.4.1: |P1 + P2 + P3 - Ptot| within 1 % of S',
  tolerance: '5 % of the sum of the magnitudes + 200 W, whether the total is signed, unsigned or import only',
  judge: (look, context) => {
    const total = look('p_total')
    const each = perPhaseKeys.map(({ p }) => look(p))
    if (total === null || !each.every((range) => range !== null)) return null
    const magnitudes = each.reduce((sum, range) => sum + most(range), 0)
    const slackW = 0.05 * Math.max(magnitudes, most(total)) + 2 * slackVA
    const sumOf = (part: (value: number) => number): Range => ({
      low: each.reduce((sum, { low, high }) => sum + Math.min(part(low), part(high)), 0),
      high: each.reduce((sum, { low, high }) => sum + Math.max(part(low), part(high)), 0),
    })
    const near = (sum: Range): boolean =>
      (total.low <= sum.high + slackW && total.high >= sum.low - slackW) ||
      (total.low <= -sum.low + slackW && total.high >= -sum.high - slackW)
    if ([sumOf((value) => value), sumOf(Math.abs), sumOf((value) => Math.max(0, value))].some(near)) return fits
    const carried = carriedInAll(look, context)
    const isTotalWrong = carried !== null && carried > 0 && least(total) > carried * above + 3 * slackVA
    return {
      kind: 'contradiction',
      keys: isTotalWrong ? ['p_total'] : perPhaseKeys.map(({ p }) => p),
      numbers: [
        ...phases.flatMap((phase, index) => {
          const range = each[index]
          return range === undefined ? [] : [used(`power ${phase}`, range.high, 'W')]
        }),
        used('total power', total.high, 'W'),
      ],
      gross: false,
    }
  },
}

/** Every check of one meter's own image. To add one: an entry here and its numbers in the test. */
export const meterChecks: readonly MeterCheck[] = [
  ...phases.map(powerWithoutCurrent),
  totalWithoutCurrent,
  ...phases.map(currentWithoutPower),
  ...phases.map(apparentBelowActive),
  lineVoltage('L1', 'L2', 'u_l1l2'),
  lineVoltage('L2', 'L3', 'u_l2l3'),
  lineVoltage('L3', 'L1', 'u_l3l1'),
  balancedVoltages,
  totalPower,
]

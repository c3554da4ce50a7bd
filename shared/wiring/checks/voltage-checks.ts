import { check, confidenceOf, good, notAssessed, used, wrong, type WiringCheck } from '../check-result.ts'
import type { MeterView } from '../meter-view.ts'

const lineKeys = ['u_l1l2', 'u_l2l3', 'u_l3l1'] as const
const neutralKeys = ['u_l1n', 'u_l2n', 'u_l3n'] as const

const all = (view: MeterView, keys: readonly string[]): readonly number[] | null => {
  const values = keys.map((key) => view.mean(key))
  return values.every((value) => value !== null) ? values : null
}
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const spread = (values: readonly number[]): number => (Math.max(...values) - Math.min(...values)) / mean(values)
const volts = (value: number): string => `${value.toFixed(1)} V`
const listed = (values: readonly number[]): string => values.map((value) => value.toFixed(1)).join(' / ')

/** Line-to-line voltage where both phases stand a third of a turn apart. */
const between = (a: number, b: number): number => Math.sqrt(a * a + b * b + a * b)

/** A star point that floats moves the voltages to neutral and leaves those between lines as they are (electrical.md 6.3). */
const unequalFrom = 0.06
const equalUpTo = 0.03
export const neutralCheck = (view: MeterView): WiringCheck => {
  const title = 'The neutral is connected'
  if (view.facts.phases.length < 3) return notAssessed('neutral', title, 'it measures fewer than three phases')
  const neutral = all(view, neutralKeys)
  const line = all(view, lineKeys)
  if (neutral === null || line === null)
    return notAssessed('neutral', title, 'voltages to neutral and between lines are not both known')
  if (Math.min(...line) < 0.5 * view.facts.nominalVoltage) return notAssessed('neutral', title, 'a voltage is missing')
  const [a = 0, b = 0, c = 0] = neutral
  const expected = [between(a, b), between(b, c), between(c, a)]
  const misfit = Math.max(...line.map((value, index) => Math.abs(value / (expected[index] ?? value) - 1)))
  const numbers = [
    ...neutral.map((value, index) => used(`voltage L${index + 1} to neutral`, value, 'V')),
    ...line.map((value, index) => used(`voltage ${['L1 to L2', 'L2 to L3', 'L3 to L1'][index]}`, value, 'V')),
    used('largest misfit', misfit * 100, '%'),
  ]
  const isFloating = spread(neutral) > unequalFrom && spread(line) < equalUpTo && misfit > 0.02
  if (!isFloating)
    return good('neutral', {
      title,
      says: `Voltages to neutral (${listed(neutral)} V) and between lines (${listed(line)} V) belong to one star point.`,
      numbers,
    })
  return wrong('neutral', {
    title: 'Neutral missing',
    says: `The voltages between lines are equal (${listed(line)} V) and those to neutral are not (${listed(neutral)} V): the star point floats.`,
    toCheck:
      'Check at once that the neutral of the circuit is whole: a broken one puts up to 400 V on single-phase loads. If their voltage is right, it is the neutral wire of the meter',
    numbers,
    confidence: confidenceOf(spread(neutral), equalUpTo / 3),
  })
}

/** Codes of the sequence as makers say it: 0 or 123 right, -1 or 132 left; the rotation: 1 right, -1 left, 0 none. */
const sequenceOf = (view: MeterView): 'right' | 'left' | null => {
  const flag = view.last('rotation')
  if (flag === 1 || flag === -1) return flag === 1 ? 'right' : 'left'
  const code = view.last('phase_sequence')
  if (code === 123 || code === 132) return code === 123 ? 'right' : 'left'
  // A meter that says 123 and 132 says 0 for "not available"; one that says 0 and -1 never says 123.
  if (code === -1) return 'left'
  return code === 0 ? 'right' : null
}

/** Voltages in the order L1, L3, L2: every power is right, motors and unbalance are not (electrical.md 6.4.5). */
export const rotationCheck = (view: MeterView): WiringCheck => {
  const title = 'The phases turn right'
  if (!view.has('rotation') && !view.has('phase_sequence'))
    return notAssessed('rotation', title, 'the meter does not say its phase sequence')
  const sequence = sequenceOf(view)
  if (sequence === null) return notAssessed('rotation', title, 'the meter says no phase sequence just now')
  const numbers = [used('sequence register', view.last('rotation') ?? view.last('phase_sequence') ?? 0, 'code')]
  if (sequence === 'right') return good('rotation', { title, says: 'The meter says the sequence L1, L2, L3.', numbers })
  return wrong('rotation', {
    title: 'Phase sequence L1, L3, L2',
    says: 'The meter says that its voltages turn left: two phases have changed places at the meter, or the supply turns left.',
    toCheck:
      'Check the order of the three phases at the meter with a rotation indicator; where the whole site turns left, check the supply before a motor is connected',
    numbers,
    confidence: 0.9,
  })
}

/** electrical.md 6.4.3: mean ratio 1.732 within 1 %, each within 15 % of nominal. */
export const voltagesCheck = (view: MeterView): WiringCheck => {
  const title = 'Voltages fit each other and the declared one'
  const neutral = neutralKeys.flatMap((key) => view.mean(key) ?? [])
  if (neutral.length === 0) return notAssessed('voltages', title, 'no voltage to neutral is known')
  const { nominalVoltage } = view.facts
  const measured = neutralKeys.flatMap((key, index) => {
    const value = view.mean(key)
    return value === null || !view.facts.phases.includes(`L${index + 1}` as 'L1') ? [] : [value]
  })
  if (measured.length === 0) return notAssessed('voltages', title, 'no voltage of its phases is known')
  const farthest = measured.reduce((a, b) => (Math.abs(b - nominalVoltage) > Math.abs(a - nominalVoltage) ? b : a))
  const line = all(view, lineKeys)
  const ratio = line === null || measured.length < 3 ? null : mean(line) / mean(measured)
  const numbers = [
    ...measured.map((value, index) => used(`voltage L${index + 1} to neutral`, value, 'V')),
    ...(ratio === null ? [] : [used('ratio of line to phase voltage', ratio, '1')]),
  ]
  if (Math.abs(farthest / nominalVoltage - 1) > 0.15)
    return wrong('voltages', {
      kind: 'far from nominal',
      title: 'Voltage far from the declared one',
      says: `${volts(farthest)} is more than 15 % away from the declared ${volts(nominalVoltage)}.`,
      toCheck:
        'Check the voltage inputs and their fuses, the voltage transformer ratio set in the meter, and the declared voltage of the site',
      numbers,
      confidence: confidenceOf(Math.abs(farthest / nominalVoltage - 1), 0.03),
    })
  if (ratio !== null && Math.abs(ratio / Math.sqrt(3) - 1) > 0.01)
    return check('voltages', {
      kind: 'ratio',
      title: 'Line and phase voltages do not fit',
      says: `Between lines and to neutral they stand at ${ratio.toFixed(3)} instead of 1.732.`,
      toCheck: 'Check the voltage inputs, the neutral and the connection type set in the meter',
      numbers,
      confidence: confidenceOf(Math.abs(ratio / Math.sqrt(3) - 1), 0.003),
    })
  return good('voltages', {
    title,
    says:
      `${listed(measured)} V are within 15 % of ${volts(nominalVoltage)}` +
      (ratio === null
        ? '; voltages between lines are not known.'
        : `, and lines stand at ${ratio.toFixed(3)} to them.`),
    numbers,
  })
}

/** electrical.md 6.4.4: within 1 Hz of nominal, and the same on all meters of a site within 0.02 Hz; coarse registers get half their step besides. */
export const frequencyCheck = (view: MeterView, stepHz: number): WiringCheck => {
  const title = 'The frequency is that of the site'
  const hz = view.mean('f_fine') ?? view.mean('f')
  if (hz === null)
    return notAssessed('frequency', title, view.has('f') ? 'it is not known just now' : 'the meter gives no frequency')
  const { nominalHz } = view.facts
  const numbers = [
    used('frequency', hz, 'Hz'),
    ...(view.siteHz === null ? [] : [used('median of the site', view.siteHz, 'Hz')]),
  ]
  if (Math.abs(hz - nominalHz) > 1)
    return wrong('frequency', {
      kind: 'far from nominal',
      title: 'Frequency impossible',
      says: `${hz.toFixed(2)} Hz is more than 1 Hz away from ${nominalHz} Hz.`,
      toCheck: 'Check the profile of the meter and its scale',
      numbers,
    })
  if (view.siteHz === null)
    return good('frequency', { title, says: `${hz.toFixed(2)} Hz; no other meter to compare with.`, numbers })
  const tolerance = 0.02 + stepHz
  if (Math.abs(hz - view.siteHz) <= tolerance)
    return good('frequency', { title, says: `${hz.toFixed(2)} Hz, as all meters of the site.`, numbers })
  return check('frequency', {
    kind: 'differs',
    title: 'Frequency differs from the other meters',
    says: `${hz.toFixed(2)} Hz where the site has ${view.siteHz.toFixed(2)} Hz (tolerance ${tolerance.toFixed(2)} Hz).`,
    toCheck:
      'One grid has one frequency: check that the values of this meter are fresh, its scale, and whether it is on another supply',
    numbers,
    confidence: confidenceOf(Math.abs(hz - view.siteHz), tolerance / 3),
  })
}

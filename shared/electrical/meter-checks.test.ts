import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meterChecks, type Look } from './meter-checks.ts'

type Values = Readonly<Record<string, number>>
const context = { nominalVoltage: 230 }
const lookAt =
  (values: Values): Look =>
  (key) => {
    const value = values[key]
    return value === undefined ? null : { low: value, high: value }
  }
/** What each check that can judge says against these values: "kind: keys". */
const against = (values: Values): string[] =>
  meterChecks.flatMap((check) => {
    const said = check.judge(lookAt(values), context)
    return said?.kind === 'contradiction' ? [`${check.id}: ${said.keys.join(' ')}`] : []
  })

/** A load as it may truly be: per phase voltage, angle, current, displacement, distortion, direction; meter errors up to 2 %. */
const phaseLoad = fc.record({
  voltage: fc.double({ min: 190, max: 260, noNaN: true }),
  leads: fc.double({ min: -8, max: 8, noNaN: true }),
  current: fc.double({ min: 0, max: 400, noNaN: true }),
  degrees: fc.double({ min: -90, max: 90, noNaN: true }),
  distortion: fc.double({ min: 0, max: 1, noNaN: true }),
  exports: fc.boolean(),
  errors: fc.array(fc.double({ min: -0.02, max: 0.02, noNaN: true }), { minLength: 5, maxLength: 5 }),
})
const styles = fc.constantFrom('signed', 'unsigned', 'import only', 'magnitudes')

const image = fc.tuple(fc.tuple(phaseLoad, phaseLoad, phaseLoad), styles).map(([loads, style]): Values => {
  const values: Record<string, number> = {}
  const signed = loads.map((load, index) => {
    const mark = `l${index + 1}`
    const apparent = load.voltage * load.current
    const fundamental = apparent / Math.sqrt(1 + load.distortion ** 2)
    const angle = (load.degrees * Math.PI) / 180
    const active = fundamental * Math.cos(angle) * (load.exports ? -1 : 1)
    const off = (which: number) => 1 + (load.errors[which] ?? 0)
    values[`u_${mark}n`] = load.voltage * off(0)
    values[`i_${mark}`] = load.current * off(1)
    values[`p_${mark}`] = (style === 'magnitudes' ? Math.abs(active) : active) * off(2)
    values[`q_${mark}`] = fundamental * Math.sin(angle) * off(3)
    values[`s_${mark}`] = apparent * off(4)
    return active
  })
  const sum = signed.reduce((total, active) => total + active, 0)
  values['p_total'] =
    style === 'signed'
      ? sum
      : style === 'unsigned'
        ? Math.abs(sum)
        : signed.reduce((total, active) => total + (style === 'magnitudes' ? Math.abs(active) : Math.max(0, active)), 0)
  const between = (one: 0 | 1 | 2, other: 0 | 1 | 2): number => {
    const angle = ((120 + loads[one].leads - loads[other].leads) * Math.PI) / 180
    const { voltage: a } = loads[one]
    const { voltage: b } = loads[other]
    return Math.sqrt(a * a + b * b - 2 * a * b * Math.cos(angle))
  }
  return { ...values, u_l1l2: between(0, 1), u_l2l3: between(1, 2), u_l3l1: between(2, 0) }
})

const right: Values = {
  ...{ u_l1n: 230, u_l2n: 231, u_l3n: 229, u_l1l2: 399, u_l2l3: 398, u_l3l1: 397 },
  ...{ i_l1: 16, i_l2: 15, i_l3: 14, p_l1: 3650, p_l2: 3430, p_l3: 3180, p_total: 10260 },
  ...{ q_l1: 300, q_l2: 200, q_l3: 100, s_l1: 3680, s_l2: 3465, s_l3: 3206 },
}

describe('checks of one meter’s own image', () => {
  it('say nothing against any load that may be, distorted, reactive, feeding in or unbalanced, whatever sign the totals have', () => {
    fc.assert(
      fc.property(image, (values) => {
        expect(against(values)).toEqual([])
      }),
      { numRuns: 3000 },
    )
  })
  it('nor where values are missing', () => {
    fc.assert(
      fc.property(image, fc.func(fc.boolean()), (values, keeps) => {
        const some = Object.fromEntries(Object.entries(values).filter(([key]) => keeps(key) || key.startsWith('i_')))
        expect(against(some)).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })
  it.each<[string, Values, readonly string[]]>([
    [
      '0 A and 31.7 kW',
      { u_l1n: 230, u_l2n: 230, u_l3n: 230, i_l1: 0, i_l2: 0, i_l3: 0, p_total: 31_740 },
      ['power-without-current: i_l1 i_l2 i_l3'],
    ],
    [
      '0 A on one phase',
      { ...right, i_l2: 0 },
      ['power-without-current: i_l2', 'power-without-current: i_l1 i_l2 i_l3'],
    ],
    [
      'a current scale ten times too small',
      { ...right, i_l1: 1.6, i_l2: 1.5, i_l3: 1.4 },
      [
        'power-without-current: i_l1',
        'power-without-current: i_l2',
        'power-without-current: i_l3',
        'power-without-current: i_l1 i_l2 i_l3',
      ],
    ],
    ['16 A and no power', { ...right, p_l1: 0, q_l1: 0, s_l1: 0 }, ['current-without-power: p_l1 q_l1 s_l1 pf_l1']],
    ['apparent power a tenth of the active', { ...right, s_l3: 320 }, ['apparent-below-active: s_l3']],
    [
      'line voltages that are those to neutral',
      { ...right, u_l1l2: 230, u_l2l3: 231, u_l3l1: 229 },
      ['line-voltage: u_l1n u_l2n u_l3n u_l1l2 u_l2l3 u_l3l1'],
    ],
    ['a line voltage longer than both sides', { ...right, u_l1l2: 800 }, ['line-voltage: u_l1n u_l2n u_l1l2']],
    ['a total of twice the phases', { ...right, p_total: 20_520 }, ['total-power: p_total']],
    ['a total of half the phases', { ...right, p_total: 5000 }, ['total-power: p_l1 p_l2 p_l3']],
  ])('%s', (_, values, expected) => {
    expect(against(values)).toEqual(expect.arrayContaining([...expected]))
  })
  it('each names its source and its tolerance', () => {
    for (const check of meterChecks) expect(`${check.source} ${check.tolerance}`).toMatch(/electrical\.md .*\d/)
  })
})

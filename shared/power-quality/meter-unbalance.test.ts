import { describe, expect, it } from 'vitest'
import { meterUnbalance, type ReadValue } from './meter-unbalance.ts'

const reader =
  (values: Readonly<Record<string, number>>, late: readonly string[] = []): ReadValue =>
  (key) => {
    const value = Object.hasOwn(values, key) ? values[key] : undefined
    return value === undefined ? null : { value, atMs: late.includes(key) ? 5000 : 1000 }
  }
const phases = { u_l1n: 230, u_l2n: 225, u_l3n: 235 }
const lines = { u_l1l2: 396.0195, u_l2l3: 398.4031, u_l3l1: 400.6656 }

describe('the unbalance of a polled meter', () => {
  it('is found by the best method that its values carry, named', () => {
    expect(meterUnbalance(reader({ ...phases, ...lines })).voltage).toMatchObject({
      method: 'six magnitudes',
      negativePercent: expect.closeTo(0.6734, 3),
      zeroPercent: expect.closeTo(1.8369, 3),
    })
    expect(meterUnbalance(reader(lines)).voltage).toMatchObject({ method: 'three line voltages', zeroPercent: null })
    const alone = meterUnbalance(reader(phases))
    expect(alone.voltage.kind).toBe('unknown')
    expect(alone.phaseDeviation).toBeCloseTo(2.17, 2)
    expect(meterUnbalance(reader({ ...phases, ...lines }, ['u_l2l3'])).voltage).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('one reply'),
    })
  })

  it('has the neutral of vector 4 from powers, and the measured one where there is one', () => {
    const powers = {
      p_l1: 7000,
      p_l2: 3600,
      p_l3: 1000,
      q_l1: 500,
      q_l2: -300,
      q_l3: 200,
      u_l1n: 230,
      u_l2n: 230,
      u_l3n: 230,
    }
    const computed = meterUnbalance(reader(powers)).neutral
    expect(computed?.valueA).toBeCloseTo(25.4254, 3)
    expect(computed?.how).toContain('fundamental part only')
    expect(meterUnbalance(reader({ ...powers, i_n: 26 })).neutral).toEqual({ valueA: 26, how: 'measured by the meter' })
    const three = { p_l1: 7360, p_l2: 3680, p_l3: 0, q_l1: 0, q_l2: 0, q_l3: 0, u_l1n: 230, u_l2n: 230, u_l3n: 230 }
    expect(meterUnbalance(reader({ ...three, i_l1: 32, i_l2: 16, i_l3: 0 }))).toMatchObject({
      currentSpreadA: 32,
      current: { negativePercent: expect.closeTo(57.735, 2) },
    })
  })
})

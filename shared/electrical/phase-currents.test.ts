import { describe, expect, it } from 'vitest'
import { deviationPercent, phaseSpread, sequenceRatioPercent } from './imbalance.ts'
import { neutralCurrentA, neutralCurrentFromPowerA, neutralWithTriplensA } from './neutral-current.ts'

const three = (L1: number, L2: number, L3: number) => ({ L1, L2, L3 })

describe('neutral current (worked examples)', () => {
  it.each([
    [three(32, 16, 0), 27.7128],
    [three(20, 15, 10), 8.6603],
    [three(32, 32, 32), 0],
  ])('%o', (current, expected) => {
    expect(neutralCurrentA(current)).toBeCloseTo(expected, 4)
  })
  it('with triplen harmonics in phase', () => {
    expect(neutralWithTriplensA(27.7128, [4.8])).toBeCloseTo(28.1254, 4)
    expect(neutralWithTriplensA(0, [14.4, 4.8])).toBeCloseTo(15.1789, 4)
  })
  it('from per-phase powers at 230 V', () => {
    expect(neutralCurrentFromPowerA(three(7000, 3600, 1000), three(500, -300, 200), three(230, 230, 230))).toBeCloseTo(
      25.4254,
      4,
    )
  })
  it('both ways agree at unity power factor', () => {
    expect(neutralCurrentFromPowerA(three(7360, 3680, 0), three(0, 0, 0), three(230, 230, 230))).toBeCloseTo(
      neutralCurrentA(three(32, 16, 0)),
      9,
    )
  })
})

describe('imbalance', () => {
  it('spread in amperes names the phases', () => {
    expect(phaseSpread(three(12, 30, 4))).toEqual({ spread: 26, highest: 'L2', lowest: 'L3' })
  })
  it('i2/i1 of 32/16/0 A is 57.735 %', () => {
    expect(sequenceRatioPercent(three(32, 16, 0))).toBeCloseTo(57.735, 3)
    expect(sequenceRatioPercent(three(0, 0, 0))).toBeNull()
  })
  it('deviation from the mean', () => {
    expect(deviationPercent(three(400, 392, 408))).toBeCloseTo(2, 9)
    expect(deviationPercent(three(0, 0, 0))).toBeNull()
  })
})

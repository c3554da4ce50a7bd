import { describe, expect, it } from 'vitest'
import { demandMoney, demandOutlook, dimmedPowerW } from './demand.ts'

describe('demand (vectors of the reference)', () => {
  it('predicts the interval and what is allowed for its rest', () => {
    const outlook = demandOutlook({
      intervalS: 900,
      elapsedS: 540,
      energyKWh: 13.5,
      recentW: 120_000,
      targetW: 100_000,
    })
    expect(outlook.soFarW).toBeCloseTo(90_000, 6)
    expect(outlook.predictedW).toBeCloseTo(102_000, 6)
    expect(outlook.allowedW).toBeCloseTo(115_000, 6)
  })
  it('says that a target is lost, and the least it can come to', () => {
    const outlook = demandOutlook({ intervalS: 900, elapsedS: 540, energyKWh: 26, recentW: 120_000, targetW: 100_000 })
    expect(outlook.allowedW).toBeCloseTo(-10_000, 6)
    expect(outlook.leastW).toBeCloseTo(104_000, 6)
  })
  it('holds at both ends of an interval', () => {
    expect(demandOutlook({ intervalS: 900, elapsedS: 0, energyKWh: 0, recentW: 5000, targetW: null })).toEqual({
      soFarW: 0,
      predictedW: 5000,
      leastW: 0,
      allowedW: null,
    })
    const end = demandOutlook({ intervalS: 900, elapsedS: 900, energyKWh: 25, recentW: 0, targetW: 100_000 })
    expect([end.predictedW, end.allowedW]).toEqual([100_000, 0])
  })
  it('what a peak costs', () => {
    expect(demandMoney(102_000, 110)).toBeCloseTo(11_220, 6)
  })
  it.each([
    [0, 0],
    [1, 4200],
    [2, 7560],
    [3, 10_500],
    [5, 15_120],
    [10, 21_210],
  ])('section 14a: %i devices keep %i W', (devices, watts) => {
    expect(dimmedPowerW(devices)).toBeCloseTo(watts, 6)
  })
})

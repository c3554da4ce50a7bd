import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  advanceHeating,
  tauFromPoint,
  thermalUsedPercent,
  tripOutlook,
  tripTimeS,
  type ThermalCurve,
} from './thermal-image.ts'
import { ambientFactor, breakerCurves, effectiveRatingA, groupingFactor, strictEarlyCurve } from './breaker-curves.ts'

const mcb = (rating: number, curve: 'B' | 'C' = 'C') => {
  const curves = breakerCurves({ standard: 'IEC 60898-1', curve, rating })
  if ('why' in curves) throw new Error(curves.why)
  return curves
}

/** Runs [seconds, amperes] steps and gives theta after each and the second at which k^2 was first crossed (null: never). */
const run = (steps: readonly (readonly [number, number])[], effectiveA: number, curve: ThermalCurve) => {
  let theta = 0
  let elapsed = 0
  let crossedAt: number | null = null
  let highest = 0
  const thetas = steps.map(([seconds, amperes]) => {
    const x = amperes / effectiveA
    const untilTrip = tripTimeS(theta, x, curve)
    if (crossedAt === null && untilTrip <= seconds) crossedAt = elapsed + untilTrip
    theta = advanceHeating(theta, x, seconds, curve)
    elapsed += seconds
    highest = Math.max(highest, theta)
    return theta
  })
  return { thetas, crossedAt, highestPercent: thermalUsedPercent(highest, curve) }
}

const c32Profile = [
  [600, 16],
  [1800, 32],
  [60, 44],
  [600, 32],
] as const

describe('thermal image of a C32 (worked example, checked by an independent script)', () => {
  const { early, late } = mcb(32)
  it('early curve: heating after each step, and when the trip line is crossed', () => {
    const { thetas, crossedAt, highestPercent } = run(c32Profile, 32, early)
    expect(thetas.map((theta) => theta.toFixed(4))).toEqual(['0.2500', '1.0000', '1.7357', '1.0000'])
    expect(thetas.map((theta) => thermalUsedPercent(theta, early).toFixed(2))).toEqual([
      '19.58',
      '78.31',
      '135.93',
      '78.31',
    ])
    expect(crossedAt).toBeCloseTo(2412.77, 2)
    expect(highestPercent).toBeCloseTo(135.93, 2)
  })
  it('one-second stepping crosses at the 13th sample of the 44 A step', () => {
    let theta = 1
    let samples = 0
    while (theta < early.k ** 2) {
      theta = advanceHeating(theta, 44 / 32, 1, early)
      samples += 1
    }
    expect(samples).toBe(13)
  })
  it('late curve stays below: the verdict is "trip possible"', () => {
    const { thetas, highestPercent } = run(c32Profile, 32, late)
    expect(thetas.map((theta) => theta.toFixed(4))).toEqual(['0.2450', '1.0000', '1.2880', '1.0058'])
    expect(highestPercent).toBeCloseTo(61.26, 2)
    expect(tripOutlook(135.93, highestPercent)).toBe('trip possible')
  })
  it('in a warm, full board (K = 0.9) 32 A alone uses 96.68 % and the crossing comes earlier', () => {
    const { thetas, crossedAt } = run(c32Profile, 32 * 0.9, early)
    expect(thermalUsedPercent(thetas[1] ?? NaN, early)).toBeCloseTo(96.68, 2)
    expect(crossedAt).toBeCloseTo(2401.35, 2)
  })
})

describe('thermal image of a B16 (worked example)', () => {
  const { early, late } = mcb(16, 'B')
  const steps = [
    [3600, 16],
    [3600, 20],
  ] as const
  it('K = 1', () => {
    const result = run(steps, 16, early)
    expect(result.thetas.map((theta) => theta.toFixed(4))).toEqual(['1.0000', '1.5625'])
    expect(result.highestPercent).toBeCloseTo(122.37, 2)
    expect(result.crossedAt).toBeCloseTo(3623.25, 2)
    expect(run(steps, 16, late).highestPercent).toBeCloseTo(74.32, 2)
  })
  it('K = 0.9', () => {
    const result = run(steps, 14.4, early)
    expect(thermalUsedPercent(result.thetas[0] ?? NaN, early)).toBeCloseTo(96.68, 2)
    expect(result.highestPercent).toBeCloseTo(151.07, 2)
    expect(result.crossedAt).toBeCloseTo(3602.16, 2)
    expect(run(steps, 14.4, late).highestPercent).toBeCloseTo(91.75, 2)
    expect(run([[7200, 14]], 14.4, early).highestPercent).toBeCloseTo(74.02, 2)
  })
})

describe('trip times', () => {
  const { early, late } = mcb(32)
  it.each([
    [1.45, 32.06, Infinity],
    [2, 13.19, 114.55],
    [2.55, 7.5, 59.99],
    [3, 5.25, 40.87],
    [5, 1.8, 13.49],
  ])('cold at %f times the rating: %f s early, %f s late', (x, earlyS, lateS) => {
    expect(tripTimeS(0, x, early).toFixed(2)).toBe(earlyS.toFixed(2))
    expect(tripTimeS(0, x, late).toFixed(2)).toBe(lateS === Infinity ? 'Infinity' : lateS.toFixed(2))
  })
  it('preloaded with its rating, 1.45 In early: 9.92 s', () => {
    expect(tripTimeS(1, 1.45, early)).toBeCloseTo(9.92, 2)
  })
  it('fits the points the time constants were made from', () => {
    expect(tauFromPoint(1.45, 2.55, 60)).toBeCloseTo(153.6, 1)
    expect(tauFromPoint(1.45, 2.55, 120)).toBeCloseTo(307.2, 1)
    expect(tauFromPoint(1.13, 2.55, 7.5)).toBeCloseTo(34.3, 1)
    expect(tauFromPoint(1.13, 2.55, 1)).toBeCloseTo(strictEarlyCurve.tauS, 3)
    expect(tauFromPoint(1.45, 1.4500001, 100)).toBeGreaterThan(5)
  })
  it('the late curve of a large MCB stays inside 90/30/8 s at 3/5/10 In', () => {
    const { late: large } = mcb(63)
    expect([3, 5, 10].map((x) => tripTimeS(0, x, large).toFixed(1))).toEqual(['81.7', '27.0', '6.5'])
  })
})

describe('properties', () => {
  const { early } = mcb(32)
  it('splitting a step anywhere gives the same heating', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 4, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 600, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (theta, x, seconds, share) => {
          const whole = advanceHeating(theta, x, seconds, early)
          const split = advanceHeating(
            advanceHeating(theta, x, seconds * share, early),
            x,
            seconds * (1 - share),
            early,
          )
          expect(split).toBeCloseTo(whole, 9)
        },
      ),
    )
  })
  it('after the stated trip time the heating is at the trip line', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1.2, noNaN: true }),
        fc.double({ min: 1.14, max: 6, noNaN: true }),
        (theta, x) => {
          expect(advanceHeating(theta, x, tripTimeS(theta, x, early), early)).toBeCloseTo(early.k ** 2, 6)
        },
      ),
    )
  })
})

describe('effective rating', () => {
  it('ambient: reference, table points, between and beyond', () => {
    expect(ambientFactor('IEC 60898-1', 10)).toBe(1)
    expect(ambientFactor('IEC 60898-1', 30)).toBe(1)
    expect(ambientFactor('IEC 60898-1', 45)).toBeCloseTo(0.925, 9)
    expect(ambientFactor('IEC 60898-1', 60)).toBeCloseTo(0.85, 9)
    expect(ambientFactor('IEC 60898-1', 70)).toBeCloseTo(0.8, 9)
    expect(ambientFactor('IEC 60947-2', 20)).toBe(1.2)
    expect(ambientFactor('IEC 60947-2', 40)).toBeCloseTo(1, 9)
    expect(ambientFactor('IEC 60947-2', 50)).toBeCloseTo(0.915, 9)
  })
  it('grouping counts the breaker itself', () => {
    expect([0, 1, 2, 3, 4, 5, 12].map(groupingFactor)).toEqual([1, 0.95, 0.95, 0.9, 0.9, 0.85, 0.85])
  })
  it('multiplies', () => {
    expect(
      effectiveRatingA({ standard: 'IEC 60898-1', curve: 'C', rating: 32, ambient: 40, groupedWith: 3 }),
    ).toBeCloseTo(32 * 0.95 * 0.9, 9)
    expect(effectiveRatingA({ standard: 'IEC 60898-1', curve: 'C', rating: 32 })).toBe(32)
  })
  it('a fuse and an electronic trip unit say why they have no thermal curve', () => {
    expect(breakerCurves({ standard: 'IEC 60269 gG', curve: 'gG', rating: 63 })).toHaveProperty('why')
    expect(breakerCurves({ standard: 'IEC 60947-2', curve: 'electronic', rating: 400 })).toHaveProperty('why')
    expect(breakerCurves({ standard: 'IEC 60947-2', curve: 'thermal-magnetic', rating: 100 })).toMatchObject({
      early: { k: 1.05 },
      late: { k: 1.3 },
    })
  })
})

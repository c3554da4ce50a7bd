import { describe, expect, it } from 'vitest'
import type { SiteBreaker } from '../../site/site.ts'
import { advanceRun, coldRun, tripS, type Bound, type Run } from './bound.ts'
import { breakerModel } from './breaker-model.ts'
import { ambientFactor, effectiveRatingA, groupingFactor } from './derating.ts'
import { strictEarlyTauS } from './miniature-breaker.ts'
import { tauFromPoint, tripOutlook } from './thermal-image.ts'

const modelOf = (breaker: SiteBreaker) => {
  const model = breakerModel(breaker)
  if ('why' in model) throw new Error(model.why)
  return model
}
const mcb = (rating: number, curve: 'B' | 'C' = 'C', factor?: number) =>
  modelOf({ standard: 'IEC 60898-1', curve, rating, factor })

/** The magnetic part apart: what these examples are about is the thermal one. */
const heatOnly = ({ heat }: Bound): Bound => ({ heat, stages: [], coolTauS: 0 })
/** theta of the worked examples (1 at the effective rating) of a run that counts in shares of the trip. */
const theta = (run: Run, k: number) => run.heat * k * k

/** Runs [seconds, amperes] steps and gives the run after each and the second at which the trip was first reached (null: never). */
const run = (steps: readonly (readonly [number, number])[], whole: Bound) => {
  const bound = heatOnly(whole)
  let state = coldRun
  let elapsed = 0
  let crossedAt: number | null = null
  let highest = 0
  const runs = steps.map(([seconds, amperes]) => {
    const untilTrip = tripS(state, amperes, bound)
    if (crossedAt === null && untilTrip <= seconds) crossedAt = elapsed + untilTrip
    state = advanceRun(state, amperes, seconds, bound)
    elapsed += seconds
    highest = Math.max(highest, state.heat)
    return state
  })
  return { runs, crossedAt, highestPercent: 100 * highest }
}
const thetas = (runs: readonly Run[], k: number) => runs.map((each) => theta(each, k).toFixed(4))

const c32Profile = [
  [600, 16],
  [1800, 32],
  [60, 44],
  [600, 32],
] as const

describe('thermal image of a C32 (worked example, checked by an independent script)', () => {
  const { early, late } = mcb(32)
  it('early curve: heating after each step, and when the trip line is crossed', () => {
    const { runs, crossedAt, highestPercent } = run(c32Profile, early)
    expect(thetas(runs, 1.13)).toEqual(['0.2500', '1.0000', '1.7357', '1.0000'])
    expect(runs.map(({ heat }) => (100 * heat).toFixed(2))).toEqual(['19.58', '78.31', '135.93', '78.31'])
    expect(crossedAt).toBeCloseTo(2412.77, 2)
    expect(highestPercent).toBeCloseTo(135.93, 2)
  })
  it('one-second stepping crosses at the 13th sample of the 44 A step', () => {
    let state: Run = { heat: 1 / 1.13 ** 2, dose: 0 }
    let samples = 0
    while (state.heat < 1) {
      state = advanceRun(state, 44, 1, early)
      samples += 1
    }
    expect(samples).toBe(13)
  })
  it('late curve stays below: the verdict is "trip possible"', () => {
    const { runs, highestPercent } = run(c32Profile, late)
    expect(thetas(runs, 1.45)).toEqual(['0.2450', '1.0000', '1.2880', '1.0058'])
    expect(highestPercent).toBeCloseTo(61.26, 2)
    expect(tripOutlook(135.93, highestPercent)).toBe('trip possible')
  })
  it('in a warm, full board (K = 0.9) 32 A alone uses 96.68 % and the crossing comes earlier', () => {
    const { runs, crossedAt } = run(c32Profile, mcb(32, 'C', 0.9).early)
    expect(100 * (runs[1]?.heat ?? NaN)).toBeCloseTo(96.68, 2)
    expect(crossedAt).toBeCloseTo(2401.35, 2)
  })
})

describe('thermal image of a B16 (worked example)', () => {
  const steps = [
    [3600, 16],
    [3600, 20],
  ] as const
  it('K = 1', () => {
    const { early, late } = mcb(16, 'B')
    const result = run(steps, early)
    expect(thetas(result.runs, 1.13)).toEqual(['1.0000', '1.5625'])
    expect(result.highestPercent).toBeCloseTo(122.37, 2)
    expect(result.crossedAt).toBeCloseTo(3623.25, 2)
    expect(run(steps, late).highestPercent).toBeCloseTo(74.32, 2)
  })
  it('K = 0.9', () => {
    const { early, late } = mcb(16, 'B', 0.9)
    const result = run(steps, early)
    expect(100 * (result.runs[0]?.heat ?? NaN)).toBeCloseTo(96.68, 2)
    expect(result.highestPercent).toBeCloseTo(151.07, 2)
    expect(result.crossedAt).toBeCloseTo(3602.16, 2)
    expect(run(steps, late).highestPercent).toBeCloseTo(91.75, 2)
    expect(run([[7200, 14]], early).highestPercent).toBeCloseTo(74.02, 2)
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
    expect(tripS(coldRun, x * 32, heatOnly(early)).toFixed(2)).toBe(earlyS.toFixed(2))
    expect(tripS(coldRun, x * 32, heatOnly(late)).toFixed(2)).toBe(lateS === Infinity ? 'Infinity' : lateS.toFixed(2))
  })
  it('preloaded with its rating, 1.45 In early: 9.92 s', () => {
    expect(tripS({ heat: 1 / 1.13 ** 2, dose: 0 }, 1.45 * 32, early)).toBeCloseTo(9.92, 2)
  })
  it('steady load, no time constant: share of the early margin', () => {
    const used = [0.8, 0.9, 1, 1.05, 1.1, 1.13].map((x) => 100 * advanceRun(coldRun, x * 32, 1e6, early).heat)
    expect(used.map(Math.round)).toEqual([50, 63, 78, 86, 95, 100])
  })
  it('fits the points the time constants were made from', () => {
    expect(tauFromPoint(1.45, 2.55, 60)).toBeCloseTo(153.6, 1)
    expect(tauFromPoint(1.45, 2.55, 120)).toBeCloseTo(307.2, 1)
    expect(tauFromPoint(1.13, 2.55, 7.5)).toBeCloseTo(34.3, 1)
    expect(tauFromPoint(1.13, 2.55, 1)).toBeCloseTo(strictEarlyTauS, 3)
    expect(tauFromPoint(1.13, 1.45, 100)).toBeCloseTo(107, 0)
  })
  it('the late curve of a large MCB stays inside 90/30/8 s at 3/5/10 In', () => {
    const { late: large } = mcb(63)
    expect([3, 5, 10].map((x) => tripS(coldRun, x * 63, heatOnly(large)).toFixed(1))).toEqual(['81.7', '27.0', '6.5'])
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
  it('an electronic trip unit without settings says why it has no model', () => {
    expect(breakerModel({ standard: 'IEC 60947-2', curve: 'electronic', rating: 400 })).toHaveProperty('why')
    expect(modelOf({ standard: 'IEC 60947-2', curve: 'thermal-magnetic', rating: 100 }).conventional).toMatchObject({
      noTripA: 105,
      tripA: 130,
      seconds: 7200,
    })
  })
})

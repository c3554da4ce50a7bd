import { describe, expect, it } from 'vitest'
import { nothingLearnt, settleMs, stepSettle, unusedAfterMs, type SettleState } from './settle-time.ts'

/** A car that ramps by so many amperes a second after a delay, up to the most it takes. */
const follow = (car: { delayS: number; ampsPerS: number; mostA: number }, limits: readonly number[], eachS = 60) => {
  let state: SettleState = { ...nothingLearnt, givenA: 6 }
  let drawnA = 6
  let givenA = 6
  let atMs = 0
  for (const limitA of limits) {
    const sinceMs = atMs
    givenA = limitA
    for (let second = 0; second < eachS; second += 1) {
      const wantsA = Math.min(car.mostA, givenA)
      if (atMs - sinceMs >= car.delayS * 1000) drawnA = Math.min(wantsA, Math.max(drawnA, 6) + car.ampsPerS)
      if (wantsA < drawnA) drawnA = wantsA
      state = stepSettle(state, atMs, givenA, drawnA)
      atMs += 1000
    }
  }
  return state
}

describe('the settle time of a charger', () => {
  it('is half a minute until it has followed a raise', () => {
    expect(settleMs(nothingLearnt)).toBeNull()
    expect(unusedAfterMs(nothingLearnt)).toBe(30_000)
  })
  it('is short for one that follows fast, and long for one that ramps slowly', () => {
    const fast = follow({ delayS: 2, ampsPerS: 10, mostA: 32 }, [10, 14, 18])
    const slow = follow({ delayS: 10, ampsPerS: 0.25, mostA: 32 }, [10, 14, 18])
    expect(settleMs(fast)).toBeLessThanOrEqual(4000)
    expect(unusedAfterMs(fast)).toBe(15_000)
    expect(settleMs(slow)).toBeGreaterThan(18_000)
    expect(unusedAfterMs(slow)).toBeGreaterThan(unusedAfterMs(fast))
  })
  it('of a car that takes less than its limit is until it stopped rising, not until it reached it', () => {
    const full = follow({ delayS: 3, ampsPerS: 1, mostA: 12 }, [20])
    expect(settleMs(full)).toBe(8000)
  })
  it('learns nothing from a car that does not move, nor from a limit that falls, and forgets what is long past', () => {
    expect(settleMs(follow({ delayS: 500, ampsPerS: 1, mostA: 32 }, [10], 200))).toBeNull()
    expect(settleMs(follow({ delayS: 0, ampsPerS: 1, mostA: 32 }, [6, 6]))).toBeNull()
    const slowThenFast = follow({ delayS: 2, ampsPerS: 10, mostA: 40 }, [10, 14, 18, 22, 26, 30])
    expect(slowThenFast.learntMs).toHaveLength(5)
  })
  it('never waits less than a car may take to follow at all, nor for ever', () => {
    const slowest = follow({ delayS: 100, ampsPerS: 0.5, mostA: 40 }, [12, 20], 300)
    expect(unusedAfterMs(slowest)).toBeLessThanOrEqual(120_000)
  })
})

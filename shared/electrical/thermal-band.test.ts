import { describe, expect, it } from 'vitest'
import { advanceKnown, advanceUnknown, bandUsedPercent, unknownHeating } from './thermal-band.ts'
import { advanceHeating } from './thermal-image.ts'

const curve = { k: 1.13, tauS: 34.3 }

describe('thermal band', () => {
  it('gives no number until a cold and a hot start lead to the same answer', () => {
    const start = unknownHeating(curve)
    expect(bandUsedPercent(start, curve)).toBeNull()
    // 3 tau: 100 e^-3 = 4.98 points apart.
    expect(bandUsedPercent(advanceKnown(start, 1, 102, curve), curve)).toBeNull()
    const after = bandUsedPercent(advanceKnown(start, 1, 103, curve), curve)
    expect(after).toBeGreaterThan(78.31)
    expect(after).toBeLessThan(78.31 + 5)
  })
  it('a gap widens it, and every true history in between stays inside', () => {
    let band = advanceKnown(unknownHeating(curve), 0.9, 600, curve)
    expect(bandUsedPercent(band, curve)).toBeCloseTo(63.4, 1)
    const low = advanceHeating(band.cold, 0.1, 20, curve)
    const high = advanceHeating(band.hot, 1.1, 20, curve)
    band = advanceUnknown(band, 20, curve)
    expect(bandUsedPercent(band, curve)).toBeNull()
    expect(low).toBeGreaterThan(band.cold)
    expect(high).toBeLessThan(band.hot)
  })
  it('not watching does not cool an overheated element', () => {
    expect(advanceUnknown({ cold: 1.5, hot: 1.5 }, 60, curve).hot).toBe(1.5)
  })
})

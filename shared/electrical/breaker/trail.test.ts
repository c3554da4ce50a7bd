import { describe, expect, it } from 'vitest'
import type { SiteBreaker } from '../../site/site.ts'
import { breakerBand } from './breaker-band.ts'
import { breakerModel } from './breaker-model.ts'
import { selectivity, selectivitySentence } from './selectivity.ts'
import { coldBounds } from './thermal-bounds.ts'
import { equivalentPoints, marginOverTime, overloadPath, stretchesOf } from './trail.ts'

const modelOf = (breaker: SiteBreaker) => {
  const model = breakerModel(breaker)
  if ('why' in model) throw new Error(model.why)
  return model
}
const mcb = (curve: 'B' | 'C' | 'D', rating: number) => modelOf({ standard: 'IEC 60898-1', curve, rating })
const readings = (steps: readonly (readonly [seconds: number, amperes: number | null])[], everyMs = 200) => {
  const amperes = steps.flatMap(([seconds, value]) => Array.from({ length: (seconds * 1000) / everyMs }, () => value))
  return { atMs: amperes.map((_, index) => index * everyMs), amperes }
}

describe('the measured trail', () => {
  it('takes the mean square, not the mean', () => {
    const amperes = Array.from({ length: 51 }, (_, index) => (index % 2 === 0 ? 40 : 0))
    const [first] = stretchesOf({ atMs: amperes.map((_, index) => index * 100), amperes }, 1000)
    expect(first?.currentA).toBeCloseTo(40 / Math.SQRT2, 6)
  })
  it('equivalent-time points are the hardest stretch of each length', () => {
    const points = new Map(
      equivalentPoints(
        stretchesOf(
          readings([
            [100, 10],
            [20, 50],
            [100, 10],
          ]),
        ),
      ).map(([amperes, seconds]) => [seconds, amperes]),
    )
    expect(points.get(10)).toBeCloseTo(50, 6)
    expect(points.get(20)).toBeCloseTo(50, 6)
    expect(points.get(60)).toBeCloseTo(Math.sqrt((20 * 2500 + 40 * 100) / 60), 1)
    expect(points.has(300)).toBe(false)
  })
  it('what was not seen is no current of zero', () => {
    const points = equivalentPoints(
      stretchesOf(
        readings([
          [20, 50],
          [60, null],
          [20, 50],
        ]),
      ),
    )
    expect(points.map(([, seconds]) => seconds)).toEqual([1, 2, 5, 10, 20])
  })
  it('the path is the latest time above the rating', () => {
    const path = overloadPath(
      stretchesOf(
        readings([
          [10, 50],
          [10, 10],
          [30, 44],
        ]),
      ),
      32,
    )
    expect(path.at(-1)?.[1]).toBeCloseTo(30, 0)
    expect(path.every(([amperes]) => Math.abs(amperes - 44) < 1e-9)).toBe(true)
  })
  it('the margin over time is that of the worked example', () => {
    const moments = marginOverTime(
      stretchesOf(
        readings([
          [600, 16],
          [1800, 32],
          [60, 44],
          [600, 32],
        ]),
      ),
      mcb('C', 32),
      coldBounds,
    )
    const at = (seconds: number) => moments.find(({ atMs }) => atMs >= seconds * 1000)?.earlyHot
    expect(at(600)).toBeCloseTo(19.58, 1)
    expect(at(2400)).toBeCloseTo(78.31, 1)
    expect(at(2460)).toBeCloseTo(135.93, 0)
  })
})

describe('selectivity', () => {
  it('a C16 below a C63 is selective until the magnet of the upper one may pull', () => {
    const found = selectivity(mcb('C', 16), mcb('C', 63))
    expect(found.overlapsFromA).toBeCloseTo(315, -1)
    const [low, up] = [breakerBand(mcb('C', 16)), breakerBand(mcb('C', 63))]
    const from = found.overlapsFromA ?? 0
    expect(up.at(from * 1.001).earlyS).toBeLessThanOrEqual(low.at(from * 1.001).lateS)
    expect(up.at(from * 0.99).earlyS).toBeGreaterThan(low.at(from * 0.99).lateS)
  })
  it('two of the same rating are not selective, and the sentence says so', () => {
    const [lower, upper] = [mcb('C', 32), mcb('C', 32)]
    const found = selectivity(lower, upper)
    expect(selectivitySentence({ name: 'Feeder', model: lower }, { name: 'Main', model: upper }, found)).toMatch(
      /^Main \(C32\) may open before Feeder \(C32\) at every current from \d+ A on/,
    )
  })
  it('what the upper one carries besides moves the overlap down', () => {
    const [lower, upper] = [mcb('C', 32), mcb('C', 63)]
    const [alone, loaded] = [selectivity(lower, upper), selectivity(lower, upper, 40)]
    expect(loaded.overlapsFromA ?? 0).toBeLessThan(alone.overlapsFromA ?? 0)
  })
})

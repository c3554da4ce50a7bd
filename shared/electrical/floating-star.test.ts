import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { starWithoutNeutral, triangleOf } from './floating-star.ts'

const close = (values: readonly number[], digits = 2) => values.map((value) => expect.closeTo(value, digits))

describe('a star point without its neutral (electrical.md, vector 12)', () => {
  it('loads of 10, 20 and 5 A at 230 V (23, 11.5 and 46 ohms): 260.80 / 150.57 / 301.14 V, displaced by 86.93 V', () => {
    const found = starWithoutNeutral(230, [23, 11.5, 46])
    expect(found?.phaseV).toEqual(close([260.8, 150.57, 301.14]))
    expect(found?.displacedV).toBeCloseTo(86.93, 2)
  })
  it('equal loads leave it where it is, and a single one has nothing to share with', () => {
    expect(starWithoutNeutral(230, [20, 20, 20])?.displacedV).toBeCloseTo(0, 9)
    expect(starWithoutNeutral(230, [20, Infinity, Infinity])).toBeNull()
    expect(starWithoutNeutral(230, [20, 20, Infinity])?.phaseV).toEqual(close([199.19, 199.19, 345]))
  })
  it('is told from its three voltages alone, whatever the loads are', () => {
    const ohms = fc.double({ min: 5, max: 500, noNaN: true })
    fc.assert(
      fc.property(ohms, ohms, ohms, (a, b, c) => {
        const star = starWithoutNeutral(230, [a, b, c])
        const found = triangleOf(star?.phaseV ?? [NaN, NaN, NaN])
        // Volts to a hundredth: near the middle the place follows from a difference of nearly equal squares.
        expect(found?.lineV).toBeCloseTo(230 * Math.sqrt(3), 3)
        expect(found?.displacedV).toBeCloseTo(star?.displacedV ?? NaN, 1)
      }),
    )
  })
  it('a supply that is low or high by itself gives a smaller or larger triangle', () => {
    expect(triangleOf([150, 230, 230])?.lineV).toBeLessThan(350)
    expect(triangleOf([260, 260, 260])?.lineV).toBeCloseTo(450.3, 1)
    expect(triangleOf([0, 0, 0])).toBeNull()
    expect(triangleOf([230, 0, 0])).toBeNull()
  })
})

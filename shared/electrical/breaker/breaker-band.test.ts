import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SiteBreaker } from '../../site/site.ts'
import { breakerBand } from './breaker-band.ts'
import { breakerModel } from './breaker-model.ts'
import { rcdTripS, rcdTypeFacts, rdcDdTripPoints } from './residual-current.ts'
import { longTimeS } from './trip-unit.ts'
import { continuousLoadA } from './ul489.ts'

const bandOf = (breaker: SiteBreaker) => {
  const model = breakerModel(breaker)
  if ('why' in model) throw new Error(model.why)
  return breakerBand(model)
}
const mcb = (curve: 'B' | 'C' | 'D', rating: number) => bandOf({ standard: 'IEC 60898-1', curve, rating })

describe('IEC 60898-1, table 7', () => {
  it.each([
    ['B', 16, 3, 5, 45],
    ['C', 32, 5, 10, 15],
    ['D', 32, 10, 20, 4],
    ['B', 63, 3, 5, 90],
    ['C', 40, 5, 10, 30],
    ['D', 50, 10, 20, 8],
  ] as const)('%s%i: tests a to e', (curve, rating, hold, trip, longestS) => {
    const { at, model } = mcb(curve, rating)
    expect(at(1.13 * rating).earlyS).toBe(Infinity)
    expect(at(1.45 * rating).lateS).toBe(Infinity)
    expect(at(1.46 * rating).lateS).toBeLessThan(model.conventional.seconds)
    expect(at(2.55 * rating).earlyS).toBeGreaterThan(1)
    expect(at(2.55 * rating).lateS).toBeLessThan(rating <= 32 ? 60 : 120)
    expect(at((hold - 0.01) * rating).earlyS).toBeGreaterThan(0.1)
    // 2015 edition: within 45/15/4 s (90/30/8 s above 32 A) at the lower end of the magnetic band.
    expect(at(hold * rating).lateS).toBeLessThan(longestS)
    expect(at(trip * rating).lateS).toBeLessThanOrEqual(0.1)
  })
  it('conventional time: 1 h to 63 A, 2 h above', () => {
    expect(mcb('C', 63).model.conventional.seconds).toBe(3600)
    expect(mcb('C', 80).model.conventional.seconds).toBe(7200)
  })
  it('one pole alone of several may hold longer, where the poles are declared', () => {
    expect(bandOf({ standard: 'IEC 60898-1', curve: 'C', rating: 32, poles: 2 }).model.conventional.tripA).toBeCloseTo(
      1.1 * 1.45 * 32,
    )
    expect(bandOf({ standard: 'IEC 60898-1', curve: 'C', rating: 32, poles: 4 }).model.conventional.tripA).toBeCloseTo(
      1.2 * 1.45 * 32,
    )
  })
})

describe('other standards', () => {
  it('K and Z: their magnetic bands', () => {
    const of = (curve: 'K' | 'Z') => bandOf({ standard: 'IEC 60947-2', curve, rating: 10 })
    expect(of('K').model.instantaneous).toEqual({ noTripA: 100, tripA: 140 })
    expect(of('Z').model.instantaneous).toEqual({ noTripA: 20, tripA: 30 })
    expect(of('K').model.conventional).toMatchObject({ noTripA: 10.5, tripA: 13, seconds: 3600 })
  })
  it('an electronic trip unit follows its settings: 16 s at 6 Ir of 100 A', () => {
    const tripUnit = { ir: 100, tr: 16, trAt: 6, isdI2t: false, igI2t: false, memory: true }
    expect([1.2, 1.5, 2, 3, 6].map((x) => longTimeS(tripUnit, x * 100))).toEqual([400, 256, 144, 64, 16])
    const { at } = bandOf({ standard: 'IEC 60947-2', curve: 'electronic', rating: 160, tripUnit })
    expect(at(150).earlyS).toBeCloseTo(256 * 0.8, 6)
    expect(at(150).lateS).toBeCloseTo(256 * 1.2, 6)
    expect(at(104).earlyS).toBe(Infinity)
    expect(at(129).lateS).toBe(Infinity)
  })
  it('short time with I2t comes down to its delay at 10 Ir; instantaneous is at once', () => {
    const tripUnit = { ir: 100, tr: 16, trAt: 6, isd: 4, tsd: 0.2, isdI2t: true, ii: 12, igI2t: false, memory: true }
    const { at, model } = bandOf({ standard: 'IEC 60947-2', curve: 'electronic', rating: 160, tripUnit })
    expect(at(500).lateS).toBeCloseTo(0.24 * 4, 6)
    expect(at(1000).lateS).toBeCloseTo(0.24, 6)
    expect(at(1200).earlyS).toBeCloseTo(0.16, 6)
    expect(at(2400).lateS).toBe(0.05)
    expect(model.instantaneous).toEqual({ noTripA: 1536, tripA: 2304 })
  })
  it('gG: carries 1.25 In, melts at 1.6 In within the conventional time, and the gates between', () => {
    const { at, model } = bandOf({ standard: 'IEC 60269 gG', curve: 'gG', rating: 63 })
    expect(at(1.25 * 63).earlyS).toBe(Infinity)
    expect(at(1.6 * 63).lateS).toBeLessThanOrEqual(3600)
    expect(at(160).earlyS).toBeCloseTo(10, 6)
    expect(at(320).lateS).toBeCloseTo(5, 6)
    expect(at(450).earlyS).toBeCloseTo(0.1, 6)
    expect(at(820).lateS).toBeCloseTo(0.1, 6)
    expect(model.conventional.seconds).toBe(3600)
    expect(bandOf({ standard: 'IEC 60269 gG', curve: 'gG', rating: 10 }).model.conventional).toMatchObject({
      noTripA: 15,
      tripA: 19,
    })
  })
  it('UL 489: 135 % in the end, 200 % within minutes by rating; continuous load 80 %', () => {
    for (const [rating, minutes] of [
      [20, 2],
      [40, 4],
      [100, 6],
      [125, 8],
      [200, 10],
      [400, 12],
      [600, 14],
    ] as const) {
      const { at } = bandOf({ standard: 'UL 489', curve: 'thermal-magnetic', rating })
      expect(at(rating).earlyS).toBe(Infinity)
      expect(at(1.36 * rating).lateS).toBeLessThan(Infinity)
      expect(at(2 * rating).lateS).toBeCloseTo(minutes * 60, 6)
    }
    expect([16, 24, 32, 40, 48, 64, 80].map((load) => load / 0.8)).toEqual([20, 30, 40, 50, 60, 80, 100])
    expect(continuousLoadA(400)).toBe(320)
    expect(continuousLoadA(100, true)).toBe(100)
  })
})

describe("maker's points", () => {
  const c32 = { standard: 'IEC 60898-1', curve: 'C', rating: 32 } as const
  it('override the band, exactly at the points and from cold', () => {
    const { at, model } = bandOf({ ...c32, points: 'multiple;earliest s;latest s\n1,45;100;900\n2,55;12;40\n4;4;10' })
    expect(at(1.45 * 32)).toEqual({ earlyS: expect.closeTo(100, 6) as number, lateS: expect.closeTo(900, 6) as number })
    expect(at(2.55 * 32)).toEqual({ earlyS: expect.closeTo(12, 6) as number, lateS: expect.closeTo(40, 6) as number })
    // The magnetic part stays that of the standard.
    expect(at(10 * 32).lateS).toBe(0.1)
    expect(model.basis).toContain("maker's points")
  })
  it('in amperes where the head says so; one curve alone leaves the other', () => {
    const { at } = bandOf({ ...c32, points: { early: 'I (A),t (s)\n46.4,100\n81.6,12' } })
    expect(at(46.4).earlyS).toBeCloseTo(100, 6)
    expect(at(2.55 * 32).lateS).toBeCloseTo(59.99, 2)
  })
  it('move with the derating', () => {
    const { at } = bandOf({
      ...c32,
      factor: 0.5,
      points: {
        early: [
          [2, 100],
          [3, 20],
        ],
      },
    })
    expect(at(32).earlyS).toBeCloseTo(100, 6)
  })
  it.each([
    ['1.45, 100, 900', 'a single point is no curve'],
    ['1.45, 100, 900\n1.3, 12, 40', 'its current is not above that of the point before'],
    ['1.45, 100, 900\n1.45, 12, 40', 'its current is not above that of the point before'],
    ['1.45, 10, 900\n2, 12, 40', 'it takes longer than at the smaller current before'],
    ['1.45, 100, 50\n2, 12, 4', 'wrong way round'],
    ['1.45, -1, 50\n2, 12, 4', 'the time must be above 0 s'],
    ['0, 100, 500\n2, 12, 40', 'the current must be above 0'],
    ['1.45, 100\n2, 12', 'expected three columns'],
    ['1.45, 100, 900\n2, oops, 40', "'oops' is no number"],
    ['', 'expected three columns'],
    [{}, "neither 'early' nor 'late'"],
    [{ early: [] }, 'no point is no curve'],
  ] as const)('%j is refused with a reason', (points, words) => {
    const model = breakerModel({ ...c32, points: points as SiteBreaker['points'] })
    expect('why' in model ? model.why : '').toContain(words)
  })
  it('any text is answered, never thrown at', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('1', '2', '.', ',', ';', '\n', 'e', '-', 'A', ' ', '#') }),
        (text) => {
          expect(breakerModel({ ...c32, points: text })).toBeTypeOf('object')
        },
      ),
    )
  })
})

describe('the band as a curve', () => {
  it('never rises and never crosses itself', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<SiteBreaker>(
          { standard: 'IEC 60898-1', curve: 'C', rating: 32 },
          { standard: 'IEC 60269 gG', curve: 'gG', rating: 100 },
          { standard: 'IEC 60947-2', curve: 'thermal-magnetic', rating: 250, instantaneous: 5 },
          { standard: 'UL 489', curve: 'thermal-magnetic', rating: 100 },
        ),
        fc.integer({ min: 2, max: 40 }),
        (breaker, times) => {
          const points = bandOf(breaker).curve(times * breaker.rating, 60)
          for (const [index, { earlyS, lateS }] of points.entries()) {
            expect(earlyS).toBeLessThanOrEqual(lateS)
            const before = points[index - 1]
            if (before === undefined) continue
            expect(earlyS).toBeLessThanOrEqual(before.earlyS)
            expect(lateS).toBeLessThanOrEqual(before.lateS)
          }
        },
      ),
    )
  })
})

describe('residual current', () => {
  it('a 30 mA device may trip from 15 mA, must at 30 mA within 0.3 s; S is delayed', () => {
    expect(rcdTripS('general', 0.49).earlyS).toBe(Infinity)
    expect(rcdTripS('general', 0.5)).toEqual({ earlyS: 0, lateS: Infinity })
    expect(rcdTripS('general', 1).lateS).toBe(0.3)
    expect(rcdTripS('general', 2.5).lateS).toBe(0.15)
    expect(rcdTripS('general', 5).lateS).toBe(0.04)
    expect(rcdTripS('S', 1)).toEqual({ earlyS: 0.13, lateS: 0.5 })
    expect(rcdTypeFacts.A.isFitForEv).toBe('with RDC-DD')
    expect(rdcDdTripPoints.map(([, seconds]) => seconds)).toEqual([10, 0.3, 0.1])
  })
})

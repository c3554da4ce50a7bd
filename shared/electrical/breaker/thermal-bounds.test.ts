import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SiteBreaker } from '../../site/site.ts'
import { breakerModel } from './breaker-model.ts'
import {
  advanceBounds,
  coldBounds,
  settledPercent,
  timeToTrip,
  unknownBounds,
  usedBand,
  type ThermalBounds,
} from './thermal-bounds.ts'

const modelOf = (breaker: SiteBreaker) => {
  const model = breakerModel(breaker)
  if ('why' in model) throw new Error(model.why)
  return model
}
const c32 = modelOf({ standard: 'IEC 60898-1', curve: 'C', rating: 32 })
const settled = (bounds: ThermalBounds) => settledPercent(usedBand(bounds))

describe('thermal bounds', () => {
  it('are a band from the first second, and one number when a cold and a hot start agree', () => {
    const start = unknownBounds(c32)
    expect(usedBand(start).low).toBe(0)
    expect(usedBand(start).high).toBeCloseTo(100, 6)
    expect(settled(start)).toBeNull()
    // 3 tau: 100 e^-3 = 4.98 points apart.
    expect(settled(advanceBounds(start, 32, 102, c32))).toBeNull()
    const after = settled(advanceBounds(start, 32, 103, c32))
    expect(after).toBeGreaterThan(78.31)
    expect(after).toBeLessThan(78.31 + 5)
  })
  it('an unknown past above the pickup may trip at any moment, below it never', () => {
    const start = unknownBounds(c32)
    expect(timeToTrip(start, 37, c32).earlyS).toBeLessThan(1e-3)
    expect(timeToTrip(start, 36, c32).earlyS).toBe(Infinity)
  })
  it('a gap widens it, and every true history in between stays inside', () => {
    let bounds = advanceBounds(unknownBounds(c32), 28.8, 600, c32)
    expect(settled(bounds)).toBeCloseTo(63.4, 1)
    const low = advanceBounds(bounds, 3.2, 20, c32).early.cold.heat
    const high = advanceBounds(bounds, 35.2, 20, c32).early.hot.heat
    bounds = advanceBounds(bounds, null, 20, c32)
    expect(settled(bounds)).toBeNull()
    expect(low).toBeGreaterThan(bounds.early.cold.heat)
    expect(high).toBeLessThan(bounds.early.hot.heat)
  })
  it('not watching does not cool an overheated element', () => {
    const over = advanceBounds(coldBounds, 60, 120, c32)
    expect(advanceBounds(over, null, 60, c32).early.hot.heat).toBe(over.early.hot.heat)
  })
})

const breakers: readonly SiteBreaker[] = [
  { standard: 'IEC 60898-1', curve: 'B', rating: 16 },
  { standard: 'IEC 60898-1', curve: 'C', rating: 63, ambient: 45, groupedWith: 5, poles: 3 },
  { standard: 'IEC 60898-1', curve: 'D', rating: 32 },
  { standard: 'IEC 60947-2', curve: 'K', rating: 25 },
  { standard: 'IEC 60947-2', curve: 'thermal-magnetic', rating: 100, ambient: 20 },
  { standard: 'IEC 60269 gG', curve: 'gG', rating: 63 },
  { standard: 'IEC 60269 gG', curve: 'gG', rating: 10 },
  { standard: 'IEC 60269 gG', curve: 'gG', rating: 224 },
  { standard: 'UL 489', curve: 'thermal-magnetic', rating: 40 },
  {
    standard: 'IEC 60947-2',
    curve: 'electronic',
    rating: 400,
    tripUnit: { ir: 100, tr: 16, trAt: 6, isd: 6, tsd: 0.1, isdI2t: true, ii: 10, igI2t: false, memory: true },
  },
  {
    standard: 'IEC 60947-2',
    curve: 'electronic',
    rating: 250,
    tripUnit: { ir: 250, tr: 12, trAt: 3, isdI2t: false, igI2t: false, memory: false },
  },
  {
    standard: 'IEC 60898-1',
    curve: 'C',
    rating: 32,
    points: '1.2, 600, \n1.5, 60, 400\n2.55, 7.5, 50\n6, 1, 8\n',
  },
]
const anyModel = fc.constantFrom(...breakers).map(modelOf)
/** [share of the effective rating, seconds]; null is not seen. */
const anyHistory = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 5, arbitrary: fc.double({ min: 0, max: 8, noNaN: true }) },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    fc.double({ min: 0.01, max: 300, noNaN: true }),
  ),
  { maxLength: 12 },
)
type History = readonly (readonly [number | null, number])[]
const run = (start: ThermalBounds, history: History, model: ReturnType<typeof modelOf>, scale = 1) =>
  history.reduce(
    (bounds, [x, seconds]) => advanceBounds(bounds, x === null ? null : x * scale * model.effectiveA, seconds, model),
    start,
  )

describe('properties, for every kind of breaker', () => {
  it('the early bound is never later than the late one, whatever was before', () => {
    fc.assert(
      fc.property(anyModel, anyHistory, fc.double({ min: 0, max: 30, noNaN: true }), (model, history, x) => {
        const bounds = run(unknownBounds(model), history, model)
        const { earlyS, lateS } = timeToTrip(bounds, x * model.effectiveA, model)
        expect(earlyS).toBeLessThanOrEqual(lateS)
        const { low, high, early, late } = usedBand(bounds)
        expect(low).toBeLessThanOrEqual(high)
        expect(early.cold).toBeLessThanOrEqual(early.hot)
        expect(late.cold).toBeLessThanOrEqual(late.hot)
      }),
    )
  })
  it('the late breaker never reaches its trip before the early one did', () => {
    fc.assert(
      fc.property(anyModel, anyHistory, (model, history) => {
        let bounds = coldBounds
        let earlyMost = 0
        for (const [x, seconds] of history) {
          // In tenths, so that the early peak within a step is not missed.
          for (let part = 0; part < 10; part += 1) {
            bounds = advanceBounds(bounds, (x ?? 0) * model.effectiveA, seconds / 10, model)
            const { early, late } = usedBand(bounds)
            earlyMost = Math.max(earlyMost, early.hot)
            if (late.cold >= 100) expect(earlyMost).toBeGreaterThanOrEqual(100 - 1e-6)
          }
        }
      }),
    )
  })
  it('the margin rises with the current', () => {
    fc.assert(
      fc.property(anyModel, anyHistory, fc.double({ min: 1, max: 3, noNaN: true }), (model, history, scale) => {
        const [less, more] = [
          run(unknownBounds(model), history, model),
          run(unknownBounds(model), history, model, scale),
        ]
        for (const end of ['early', 'late'] as const)
          for (const past of ['cold', 'hot'] as const)
            expect(usedBand(more)[end][past]).toBeGreaterThanOrEqual(usedBand(less)[end][past] - 1e-6)
      }),
    )
  })
  it('splitting a constant interval changes nothing', () => {
    fc.assert(
      fc.property(
        anyModel,
        anyHistory,
        fc.double({ min: 0, max: 8, noNaN: true }),
        fc.double({ min: 0.01, max: 600, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (model, history, x, seconds, share) => {
          const before = run(unknownBounds(model), history, model)
          const whole = run(before, [[x, seconds]], model)
          const split = run(
            before,
            [
              [x, seconds * share],
              [x, seconds * (1 - share)],
            ],
            model,
          )
          for (const end of ['early', 'late'] as const)
            for (const past of ['cold', 'hot'] as const)
              expect(usedBand(split)[end][past]).toBeCloseTo(usedBand(whole)[end][past], 6)
        },
      ),
    )
  })
  it('a wider unknown never narrows the band', () => {
    fc.assert(
      fc.property(anyModel, anyHistory, fc.nat(), (model, history, index) => {
        const known = usedBand(run(unknownBounds(model), history, model))
        // What did not trip it was not above its pickup for long: the band of an unseen stretch claims no more than that.
        const held = history.map(([x, seconds], at): readonly [number | null, number] => [
          at === index % Math.max(1, history.length) && (x === null || x <= 1) ? null : x,
          seconds,
        ])
        const wider = usedBand(run(unknownBounds(model), held, model))
        for (const end of ['early', 'late'] as const) {
          expect(wider[end].cold).toBeLessThanOrEqual(known[end].cold + 1e-6)
          expect(wider[end].hot).toBeGreaterThanOrEqual(known[end].hot - 1e-6)
        }
      }),
    )
  })
  it('what trips takes as long as it said', () => {
    fc.assert(
      fc.property(anyModel, anyHistory, fc.double({ min: 1, max: 12, noNaN: true }), (model, history, x) => {
        const bounds = run(coldBounds, history, model)
        if (usedBand(bounds).high >= 100) return
        const { earlyS, lateS } = timeToTrip(bounds, x * model.effectiveA, model)
        if (lateS === Infinity || earlyS < 1e-3) return
        expect(usedBand(run(bounds, [[x, earlyS]], model)).high).toBeGreaterThanOrEqual(100 - 1e-4)
        expect(usedBand(run(bounds, [[x, earlyS * 0.99]], model)).high).toBeLessThan(100)
        expect(usedBand(run(bounds, [[x, lateS * 1.0001]], model)).low).toBeGreaterThanOrEqual(100 - 1e-4)
      }),
    )
  })
})

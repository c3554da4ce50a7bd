import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SiteBreaker } from '../site/site.ts'
import { whatIfBreaker, whatIfState, wishedBreaker, type WhatIf } from './what-if-breaker.ts'

const c63: SiteBreaker = { standard: 'IEC 60898-1', curve: 'C', rating: 63 }
const trail = (amperes: readonly number[]) => [
  { phase: 'L1' as const, readings: { atMs: amperes.map((_a, at) => at * 1000), amperes } },
]
const judged = (breaker: SiteBreaker, ratingA: number, amperes: readonly number[]): WhatIf => {
  const answer = whatIfBreaker(breaker, { ratingA, curve: breaker.curve }, trail(amperes))
  if ('why' in answer) throw new Error(answer.why)
  return answer
}
const breakers: readonly SiteBreaker[] = [
  c63,
  { standard: 'IEC 60898-1', curve: 'B', rating: 32, ambient: 40 },
  { standard: 'IEC 60947-2', curve: 'thermal-magnetic', rating: 160 },
  {
    standard: 'IEC 60947-2',
    curve: 'electronic',
    rating: 160,
    tripUnit: { ir: 100, tr: 4, trAt: 6, isdI2t: false, igI2t: false, memory: true },
  },
]
const trails = fc
  .array(fc.tuple(fc.double({ min: 0, max: 500, noNaN: true }), fc.integer({ min: 1, max: 60 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((runs) => runs.flatMap(([amperes, seconds]) => Array.from({ length: seconds + 1 }, () => amperes)))

describe('what another breaker would have done', () => {
  it('a larger rating never trips earlier and never uses more of its margin', () => {
    const at = (atMs: number | null): number => atMs ?? Infinity
    fc.assert(
      fc.property(
        fc.constantFrom(...breakers),
        fc.double({ min: 10, max: 150, noNaN: true }),
        fc.double({ min: 1, max: 3, noNaN: true }),
        trails,
        (breaker, ratingA, times, amperes) => {
          const [small, large] = [judged(breaker, ratingA, amperes), judged(breaker, ratingA * times, amperes)]
          expect(at(large.earlyTripMs)).toBeGreaterThanOrEqual(at(small.earlyTripMs))
          expect(at(large.lateTripMs)).toBeGreaterThanOrEqual(at(small.lateTripMs))
          expect(large.earlyPercent).toBeLessThanOrEqual(small.earlyPercent + 1e-9)
          expect(at(small.lateTripMs)).toBeGreaterThanOrEqual(at(small.earlyTripMs))
        },
      ),
      { numRuns: 60 },
    )
  })
  it('says when it trips, and for how much longer it would have held where it does not', () => {
    const load = [...Array.from({ length: 60 }, () => 40), ...Array.from({ length: 120 }, () => 160)]
    expect(whatIfState(judged(c63, 63, load))).not.toBe('holds')
    const held = judged(c63, 125, [...load.slice(0, 60), ...Array.from({ length: 20 }, () => 145)])
    expect(whatIfState(held)).toBe('holds')
    expect(held.goesOnS?.earlyS).toBeGreaterThan(0)
    expect(held.goesOnS?.earlyS).toBeLessThan(3600)
    expect(held.lastA).toBe(145)
    expect(judged(c63, 250, load).goesOnS?.earlyS).toBe(Infinity)
  })
  it('keeps what stands around the breaker, and not what belongs to the one that is there', () => {
    const made = { ...c63, ambient: 45, instantaneous: 7, points: '1.2,60,3600' }
    expect(wishedBreaker(made, { ratingA: 80, curve: 'D' })).toEqual({ ...c63, ambient: 45, rating: 80, curve: 'D' })
  })
  it('has no number where nothing was read', () => {
    expect(whatIfBreaker(c63, { ratingA: 80, curve: 'C' }, [])).toHaveProperty('why')
  })
})

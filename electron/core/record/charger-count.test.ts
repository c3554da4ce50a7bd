import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSessionCount } from './charger-count.ts'

const bound = { kw: 22, why: 'it delivers 32 A' }
const base = Date.UTC(2026, 10, 23)

describe('a counter of sessions', () => {
  it('goes on where a session ends and the next one begins, from what each shows', () => {
    const count = createSessionCount(bound)
    const shown = [5, 5.1, 5.2, 0, 0, 0.1, 0.2].map((kwh, index) => count(base + index * 60_000, kwh))
    expect(shown.map((kwh) => Number(kwh.toFixed(3)))).toEqual([0, 0.1, 0.2, 0.2, 0.2, 0.3, 0.4])
  })
  it('counts nothing of a jump, and no more than can have flowed whatever it shows', () => {
    const count = createSessionCount(bound)
    expect([0, 400, 0, 0.05].map((kwh, index) => count(base + index * 60_000, kwh))).toEqual([0, 0, 0, 0.05])
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 2, maxLength: 40 }),
        (readings) => {
          const next = createSessionCount(bound)
          const totals = readings.map((kwh, index) => next(base + index * 60_000, kwh))
          expect(totals.every((total, index) => total >= (totals[index - 1] ?? 0))).toBe(true)
          expect(totals.at(-1)).toBeLessThanOrEqual((readings.length - 1) * ((22 * 75) / 3600 + 0.1) + 1e-9)
        },
      ),
    )
  })
})

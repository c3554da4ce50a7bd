import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Interval } from '../../../shared/model/event.ts'
import { goodSample } from '../../../shared/model/sample.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import { energyBound } from './energy-bound.ts'
import { createIntervalRecorder } from './interval-recorder.ts'

const base = Date.UTC(2026, 10, 28, 10)
const site = (more: object = {}, meter: object = {}) =>
  siteSchema.parse({
    version: 1,
    id: 's',
    name: 'Site',
    grid: { limit: 63 },
    lines: [{ transport: 'tcp', id: 'lan', host: 'h', port: 502 }],
    meters: [{ id: 'm', profile: 'p', line: 'lan', ...meter }],
    circuits: [{ id: 'main', meter: 'm', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 63 }, ...more }],
  })
const boundOf = (of: ReturnType<typeof site>) => {
  const [meter] = of.meters
  if (meter === undefined) throw new Error('no meter')
  return energyBound(of, meter)
}
const bound = boundOf(site())

/** Reads the counter every `everyS` seconds for so long and gives all intervals; `says` is what the register shows. */
const record = (seconds: number, says: (second: number) => number, everyS = 10, phaseS = 0, key = 'e_import') => {
  const recorder = createIntervalRecorder([{ id: 'm', periodMs: 1000, bound }])
  const done: Interval[] = []
  for (let second = 0; second <= seconds; second += 1) {
    const atMs = base + second * 1000
    if (second % everyS === phaseS) recorder.observe('m', { [key]: goodSample(says(second), atMs) })
    done.push(...recorder.close(atMs))
  }
  return done
}
const kw = 5
const truth = (second: number): number => 13_423.7 + (kw * second) / 3600

describe('a counter that says nonsense for a moment', () => {
  it.each([
    ['0', 0],
    ['99999', 99_999],
    ['what it was a year ago', 4000],
    ['a little more than can have flowed', truth(100) + 4],
  ])('(%s) over the end of a minute costs its two minutes at most, and says why', (_, strange) => {
    for (let phaseS = 0; phaseS < 10; phaseS += 1) {
      const done = record(400, (second) => (second >= 108 && second < 128 ? strange : truth(second)), 10, phaseS)
      const minutes = done.filter(({ lengthS }) => lengthS === 60)
      for (const [index, { importKwh, note }] of minutes.entries()) {
        if (index === 0) continue
        if (importKwh === null) {
          expect([1, 2]).toContain(index)
          expect(note).toMatch(/import register (went backwards|jumped) from 13423\.\d+ to .* kWh.*: energy not known/)
        } else expect(importKwh).toBeCloseTo((kw * 60) / 3600, 6)
      }
      expect(minutes.slice(3).every(({ importKwh, note }) => importKwh !== null && note === null)).toBe(true)
    }
  })
  it('inside an interval costs nothing where the counter is back, and is told', () => {
    const done = record(2000, (second) => (second >= 1010 && second < 1060 ? 0 : truth(second)))
    const quarter = done.filter(({ lengthS }) => lengthS === 900)[1]
    expect(quarter?.importKwh).toBeCloseTo((kw * 900) / 3600, 6)
    expect(quarter?.note).toMatch(
      /went backwards from 13425.* to 0 kWh .* and came back: that reading was not believed/,
    )
  })
  it('over the end of a quarter of an hour costs no more than the two', () => {
    const done = record(4000, (second) => (second >= 890 && second < 910 ? 0 : truth(second)))
    const quarters = done.filter(({ lengthS }) => lengthS === 900)
    expect(quarters.map(({ importKwh }) => importKwh === null)).toEqual([true, true, false, false])
    expect(quarters[1]?.note).toContain('energy not known')
  })
  it('is seen in tariff registers too', () => {
    const done = record(400, (second) => (second >= 108 && second < 128 ? 0 : truth(second)), 10, 5, 'e_import_t1')
    for (const { importKwh } of done) if (importKwh !== null) expect(importKwh).toBeLessThan(0.1)
  })
})

describe('a counter that really began anew', () => {
  it('is followed again soon, and only what lies across it is open', () => {
    const done = record(900, (second) => (second < 300 ? truth(second) : (kw * (second - 300)) / 3600))
    const minutes = done.filter(({ lengthS }) => lengthS === 60)
    expect(minutes.map(({ importKwh }) => importKwh === null).slice(1, 9)).toEqual([
      false,
      false,
      false,
      false,
      true,
      false,
      false,
      false,
    ])
    expect(minutes[5]?.note).toContain('(reset, rollover or another meter): energy not known')
  })
})

it('whatever the register says, an interval holds what was counted between its ends, or nothing', () => {
  const odd = fc.record({
    fromS: fc.integer({ min: 1, max: 3000 }),
    lengthS: fc.integer({ min: 1, max: 200 }),
    value: fc.oneof(
      fc.constant(0),
      fc.double({ min: 0, max: 12_000, noNaN: true }),
      fc.double({ min: 14_000, max: 9e8, noNaN: true }),
    ),
  })
  const everyS = fc.constantFrom(1, 5, 10)
  fc.assert(
    fc.property(fc.array(odd, { maxLength: 5 }), everyS, fc.integer(), (odds, every, seed) => {
      const random = seededRandom(seed)
      const counted = [13_423.7]
      for (let second = 0; second < 3000; second += 1) counted.push((counted.at(-1) ?? 0) + (43 * random()) / 3600)
      const says = (second: number): number =>
        odds.find(({ fromS, lengthS }) => second >= fromS && second < fromS + lengthS)?.value ?? counted[second] ?? 0
      const done = record(3000, says, every)
      for (const { importKwh, startMs, lengthS, note } of done) {
        if (importKwh === null) {
          expect(note).not.toBeNull()
          continue
        }
        const from = (startMs - base) / 1000
        const isOdd = odds.some((one) => one.fromS <= from + lengthS && one.fromS + one.lengthS >= from - 60)
        // A nonsense value that stands still long enough is taken for a new count: it can hide energy, never make any.
        expect(importKwh).toBeLessThanOrEqual((bound.kw * (lengthS + 75)) / 3600)
        if (isOdd) continue
        const real = (counted[from + lengthS] ?? 0) - (counted[from] ?? 0)
        expect(Math.abs(importKwh - real)).toBeLessThanOrEqual((2 * every * 43) / 3600 + 1e-6)
      }
      if (odds.length === 0)
        expect(done.filter(({ startMs }) => startMs > base).every(({ importKwh }) => importKwh !== null)).toBe(true)
    }),
    { numRuns: 100 },
  )
})

describe('what can flow through a meter', () => {
  it('is what its circuit carries, however little was agreed; else its transformers; else the range of a power', () => {
    expect(boundOf(site()).kw).toBeCloseTo((63 * 3 * 230 * 1.45 * 1.1) / 1000, 6)
    expect(boundOf(site({ limit: 16 })).kw).toBe(bound.kw)
    expect(boundOf(site({ breaker: undefined })).kw).toBe(bound.kw)
    expect(boundOf(site({ meter: undefined }, { currentTransformer: { primary: 250, secondary: 5 } })).kw).toBeCloseTo(
      (250 * 3 * 230 * 1.2 * 1.1) / 1000,
      6,
    )
    expect(boundOf(site({ meter: undefined })).kw).toBe(5000)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clockErrorOf, narrowed, offsetOf, utcOf, type OffsetBounds } from './clock-offset.ts'
import { countCycle, usualCount } from './count-cycles.ts'
import { nexusSample, nexusVolts } from './nexus-samples.ts'
import { angleOfPower, reconstruct, reconstructedLabel, rmsOfOrders, thdOfOrders } from './reconstruct.ts'
import { readStamp, stampWidth, writeStamp, type Stamp } from './stamp.ts'

const stamps: readonly Stamp[] = [
  {
    kind: 'parts',
    words: [['ms-of-minute'], ['hour', 'minute'], ['month', 'day'], ['status', 'year-1900']],
    dst: 0x10,
    fault: 0x20,
  },
  { kind: 'parts', words: [['day'], ['month'], ['year'], ['hour'], ['minute'], ['second']] },
  { kind: 'parts', words: [['year-2000', 'month'], ['day', 'hour'], ['minute', 'second'], ['ms']] },
  {
    kind: 'parts',
    words: [
      ['century', 'year-of-century'],
      ['month', 'day'],
      ['hour', 'minute'],
      ['second', 'hundredths'],
    ],
  },
  { kind: 'count', words: 4, unit: 'ms', epoch: 2000 },
  { kind: 'count', words: 2, unit: 's', epoch: 1970 },
]
const wall = fc.integer({ min: Date.UTC(2001, 0, 1), max: Date.UTC(2037, 11, 31) })

describe('a moment in registers', () => {
  it('comes back to the step the stamp can tell', () => {
    fc.assert(
      fc.property(fc.constantFrom(...stamps), wall, (stamp, wallMs) => {
        const read = readStamp(stamp, writeStamp(stamp, wallMs))
        expect(read).not.toBeNull()
        expect(wallMs - read!.wallMs).toBeGreaterThanOrEqual(0)
        expect(wallMs - read!.wallMs).toBeLessThan(read!.stepMs)
      }),
      { numRuns: 300 },
    )
  })
  it('never throws for any words of its width, and says only dates of this century', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...stamps),
        fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 6, maxLength: 6 }),
        (stamp, words) => {
          const read = readStamp(stamp, words.slice(0, stampWidth(stamp)))
          if (read !== null)
            expect(new Date(read.wallMs).getUTCFullYear()).toSatisfy((year: number) => year >= 2000 && year < 2100)
        },
      ),
      { numRuns: 300 },
    )
  })
  it('is none in an empty slot, on the 30th of February, and in a clock that was never set', () => {
    for (const stamp of stamps)
      expect(
        readStamp(
          stamp,
          Array.from({ length: stampWidth(stamp) }, () => 0),
        ),
      ).toBeNull()
    expect(readStamp(stamps[1]!, [30, 2, 2026, 0, 0, 0])).toBeNull()
    expect(readStamp(stamps[1]!, [1, 1, 1970, 0, 0, 0])).toBeNull()
  })
  it('says summer time and a fault where its status does', () => {
    const words = writeStamp(stamps[0]!, Date.UTC(2026, 6, 1), true)
    expect(readStamp(stamps[0]!, words)).toMatchObject({ isDst: true, isFaulty: false })
    words[3] = words[3]! | 0x2000
    expect(readStamp(stamps[0]!, words)).toMatchObject({ isFaulty: true })
  })
})

describe('the offset of a clock', () => {
  it('always lies within its bounds, which only become narrower', () => {
    const reading = fc.record({
      atMs: fc.integer({ min: 0, max: 60_000 }),
      tookMs: fc.integer({ min: 1, max: 400 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(
        fc.integer({ min: -1e7, max: 1e7 }),
        fc.array(reading, { minLength: 1, maxLength: 12 }),
        (trueMs, readings) => {
          let bounds: OffsetBounds | null = null
          let width = Infinity
          for (const { atMs, tookMs, share } of readings.toSorted((a, b) => a.atMs - b.atMs)) {
            const sent = 1.7e12 + atMs
            const wallMs = Math.floor((sent + tookMs * share + trueMs) / 1000) * 1000
            bounds = narrowed(bounds, offsetOf({ wallMs, stepMs: 1000 }, sent, sent + tookMs))
            expect(bounds.leastMs).toBeLessThanOrEqual(trueMs)
            expect(bounds.mostMs).toBeGreaterThanOrEqual(trueMs)
            // Clocks drift between two looks, so a little is added for that.
            expect(bounds.mostMs - bounds.leastMs).toBeLessThanOrEqual(width + 20)
            width = bounds.mostMs - bounds.leastMs
          }
        },
      ),
      { numRuns: 200 },
    )
  })
  it('begins anew where the clock was set, and tells the zone from the error', () => {
    const one = offsetOf({ wallMs: 3_600_000 + 4000, stepMs: 1000 }, 0, 100)
    const other = offsetOf({ wallMs: 3_610_000, stepMs: 1000 }, 10_000, 10_100)
    expect(narrowed(one, other)).toEqual(other)
    expect(clockErrorOf(one, false)).toMatchObject({ zoneMinutes: 60 })
    expect(clockErrorOf(one, false).errorMs).toBeCloseTo(4450)
    expect(clockErrorOf(one, true).errorMs).toBeCloseTo(3_604_450)
  })
  it('takes an hour off a record of summer time that is read in winter', () => {
    expect(utcOf({ wallMs: 10_000_000, isDst: true }, 3_600_000, false)).toBe(10_000_000 - 7_200_000)
    expect(utcOf({ wallMs: 10_000_000, isDst: null }, 3_600_000, false)).toBe(6_400_000)
  })
})

describe('samples of a meter', () => {
  it('of the Nexus family give the maker’s worked example', () => {
    expect(nexusVolts(4660, 27_650_004, 16_384)).toBeCloseTo(120, 4)
    expect(nexusSample(0x34, 0x24)).toBe(4660)
    // Bit 6 of the low byte carries one into the high byte.
    expect(nexusSample(0x40, 0x01)).toBe(64)
    expect(nexusSample(0x7f, 0x00)).toBe(-1)
  })
  it('tell how many make a cycle, with distortion and a broken number of cycles', () => {
    const arbitrary = fc.record({
      per: fc.integer({ min: 16, max: 256 }),
      phase: fc.double({ min: 0, max: 6, noNaN: true }),
      third: fc.double({ min: 0, max: 0.1, noNaN: true }),
    })
    fc.assert(
      fc.property(arbitrary, ({ per, phase, third }) => {
        const samples = Array.from({ length: 512 }, (_, index) => {
          const turn = (2 * Math.PI * index) / per + phase
          return 1000 * (Math.sin(turn) + third * Math.sin(3 * turn))
        })
        expect(Math.abs(countCycle(samples)!.samplesPerCycle / per - 1)).toBeLessThan(0.01)
      }),
      { numRuns: 40 },
    )
    expect(countCycle(Array.from({ length: 128 }, () => 0))).toBeNull()
    expect(usualCount(127.3)).toBe(128)
    expect(usualCount(71)).toBe(71)
  })
})

describe('a cycle drawn from harmonics', () => {
  it('has the RMS of its orders whatever their angles, and the published crest factors', () => {
    const magnitudes = [16, 0, 2.4, 0, 1.2, 0, 0.8]
    const crest = (anglesDeg: readonly number[]): number => {
      const samples = reconstruct({ magnitudes, anglesDeg }, 7200)
      const rms = Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length)
      expect(rms).toBeCloseTo(16.24315, 3)
      return Math.max(...samples.map(Math.abs)) / rms
    }
    // The vectors of the reference: all angles 0; the third turned; the third and the seventh turned.
    expect(crest([0, 0, 0, 0, 0, 0, 0])).toBeCloseTo(1.2436, 3)
    expect(crest([0, 0, 180, 0, 0, 0, 0])).toBeCloseTo(1.6368, 3)
    expect(crest([0, 0, 180, 0, 0, 0, 180])).toBeCloseTo(1.7761, 3)
    expect(thdOfOrders(magnitudes)).toBeCloseTo(17.5, 4)
    expect(rmsOfOrders(magnitudes)).toBeCloseTo(16.24315, 4)
  })
  it('says what it is, and what was not confirmed', () => {
    expect(reconstructedLabel(50, '0.2 s', true)).toBe(
      'Reconstructed from harmonic registers, orders 1…50, averaged over 0.2 s — not a captured waveform. No transients, interharmonics, DC or cycle-to-cycle change.',
    )
    expect(reconstructedLabel(50, '0.2 s', false)).toContain('not confirmed on a device')
    expect(angleOfPower(0, 0)).toBeNull()
    expect(angleOfPower(1, 1)).toBeCloseTo(45)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { slidingRms } from '../wave-record/sliding-rms.ts'
import { evenTimebase } from '../wave-record/timebase.ts'
import type { SampleGroup } from '../wave-record/wave-record.ts'
import { en50160Cell, ieee1159Name, iticRegion, mustRideThrough } from './classify-event.ts'
import { sideOf } from './event-direction.ts'
import { pltOf } from './flicker-statistics.ts'
import { joinEvents, type EventMember } from './join-events.ts'
import { createRapidChanges, usualRapidChange } from './rapid-change.ts'
import { harmonicLimit, judge, reportRow } from './week-report.ts'

describe('what a voltage event is called', () => {
  it('the reference dip, 131 V of 230 V for 100 ms (vector 8)', () => {
    const percent = (131 / 230) * 100
    expect(en50160Cell(percent, 0.1)).toBe('C1')
    expect(iticRegion(percent, 0.1)).toBe('below')
    expect(mustRideThrough(percent, 0.1)).toBe(true)
    expect(ieee1159Name('dip', percent, 0.1, 50)).toBe('instantaneous sag')
  })

  it('a meter that forms RMS over a second hardly shows a dip to 40 % of 100 ms (vector 8, polled)', () => {
    const rateHz = 10_000
    const samples = Float64Array.from({ length: 4 * rateHz }, (_, at) => {
      const share = at >= 2 * rateHz && at < 2.1 * rateHz ? 0.4 : 1
      return share * Math.SQRT2 * Math.sin((2 * Math.PI * 50 * (at + 0.5)) / rateHz)
    })
    const group: SampleGroup = {
      timebase: evenTimebase([{ from: 0, to: samples.length, s: 0, step: 1 / rateHz }]),
      read: (_traces, from, to) => [samples.slice(from, to)],
      folds: [],
    }
    const lowest = (windowS: number): number => {
      const [rms = new Float64Array(0)] = slidingRms(group, [0], rateHz, 3 * rateHz, 1 / windowS)
      return 100 * Math.min(...rms.filter((_, at) => at % 10 === 0))
    }
    expect(lowest(1)).toBeCloseTo(95.71, 1)
    expect(lowest(0.2)).toBeCloseTo(76.16, 1)
  })

  it('cells at their edges', () => {
    const cells = [
      [89.9, 0.01, 'A1'],
      [80, 0.2, 'A1'],
      [79.9, 0.2001, 'B2'],
      [70, 0.5, 'B2'],
      [69.9, 1, 'C3'],
      [40, 5, 'C4'],
      [39.9, 60, 'D5'],
      [5, 0.1, 'D1'],
      [4.9, 0.1, 'X1'],
      [90, 0.1, null],
      [50, 61, null],
      [50, 0.009, null],
      [120, 0.5, 'S1'],
      [119.9, 0.6, 'T2'],
      [110, 1, null],
    ] as const
    for (const [percent, seconds, cell] of cells) expect(en50160Cell(percent, seconds)).toBe(cell)
  })

  it('curves at their edges, and names by duration', () => {
    expect(iticRegion(0, 0.02)).toBe('inside')
    expect(iticRegion(0, 0.021)).toBe('below')
    expect(iticRegion(70, 0.5)).toBe('inside')
    expect(iticRegion(79, 0.6)).toBe('below')
    expect(iticRegion(115, 0.4)).toBe('inside')
    expect(iticRegion(115, 0.6)).toBe('above')
    expect(iticRegion(150, 0.002)).toBe('inside')
    expect(mustRideThrough(60, 0.3)).toBe(false)
    expect(mustRideThrough(60, 2)).toBeNull()
    expect(ieee1159Name('dip', 50, 2, 50)).toBe('momentary sag')
    expect(ieee1159Name('dip', 50, 20, 50)).toBe('temporary sag')
    expect(ieee1159Name('interruption', 1, 0.5, 50)).toBe('momentary interruption')
    expect(ieee1159Name('interruption', 0, 100, 50)).toBe('sustained interruption')
    expect(ieee1159Name('swell', 115, 100, 50)).toBe('overvoltage')
  })
})

describe('a week', () => {
  it('958 of 1008 pass, 957 fail, and a week that is not whole has no verdict (vector 12)', () => {
    expect(judge(1008, 958, 950, true).verdict).toBe('within')
    expect(judge(1008, 957, 950, true).verdict).toBe('outside')
    expect(judge(500, 500, 950, false).verdict).toBe('unknown')
  })

  it('counts with and without flagged intervals', () => {
    const values = Array.from({ length: 1008 }, (_, index) => ({
      value: index < 60 ? 180 : 230,
      isFlagged: index < 60,
    }))
    const row = reportRow({
      name: 'L1',
      unit: 'V',
      range: { least: 207, most: 253 },
      neededPermille: 950,
      values,
      expected: 1008,
    })
    expect([row.all.verdict, row.all.inside, row.unflagged.counted]).toEqual(['outside', 948, 948])
    expect([row.lowest, row.highest, row.p95]).toEqual([180, 230, 230])
  })

  it('limits by edition; none above order 25', () => {
    expect([3, 5, 15, 21, 2, 4, 24, 25, 26, 49].map((order) => harmonicLimit(order, '2010'))).toEqual([
      5,
      6,
      0.5,
      0.5,
      2,
      1,
      0.5,
      1.5,
      null,
      null,
    ])
    expect([15, 21].map((order) => harmonicLimit(order, '2022'))).toEqual([1, 0.75])
  })

  it('Plt of ten at 0.6, 1.2 and 1.5 (vector 12), and none of eleven', () => {
    const ten = Array.from({ length: 10 }, () => 0.6)
    expect(pltOf([...ten, 1.2, 1.5])).toBeCloseTo(0.8459, 4)
    expect(pltOf([...ten, 1.2])).toBeNull()
    expect(pltOf([...ten, 1.2, null])).toBeNull()
  })
})

describe('equivalent events', () => {
  const member = (
    source: string,
    truth: EventMember['truth'],
    earliestMs: number,
    latestEndMs: number | null,
  ): EventMember => ({
    id: `${source}-${earliestMs}`,
    source,
    truth,
    direction: 'under',
    earliestMs,
    latestEndMs,
  })

  it('one supply dip that six meters and the front end saw is one entry, the samples first', () => {
    const meters = Array.from({ length: 6 }, (_, index) =>
      member(`m${index}`, 'polled RMS', 9000 + index * 150, 11_500),
    )
    const joined = joinEvents([...meters, member('scope', 'sampled', 10_000, 10_300)])
    expect(joined).toHaveLength(1)
    expect(joined[0]?.members.map(({ source }) => source)).toEqual(['scope', 'm0', 'm1', 'm2', 'm3', 'm4', 'm5'])
  })

  it('two dips of one source stay two, and a swell is no dip', () => {
    const joined = joinEvents([
      member('scope', 'sampled', 10_000, 10_300),
      member('scope', 'sampled', 10_800, 10_900),
      { ...member('other', 'sampled', 10_100, 10_200), direction: 'over' },
      member('far', 'sampled', 60_000, 60_100),
    ])
    expect(joined.map(({ members }) => members.length)).toEqual([1, 1, 1, 1])
  })
})

describe('the side of a dip', () => {
  it('is told by the current, and left open where a constant power load explains it', () => {
    const dip = { voltageBeforeV: 230, voltageDuringV: 138 }
    expect(sideOf({ ...dip, currentBeforeA: 20, currentDuringA: 300 }).side).toBe('downstream')
    expect(sideOf({ ...dip, currentBeforeA: 20, currentDuringA: 12 }).side).toBe('upstream')
    expect(sideOf({ ...dip, currentBeforeA: 20, currentDuringA: 33.3 }).side).toBe('unknown')
    expect(sideOf({ ...dip, currentBeforeA: 0, currentDuringA: 0 }).side).toBe('upstream')
  })
})

describe('rapid voltage changes', () => {
  const settings = {
    ...usualRapidChange,
    udinV: 230,
    channels: ['u1', 'u2'],
    nominalHz: 50,
    dip: 0.9,
    swell: 1.1,
  }
  const run = (volts: (half: number, channel: string) => number, halves: number) => {
    const changes = createRapidChanges(settings)
    return Array.from({ length: halves }, (_, half) =>
      settings.channels.map((channel) => changes.push(channel, half * 10, volts(half, channel))),
    ).flatMap((all) => all.filter((each) => each !== null))
  }

  it('a step of 15 V on one phase is one change, with its size, from its beginning to where all was steady', () => {
    const found = run((half, channel) => (channel === 'u1' && half >= 300 ? (half < 305 ? 212 : 215) : 230), 600)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ fromMs: 3000, channels: ['u1'] })
    expect(found[0]?.largestV).toBeCloseTo(18, 6)
    // The second of steadiness may begin with the last values of the change itself.
    expect(Math.abs((found[0]?.lastingV ?? 0) - 15)).toBeLessThan(0.3)
    expect(found[0]?.toMs).toBeGreaterThanOrEqual(3000)
    expect(found[0]?.toMs).toBeLessThan(3100)
  })

  it('what becomes a dip is none; small steps are none', () => {
    expect(run((half) => (half >= 300 && half < 320 ? 150 : 230), 600)).toEqual([])
    expect(run((half) => (half >= 300 ? 222 : 230), 600)).toEqual([])
  })

  it('never chatters: noise below the hysteresis after a step makes no second change', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 500, maxLength: 500 }),
        (noise) => {
          expect(run((half) => (half >= 200 ? 214 : 230) + (noise[half] ?? 0), 500).length).toBeLessThanOrEqual(1)
        },
      ),
      { numRuns: 10 },
    )
  })
})

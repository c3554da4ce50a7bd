import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCycleMarks } from './cycle-marks.ts'
import { createHalfCycleRms } from './half-cycle-rms.ts'
import { pieces, samplesOf } from './test-support/wave-signal.ts'
import {
  cutVoltageEvents,
  noVoltageEvents,
  stepVoltageEvents,
  usualShares,
  type VoltageEvent,
  type VoltageEventSettings,
} from './voltage-event.ts'

const settings = (...channels: readonly string[]): VoltageEventSettings => ({ ...usualShares, udinV: 230, channels })
const told = (
  values: readonly (readonly [number, string, number])[],
  of: VoltageEventSettings,
): readonly VoltageEvent[] => {
  let state = noVoltageEvents
  return values.flatMap(([atMs, channel, rmsV]) => {
    const next = stepVoltageEvents(state, { atMs, channel, rmsV }, of)
    state = next.state
    return next.told
  })
}

describe('dips, swells and interruptions', () => {
  it('the reference dip: from 20 to 120 ms, residual 131 V; 208 V does not end it and 211.6 V does', () => {
    const rms = [230, 228, 205, 160, 131, 131, 131, 131, 140, 180, 206, 208, 211.6, 226]
    const events = told(
      rms.map((value, index) => [index * 10, 'u1', value] as const),
      settings('u1'),
    )
    expect(events.map(({ kind, fromMs, toMs }) => [kind, fromMs, toMs])).toEqual([
      ['dip', 20, null],
      ['dip', 20, 120],
    ])
    expect(events[1]?.extremeV).toBe(131)
  })

  it('with three phases a dip lasts from the first that is out to the last that is back, an interruption from the last gone to the first back', () => {
    const values = [
      [0, 'u1', 230],
      [0, 'u2', 230],
      [0, 'u3', 230],
      [10, 'u1', 100],
      [20, 'u2', 5],
      [30, 'u1', 5],
      [40, 'u3', 5],
      [50, 'u2', 120],
      [60, 'u1', 230],
      [70, 'u3', 230],
      [80, 'u2', 211],
      [90, 'u2', 220],
    ] as const
    const ended = told(values, settings('u1', 'u2', 'u3')).filter(({ toMs }) => toMs !== null)
    expect(ended).toEqual([
      { kind: 'interruption', fromMs: 40, toMs: 50, isCut: false, extremeV: 5, channels: ['u2', 'u1', 'u3'] },
      { kind: 'dip', fromMs: 10, toMs: 90, isCut: false, extremeV: 5, channels: ['u1', 'u2', 'u3'] },
    ])
  })

  it('a swell is told by its highest value', () => {
    const ended = told(
      [
        [0, 'u1', 254],
        [10, 'u1', 270],
        [20, 'u1', 249],
        [30, 'u1', 248],
      ],
      settings('u1'),
    ).at(-1)
    expect(ended).toMatchObject({ kind: 'swell', fromMs: 0, toMs: 30, extremeV: 270 })
  })

  it('never chatters: between a limit and its hysteresis nothing begins or ends', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 207.0001, max: 211.5, noNaN: true }), { maxLength: 60 }), (between) => {
        const walk = (first: number) =>
          told(
            [first, ...between].map((value, index) => [index * 10, 'u1', value] as const),
            settings('u1'),
          )
        expect(walk(230)).toEqual([])
        expect(walk(200).map(({ toMs }) => toMs)).toEqual([null])
      }),
    )
  })

  it('what lasts while samples are lost is told as cut, never with an end', () => {
    const { state } = stepVoltageEvents(noVoltageEvents, { atMs: 10, channel: 'u1', rmsV: 150 }, settings('u1'))
    expect(cutVoltageEvents(state).told).toEqual([
      { kind: 'dip', fromMs: 10, toMs: null, isCut: true, extremeV: 150, channels: ['u1'] },
    ])
  })

  it('from samples: duration as the method gives it, residual within 0.2 % of Udin, at every angle and depth', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 6.28, noNaN: true }),
        fc.double({ min: 0.06, max: 0.8, noNaN: true }),
        fc.double({ min: 0.06, max: 0.5, noNaN: true }),
        fc.double({ min: 49, max: 51, noNaN: true }),
        (startRad, left, lengthS, hz) => {
          const samples = samplesOf(
            { rateHz: 10_000, hz, rms: 230, startRad, share: (s) => (s >= 0.5 && s < 0.5 + lengthS ? left : 1) },
            1.4,
          )
          const marks = createCycleMarks({ rateHz: 10_000, nominalHz: 50, floor: 2.3 })
          const rms = createHalfCycleRms(250)
          const values = pieces(samples, 100).flatMap((piece) => rms.push(piece, marks.push(piece)))
          const events = told(
            values.flatMap(({ at, rms: value }) =>
              value === null || at < 3000 ? [] : [[at / 10, 'u1', value] as const],
            ),
            settings('u1'),
          ).filter(({ toMs }) => toMs !== null)
          expect(events.map(({ kind }) => kind)).toEqual(['dip'])
          const [dip] = events
          // A cycle that holds 0.19 / (1 - left^2) of a dip is below 90 %, one that holds 0.15 of that is not yet above 92 %: with values
          // every half cycle the method itself makes a dip longer by up to a cycle and a quarter, and shorter by up to a half.
          const longerMs = (dip?.toMs ?? 0) - (dip?.fromMs ?? 0) - lengthS * 1000
          expect(longerMs).toBeLessThan(25.5)
          expect(longerMs).toBeGreaterThan(-10.5)
          expect(Math.abs((dip?.extremeV ?? 0) - 230 * left)).toBeLessThan(230 * 0.002)
        },
      ),
      { numRuns: 60 },
    )
  })
})

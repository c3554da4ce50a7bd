import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noFrequency, stepFrequency, type FrequencyWindow } from './cycle-frequency.ts'
import { createCycleMarks, type CycleMark } from './cycle-marks.ts'
import { createHalfCycleRms, type HalfCycleValue } from './half-cycle-rms.ts'
import { pieces, samplesOf, type Signal } from './test-support/wave-signal.ts'

const udin = 230
const analyse = (signal: Signal, seconds: number, size = 100, samples = samplesOf(signal, seconds)) => {
  const nominalHz = signal.hz > 59 && signal.hz < 61 ? 60 : 50
  const marks = createCycleMarks({ rateHz: signal.rateHz, nominalHz, floor: udin * 0.01 })
  const rms = createHalfCycleRms((signal.rateHz / nominalHz) * 1.25)
  const found: CycleMark[] = []
  const values: HalfCycleValue[] = []
  for (const piece of pieces(samples, size)) {
    const next = marks.push(piece)
    found.push(...next)
    values.push(...rms.push(piece, next))
  }
  return { marks: found, values }
}
/** After the filter and the first seven periods. */
const settled = (values: readonly HalfCycleValue[], rateHz: number) => values.filter(({ at }) => at > 0.3 * rateHz)

describe('Urms(1/2)', () => {
  it('is within a fifth of class A (0.1 % of Udin) for every frequency, angle and harmonic content of the test ranges', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 42.5, max: 57.5, noNaN: true }),
        fc.double({ min: 0.1, max: 1.5, noNaN: true }),
        fc.double({ min: 0, max: 6.28, noNaN: true }),
        fc.double({ min: 0, max: 0.1, noNaN: true }),
        fc.double({ min: 0, max: 0.06, noNaN: true }),
        fc.constantFrom(5_000, 10_000, 30_720),
        (hz, share, startRad, third, fifth, rateHz) => {
          const signal = { rateHz, hz, rms: udin * share, startRad, harmonics: { 3: third, 5: fifth } }
          const wanted = udin * share * Math.sqrt(1 + third ** 2 + fifth ** 2)
          const values = settled(analyse(signal, 0.6).values, rateHz)
          expect(values.length).toBeGreaterThan(20)
          for (const { rms } of values) expect(Math.abs((rms ?? 0) - wanted)).toBeLessThan(udin * 0.0002)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('comes every half cycle, from a zero crossing, and covers one cycle', () => {
    const { values, marks } = analyse({ rateHz: 10_000, hz: 51, rms: 230, startRad: 1 }, 1)
    const late = settled(values, 10_000)
    for (const [index, { at }] of late.entries()) {
      if (index > 0) expect(at - (late[index - 1]?.at ?? 0)).toBeCloseTo(10_000 / 102, 1)
      // sin(2 pi 51 t + 1) is zero there.
      expect(Math.abs(Math.sin((2 * Math.PI * 51 * at) / 10_000 + 1))).toBeLessThan(0.02)
    }
    expect(marks.at(-1)?.period).toBeCloseTo(10_000 / 51, 2)
  })

  it('is the same however the samples are cut into pieces', () => {
    const signal = {
      rateHz: 10_000,
      hz: 49.7,
      rms: 230,
      harmonics: { 5: 0.03 },
      share: (s: number) => (s > 0.4 && s < 0.5 ? 0.3 : 1),
    }
    const one = analyse(signal, 0.8, 1)
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), (size) => {
        expect(analyse(signal, 0.8, size)).toEqual(one)
      }),
      { numRuns: 20 },
    )
  })

  it('goes on by the last period where nothing can be seen, and says so', () => {
    const { values, marks } = analyse(
      { rateHz: 10_000, hz: 50.2, rms: 230, share: (s) => (s > 0.5 && s < 1 ? 0 : 1) },
      1.5,
    )
    const during = values.filter(({ at }) => at > 5300 && at < 9900)
    expect(during.length).toBeGreaterThanOrEqual(45)
    for (const { rms } of during) expect(rms).toBeCloseTo(0, 6)
    expect(marks.some(({ isSeen, at }) => !isSeen && at > 5500 && at < 9900)).toBe(true)
    expect(values.at(-1)?.rms).toBeCloseTo(230, 1)
  })

  it('is unknown where a sample is missing, and known again a cycle later', () => {
    const samples = samplesOf({ rateHz: 10_000, hz: 50, rms: 230 }, 1)
    samples[5000] = NaN
    const { values } = analyse({ rateHz: 10_000, hz: 50, rms: 230 }, 1, 100, samples)
    const unknown = values.filter(({ rms, at }) => rms === null && at > 300)
    expect(unknown.length).toBeGreaterThanOrEqual(2)
    for (const { at } of unknown) expect(at).toBeLessThan(5000 + 201)
    expect(values.at(-1)?.rms).toBeCloseTo(230, 1)
  })

  it('is not moved by direct current, noise or a phase jump by more than 0.2 % after two cycles', () => {
    const noisy = samplesOf({ rateHz: 10_000, hz: 50, rms: 230, direct: 20 }, 2).map(
      (value, index) => value + Math.sin(index * 12.9898) * 3,
    )
    const jumped = samplesOf({ rateHz: 10_000, hz: 50, rms: 230, startRad: 2 }, 2)
    const both = Float32Array.from(noisy, (value, index) => (index < 10_000 ? value : (jumped[index] ?? 0)))
    const { values } = analyse({ rateHz: 10_000, hz: 50, rms: 230 }, 2, 100, both)
    for (const { at, rms } of settled(values, 10_000)) {
      if (at < 9_900) expect(rms).toBeCloseTo(Math.hypot(230, 20, 3 / Math.SQRT2), 0)
      if (at > 10_400) expect(Math.abs((rms ?? 0) - 230)).toBeLessThan(0.46)
      if (at > 12_000) expect(rms).toBeCloseTo(230, 1)
    }
  })
})

describe('the frequency over whole cycles of a window', () => {
  const windowsOf = (marks: readonly CycleMark[], rateHz: number, t0: number, windowMs: number) => {
    let state = noFrequency
    const windows: FrequencyWindow[] = []
    for (const { at, isSeen } of marks) {
      const next = stepFrequency(state, { atMs: t0 + (at / rateHz) * 1000, isSeen }, windowMs)
      state = next.state
      if (next.done !== null) windows.push(next.done)
    }
    return windows
  }

  it('is within 2 mHz over 10 s (class A: 10 mHz), by the clock', () => {
    fc.assert(
      fc.property(fc.double({ min: 42.5, max: 57.5, noNaN: true }), fc.nat({ max: 9999 }), (hz, offset) => {
        const { marks } = analyse({ rateHz: 5_000, hz, rms: 230, harmonics: { 3: 0.03, 5: 0.05 } }, 31)
        const windows = windowsOf(marks, 5_000, 1_700_000_000_000 + offset, 10_000)
        const known = windows.filter((window) => window.hz !== null)
        expect(known.length).toBeGreaterThanOrEqual(1)
        for (const window of known) {
          expect(Math.abs((window.hz ?? 0) - hz)).toBeLessThan(0.002)
          expect(window.fromMs % 10_000).toBe(0)
          expect(window.cycles).toBeLessThanOrEqual(hz * 10)
          expect(window.cycles).toBeGreaterThan(hz * 10 - 2)
        }
      }),
      { numRuns: 8 },
    )
  })

  it('is unknown in a window with an interruption', () => {
    const { marks } = analyse({ rateHz: 5_000, hz: 50, rms: 230, share: (s) => (s > 2.3 && s < 2.6 ? 0 : 1) }, 6)
    const windows = windowsOf(marks, 5_000, 1_700_000_000_010, 1000)
    expect(windows.map(({ hz }) => hz !== null)).toEqual([false, true, false, true, true, true])
  })
})

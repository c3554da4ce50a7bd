import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { valuesAt } from './at-cursor.ts'
import { foldOf } from './columns.ts'
import { createColumn } from './columns.ts'
import { drawRecord } from './draw-record.ts'
import { numberIn } from './number-text.ts'
import { spectrumAt } from './spectrum.ts'
import { evenTimebase, listedTimebase, type EvenRun } from './timebase.ts'
import type { WaveRecord } from './wave-record.ts'

const recordOf = (columns: readonly Float64Array[], runs: readonly EvenRun[], skewS = 0): WaveRecord => ({
  title: 'r',
  truth: 'sampled',
  start: null,
  triggerS: null,
  durationS: 1,
  nominalHz: 50,
  groups: [
    {
      timebase: evenTimebase(runs),
      read: (traces, from, to) => traces.map((trace) => columns[trace]!.slice(from, to)),
      folds: columns.map((column) => foldOf((from, to) => column.subarray(from, to), column.length)),
    },
  ],
  traces: columns.map((_, column) => ({
    name: `t${column}`,
    unit: 'V',
    quantity: 'voltage',
    phase: null,
    truth: 'sampled',
    circuit: '',
    skewS: column === 1 ? skewS : 0,
    toPrimary: 20,
    group: 0,
    column,
  })),
  tracks: [],
})
const request = { columns: 300, traces: [0], mode: 'samples', isPrimary: false, nominalHz: 50 } as const

describe('a record that is drawn', () => {
  it('shows the lowest and the highest of every stretch, whether from samples or from folds, and draws no line over a gap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 400, max: 200_000 }),
        fc.integer({ min: 1, max: 99 }),
        fc.integer(),
        (count, gapAt, seed) => {
          const values = Float64Array.from({ length: count }, (_, at) => Math.sin(at * 12.9898 + seed) * 100)
          const gap = Math.floor((count * gapAt) / 100)
          const runs = [
            { from: 0, to: gap, s: 0, step: 1e-4 },
            { from: gap, to: count, s: gap * 1e-4 + 5, step: 1e-4 },
          ].filter(({ from, to }) => to > from)
          const [drawn] = drawRecord(recordOf([values], runs), { ...request, fromS: 0, toS: 1e6 })
          const { low, high } = drawn!.traces[0]!
          const least = low.reduce((less, value) => (value < less ? value : less), Infinity)
          const most = high.reduce((more, value) => (value > more ? value : more), -Infinity)
          expect(least).toBeCloseTo(
            values.reduce((less, value) => Math.min(less, value)),
            4,
          )
          expect(most).toBeCloseTo(
            values.reduce((more, value) => Math.max(more, value)),
            4,
          )
          expect([...low].filter(Number.isNaN)).toHaveLength(runs.length - 1)
          expect(drawn!.times.every((time, at) => at === 0 || time > drawn!.times[at - 1]!)).toBe(true)
          expect(drawn!.times.length).toBeLessThan(2 * request.columns + 3)
        },
      ),
      { numRuns: 20 },
    )
  })
  it('has one-cycle RMS where a whole cycle is there, also of a rate that is no multiple of the frequency', () => {
    const step = 1 / 7678.4833984375
    const values = Float64Array.from({ length: 5000 }, (_, at) =>
      at === 3000 ? NaN : 325.27 * Math.sin(2 * Math.PI * 50 * at * step),
    )
    const [drawn] = drawRecord(recordOf([values], [{ from: 0, to: 5000, s: 0, step }]), {
      ...request,
      columns: 4000,
      mode: 'rms',
      fromS: 0,
      toS: 1,
    })
    const rms = [...drawn!.traces[0]!.low]
    expect(rms[2000]).toBeCloseTo(230, 0)
    expect(rms[0]).toBeNaN()
    expect(rms[3000]).toBeNaN()
    expect(rms.filter(Number.isNaN).length).toBeLessThan(2 * Math.ceil(1 / 50 / step) + 4)
  })
})

describe('values at a cursor', () => {
  it('are amplitude, angle and frequency of what was put in, wherever the cursor stands and whatever the skew of a channel', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 42.5, max: 57.5, noNaN: true }),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.double({ min: -170, max: 170, noNaN: true }),
        (hz, atS, degrees) => {
          const step = 1 / 10_000
          const skew = 3e-4
          const wave = (shift: number, late: number) =>
            Float64Array.from(
              { length: 10_000 },
              (_, at) => 325.27 * Math.cos(2 * Math.PI * hz * (at * step + late) + (shift * Math.PI) / 180),
            )
          const record = recordOf([wave(0, 0), wave(degrees, skew)], [{ from: 0, to: 10_000, s: 0, step }], skew)
          const { frequencyHz, traces } = valuesAt(record, { atS, traces: [0, 1], nominalHz: 50, isPrimary: false })
          expect(frequencyHz).toBeCloseTo(hz, 1)
          const turned = (((traces[1]!.angleDeg! - traces[0]!.angleDeg! - degrees) % 360) + 540) % 360
          expect(Math.abs(turned - 180)).toBeLessThan(1.5)
          expect(traces[0]!.rms! / 230).toBeCloseTo(1, 1)
        },
      ),
      {
        numRuns: 40,
        examples: [
          [55, 0.1, 0],
          [45, 0.9, 170],
          [57.5, 0.5, 90],
        ],
      },
    )
  })
  it('are of the primary side when asked so', () => {
    const values = Float64Array.from({ length: 2000 }, (_, at) => 10 * Math.sin(2 * Math.PI * 50 * at * 1e-4))
    const record = recordOf([values], [{ from: 0, to: 2000, s: 0, step: 1e-4 }])
    const [trace] = valuesAt(record, { atS: 0.1, traces: [0], nominalHz: 50, isPrimary: true }).traces
    expect(trace!.rms).toBeCloseTo((10 / Math.SQRT2) * 20, 1)
  })
  it('have the harmonics that were put in, and a THD of nothing where there is no wave', () => {
    const values = Float64Array.from(
      { length: 4000 },
      (_, at) => 100 * Math.sin(2 * Math.PI * 50 * at * 1e-4) + 10 * Math.sin(2 * Math.PI * 250 * at * 1e-4) + 3,
    )
    const record = recordOf([values, new Float64Array(4000)], [{ from: 0, to: 4000, s: 0, step: 1e-4 }])
    const spectrum = spectrumAt(record, { trace: 0, atS: 0.2, nominalHz: 50, isPrimary: false })!
    expect(spectrum.thdPercent).toBeCloseTo(10, 2)
    expect(spectrum.orders[0]).toBeCloseTo(3, 3)
    expect(spectrum.orders[5]).toBeCloseTo(10 / Math.SQRT2, 3)
    expect(spectrumAt(record, { trace: 1, atS: 0.2, nominalHz: 50, isPrimary: false })!.thdPercent).toBeNull()
  })
})

describe('the parts below', () => {
  it('numbers in text are what the language reads', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()), (value) => {
        const bytes = new TextEncoder().encode(` ${String(value)} `)
        expect(Math.abs(numberIn(bytes, 0, bytes.length) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-15)
      }),
    )
    for (const odd of ['', '-', '1.2.3', '1e', 'abc', '--1', '0x10', '1'.repeat(60)]) {
      const bytes = new TextEncoder().encode(odd)
      expect(numberIn(bytes, 0, bytes.length)).toBeNaN()
    }
  })
  it('a column gives back what was put in, whatever it was kept as', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -40_000, max: 40_000 }), fc.double(), fc.constant(NaN)), {
          maxLength: 200,
        }),
        (values) => {
          const column = createColumn()
          for (const value of values) column.push(value)
          expect([...column.read(0, values.length)]).toEqual(values)
        },
      ),
    )
  })
  it('a time leads to its sample and back, listed or even', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 50 }), (steps) => {
        let time = 0
        const base = listedTimebase(Float64Array.from(steps, (step) => (time += step) / 1000))
        for (let at = 0; at < steps.length; at += 1) expect(base.firstFrom(base.timeAt(at))).toBe(at)
      }),
    )
    const even = evenTimebase([
      { from: 0, to: 10, s: 0, step: 0.1 },
      { from: 10, to: 20, s: 5, step: 0.001 },
    ])
    for (let at = 0; at < 20; at += 1) expect(even.firstFrom(even.timeAt(at))).toBe(at)
    expect(even.firstFrom(3)).toBe(10)
    expect(even.firstFrom(9)).toBe(20)
  })
})

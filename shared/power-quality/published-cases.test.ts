import { describe, expect, it } from 'vitest'
import {
  noVoltageEvents,
  stepVoltageEvents,
  usualShares,
  type VoltageEvent,
  type VoltageEventSettings,
} from '../electrical/voltage-event.ts'
import { phasor, unbalanceOf } from '../electrical/symmetrical-components.ts'
import { createFlickerMeter } from './flicker-meter.ts'
import { addPinst, noFlickerClasses, pstOf } from './flicker-statistics.ts'
import { totalDistortion, signallingVoltage } from './harmonics.ts'
import { createWindowMeasure } from './measure-window.ts'
import { createTransform } from './spectrum.ts'
import { hasReference, referenceJson, referenceText } from './test-support/reference-data.ts'
import { flickerTables, pinstOfTable, pstOfTable, type FlickerTable } from './test-support/flicker-cases.ts'

/** A window of a signal of time (s), measured. */
const measured = (signal: (s: number) => number, rateHz: number, hz: number, nominalHz = 50) => {
  const measure = createWindowMeasure({ names: ['u1'], rateHz, nominalHz, udinV: 230 })
  const ring = Float32Array.from({ length: 65_536 }, (_, index) => signal((index - 100) / rateHz))
  const cycles = nominalHz === 60 ? 12 : 10
  const values = measure.measure([ring], 100, 100 + (rateHz / hz) * cycles)
  return (key: string) => values[measure.places.get(key) ?? -1] ?? NaN
}
const wave =
  (rms: number, hz: number, degrees = 0) =>
  (s: number) =>
    Math.SQRT2 * rms * Math.sin(2 * Math.PI * hz * s + (degrees * Math.PI) / 180)

describe('published harmonic and aggregation cases', () => {
  it('harmonics of 50 Hz, and of 53 Hz with an interharmonic half-way', () => {
    const plain = measured((s) => wave(1, 50)(s) + wave(0.1, 100, 22.5)(s), 5000, 50)
    expect([1, 2, 3, 4, 5].map((order) => plain(`u1.h${order}`))).toEqual(
      [1, 0.1, 0, 0, 0].map((value) => expect.closeTo(value, 3)),
    )
    const off = measured((s) => wave(1, 53)(s) + wave(0.1, 79.5)(s) + wave(0.1, 106)(s), 5000, 53)
    expect([1, 2, 3].map((order) => off(`u1.h${order}`))).toEqual([1, 0.1, 0].map((value) => expect.closeTo(value, 3)))
    expect([0, 1, 2].map((order) => off(`u1.ih${order}`))).toEqual([0, 0.1, 0].map((value) => expect.closeTo(value, 3)))
    expect(off('u1.thd')).toBeCloseTo(10, 2)
  })

  it('unbalance of published phasors', () => {
    const of = (...all: readonly (readonly [number, number])[]) =>
      unbalanceOf(all.map(([size, angle]) => phasor(size, angle)) as unknown as Parameters<typeof unbalanceOf>[0])
    expect(of([100, 0], [90, -120], [100, 120])).toMatchObject({
      negativePercent: expect.closeTo(3.4482758620689, 9),
      zeroPercent: expect.closeTo(3.4482758620689, 9),
    })
    expect(of([100, 0], [100, 120], [100, -120]).kind).toBe('reversed')
    const shifted = [0, -120, 120].map((angle) => ({ re: phasor(100, angle).re + 10, im: phasor(100, angle).im }))
    expect(unbalanceOf([shifted[0]!, shifted[1]!, shifted[2]!])).toMatchObject({
      negativePercent: expect.closeTo(0, 9),
      zeroPercent: expect.closeTo(10, 9),
    })
  })

  it('a mains signal on a bin, and between bins', () => {
    for (const [hz, digits] of [
      [50, 3],
      [51, 2],
    ] as const) {
      const points = 4096
      const seconds = 10 / hz
      const values = Float64Array.from({ length: points }, (_, index) => {
        const s = (index / points) * seconds
        return wave(230, hz)(s) + wave(1, 275)(s)
      })
      const found = signallingVoltage(createTransform(points, 100)(values), hz / 10, 275)
      if (hz === 50) expect(found).toBeCloseTo(1, digits)
      else expect(Math.abs(found - 1)).toBeLessThan(0.05)
    }
  })

  it('under- and overdeviation', () => {
    const mean = (values: readonly number[]) =>
      Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length)
    expect(100 * (1 - mean([0.7875, 1].map((value) => Math.min(value, 1))))).toBeCloseTo(10, 1)
    expect(100 * (mean([1.1917, 1].map((value) => Math.max(value, 1))) - 1)).toBeCloseTo(10, 1)
  })

  it('60 Hz sampled 1000 times a second: one order, nothing beside it, no distortion', () => {
    const found = measured((s) => Math.sin(2 * Math.PI * 60 * s), 1000, 60, 60)
    expect(found('u1.h1')).toBeCloseTo(1 / Math.SQRT2, 4)
    for (const order of [2, 3, 4, 5]) expect(found(`u1.h${order}`)).toBeCloseTo(0, 4)
    for (const order of [0, 1, 2, 3, 4]) expect(found(`u1.ih${order}`)).toBeCloseTo(0, 4)
    expect(found('u1.thd')).toBeCloseTo(0, 2)
  })

  it('events of published values: from the first beyond the limit to the first back beyond hysteresis', () => {
    const eventsOf = (levels: readonly number[], shares: Partial<VoltageEventSettings>) => {
      let state = noVoltageEvents
      const settings = { ...usualShares, ...shares, udinV: 100, channels: ['u1'] }
      return levels.flatMap((rmsV, index) => {
        const next = stepVoltageEvents(state, { atMs: index * 10, channel: 'u1', rmsV }, settings)
        state = next.state
        return next.told
          .filter(({ toMs }) => toMs !== null)
          .map(({ fromMs, toMs, extremeV }) => [fromMs, toMs, extremeV])
      })
    }
    const hysteresis = 0.02
    expect(eventsOf([100, 90, 80, 70, 80, 90, 100, 100, 60, 100], { dip: 0.95, hysteresis })).toEqual([
      [10, 60, 70],
      [80, 90, 60],
    ])
    expect(eventsOf([100, 110, 120, 130, 120, 110, 100, 100, 140, 100], { swell: 1.05, hysteresis })).toEqual([
      [10, 60, 130],
      [80, 90, 140],
    ])
  })

  it('powers of three phases at a power factor of a half', () => {
    const measure = createWindowMeasure({
      names: ['u1', 'u2', 'u3', 'i1', 'i2', 'i3'],
      rateHz: 10_000,
      nominalHz: 50,
      udinV: 1,
    })
    const turns = [0, -120, 120]
    const channels = [
      ...[1, 1.1, 1.2].map((rms, at) => wave(rms, 50, turns[at])),
      ...[2, 2.1, 2.2].map((rms, at) => wave(rms, 50, (turns[at] ?? 0) + 60)),
    ].map((signal) => Float32Array.from({ length: 65_536 }, (_, index) => signal(index / 10_000)))
    const values = measure.measure(channels, 100, 2100)
    const of = (key: string): number => values[measure.places.get(key) ?? -1] ?? NaN
    expect([of('p1.p'), of('p2.p'), of('p3.p')]).toEqual([1, 1.155, 1.32].map((watts) => expect.closeTo(watts, 3)))
  })

  it('bands of 200 Hz above 2 kHz', () => {
    const found = measured((s) => wave(1, 50)(s) + wave(0.2, 2300)(s) + wave(0.1, 3500)(s), 10_000, 50)
    expect(Array.from({ length: 10 }, (_, index) => found(`u1.b${index}`))).toEqual(
      [0, 0.2, 0, 0, 0, 0, 0, 0.1, 0, 0].map((value) => expect.closeTo(value, 3)),
    )
  })
})

describe.runIf(hasReference)('real records', () => {
  it('the interruption at a 230 V socket is one event with its duration to a cycle', () => {
    const rows = referenceText('pq-waveforms/pqopen_real_dip_urms1p.csv').trim().split('\n').slice(1)
    const settings: VoltageEventSettings = { ...usualShares, udinV: 230, channels: ['u1'] }
    let state = noVoltageEvents
    const told: VoltageEvent[] = []
    for (const line of rows) {
      const [ms, rms] = line.split(',').map(Number)
      const next = stepVoltageEvents(state, { atMs: ms ?? 0, channel: 'u1', rmsV: rms ?? 0 }, settings)
      state = next.state
      told.push(...next.told.filter(({ toMs }) => toMs !== null))
    }
    const { dip_csv } = referenceJson<{
      dip_csv: { first_ms: number; event: { first_below_offset_ms: number; duration_ms: number; min_V: number } }
    }>('expected.json')
    const { event, first_ms } = dip_csv
    const dips = told.filter(({ kind }) => kind === 'dip')
    expect(dips).toHaveLength(1)
    expect(told.filter(({ kind }) => kind === 'interruption')).toHaveLength(1)
    expect(dips[0]?.fromMs).toBe(first_ms + event.first_below_offset_ms)
    expect(Math.abs((dips[0]?.toMs ?? 0) - (dips[0]?.fromMs ?? 0) - event.duration_ms)).toBeLessThanOrEqual(20)
    expect(dips[0]?.extremeV).toBeCloseTo(event.min_V, 6)
  })

  it('12 cars charging: RMS, power and distortion as an independent reader has them', () => {
    interface Car {
      readonly file: string
      readonly samples: number
      readonly v_rms: number
      readonly i_rms: number
      readonly p_w: number
      readonly thd_i_h40_percent: number | null
      readonly thd_v_h40_percent: number | null
    }
    const { files } = referenceJson<{ ev_waveforms: { files: readonly Car[] } }>('expected.json').ev_waveforms
    expect(files.length).toBeGreaterThanOrEqual(12)
    const points = 4096
    const transform = createTransform(points, 400)
    for (const car of files) {
      const rows = referenceText(car.file)
        .trim()
        .split('\n')
        .flatMap((line) => {
          const cells = line.split(',').map(Number)
          return cells.length >= 3 && cells.every((cell) => Number.isFinite(cell)) ? [cells] : []
        })
      const columns = rows.slice(-points)
      expect(columns).toHaveLength(points)
      // Time, voltage, current in that order or without the time.
      const at = (columns[0]?.length ?? 0) > 3 ? 1 : 0
      const voltage = Float64Array.from(columns, (row) => row[at + 1] ?? NaN)
      const current = Float64Array.from(columns, (row) => row[at + 2] ?? NaN)
      const rms = (values: Float64Array) => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / points)
      expect(rms(voltage), car.file).toBeCloseTo(car.v_rms, 2)
      expect(rms(current), car.file).toBeCloseTo(car.i_rms, 3)
      expect(voltage.reduce((sum, value, index) => sum + value * (current[index] ?? 0), 0) / points).toBeCloseTo(
        car.p_w,
        0,
      )
      const orders = (values: Float64Array) => {
        const spectrum = transform(values)
        return Array.from({ length: 50 }, (_, index) =>
          Math.hypot(spectrum.real[8 * (index + 1)] ?? 0, spectrum.imaginary[8 * (index + 1)] ?? 0),
        )
      }
      if (car.thd_i_h40_percent !== null)
        expect(totalDistortion(orders(current), 40)?.ofFundamental, car.file).toBeCloseTo(car.thd_i_h40_percent, 1)
      if (car.thd_v_h40_percent !== null)
        expect(totalDistortion(orders(voltage), 40)?.ofFundamental, car.file).toBeCloseTo(car.thd_v_h40_percent, 1)
    }
  })
})

const nameOf = ({ edition, table, lamp_V: lamp, Hz }: FlickerTable): string =>
  `${edition}, table ${table}, ${lamp} V, ${Hz} Hz`
describe.runIf(hasReference)('flicker', () => {
  const tables = hasReference ? flickerTables() : []
  it.each(tables.filter(({ table }) => table !== 5).map((table) => [nameOf(table), table] as const))(
    'Pinst of every point of %s',
    (_name, table) => {
      const points = Array.from({ length: table.n }, (_, point) => point)
      for (const { hz, highest, most } of pinstOfTable(table, points))
        expect(Math.abs(highest - 1), `${hz} Hz`).toBeLessThanOrEqual(most)
    },
  )

  // Two of seven points, over less than ten minutes: their changes come often enough. All of them: npm run bench -- power-quality --long.
  it.each(tables.filter(({ table }) => table === 5).map((table) => [nameOf(table), table] as const))(
    'Pst of %s',
    (_name, table) => {
      for (const point of [3, 4])
        expect(Math.abs((pstOfTable(table, point, { settleS: 60, takenS: 120 }) ?? 0) - 1)).toBeLessThanOrEqual(0.05)
    },
  )

  it('Pst of a rectangular change that should give 1 (Table 5, 39 a minute)', () => {
    const rateHz = 1600
    const meter = createFlickerMeter({ rateHz, nominalHz: 50, lamp: 230 })
    const classes = noFlickerClasses()
    const [changeHz, change] = [0.325, 0.905]
    const seconds = 200
    let given = 0
    meter.push(
      Float32Array.from({ length: seconds * rateHz }, (_, index) => {
        const s = (index + 0.5) / rateHz
        const step = Math.sign(Math.sin(2 * Math.PI * changeHz * s))
        return 230 * Math.SQRT2 * Math.sin(2 * Math.PI * 50 * s) * (1 + (change / 200) * step)
      }),
      (pinst) => {
        given += 1
        if (given > 60 * rateHz) addPinst(classes, pinst)
      },
    )
    expect(Math.abs((pstOf(classes) ?? 0) - 1)).toBeLessThan(0.05)
  })

  it('a steady voltage has none, once the filters have settled', () => {
    const meter = createFlickerMeter({ rateHz: 1600, nominalHz: 50, lamp: 230 })
    const found: number[] = []
    meter.push(
      Float32Array.from({ length: 64_000 }, (_, index) => 325 * Math.sin((2 * Math.PI * 50 * index) / 1600)),
      (pinst) => found.push(pinst),
    )
    expect(Math.max(...found.slice(-16_000))).toBeLessThan(0.001)
  })
})

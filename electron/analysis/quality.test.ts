import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnsOf, placesOf } from '../../shared/power-quality/quality-columns.ts'
import type { QualityRow } from '../../shared/power-quality/quality-row.ts'
import { addSums, addWindow, noSums, valuesOf } from '../../shared/power-quality/quality-sums.ts'
import type { WaveBlock } from '../../shared/wave/wave-block.ts'
import type { WaveObservation } from '../../shared/wave/wave-observation.ts'
import { createFeatures } from './features.ts'

const rateHz = 10_000
const udinV = 230
/** Five seconds before a tick of ten minutes that is one of two hours as well. */
const tickMs = 1_700_006_400_000
interface Run {
  readonly seconds: number
  readonly hz?: number
  readonly names?: readonly string[]
  readonly t0?: number
  readonly size?: number
  readonly value?: (name: string, s: number) => number
}
const sine = (hz: number) => (name: string, s: number) => {
  const phase = Number(name[1]) - 1
  const turn = 2 * Math.PI * (hz * s - phase / 3)
  return name.startsWith('u') ? udinV * Math.SQRT2 * Math.sin(turn) : 16 * Math.SQRT2 * Math.sin(turn - Math.PI / 3)
}
const run = ({ seconds, hz = 50, names = ['u1'], t0 = tickMs - 60_000, size = 200, value = sine(hz) }: Run) => {
  const layout = names.map((name) => ({ name, unit: name.startsWith('u') ? ('V' as const) : ('A' as const) }))
  const features = createFeatures({ source: 'scope', layout, rateHz, nominalHz: 50, udinV })
  const told: WaveObservation[] = []
  const total = seconds * rateHz
  for (let from = 0; from < total; from += size) {
    const length = Math.min(size, total - from)
    const block: WaveBlock = {
      source: 'scope',
      stream: 1,
      t0: t0 + (from / rateHz) * 1000,
      rateHz,
      firstSample: from,
      layout,
      device: 'made up',
      channels: names.map((name) => Float32Array.from({ length }, (_, index) => value(name, (from + index) / rateHz))),
      clock: 'precise',
      isClipped: false,
      break: null,
    }
    told.push(...features.take(block))
  }
  const rows = told.flatMap((each) => (each.kind === 'quality' ? [each.row] : []))
  return { told, rows, of: (length: QualityRow['length']) => rows.filter((row) => row.length === length) }
}
const valueOf = (row: QualityRow | undefined, key: string): number => {
  if (row === undefined) throw new Error('no row')
  return row.values[placesOf(columnsOf(row.scheme)).get(key) ?? -1] ?? NaN
}

describe('basic windows', () => {
  it('follow each other without a gap, ten cycles each, and hold what the signal has at every frequency', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 42.5, max: 57.5, noNaN: true }),
        fc.double({ min: 0.02, max: 0.1, noNaN: true }),
        fc.integer({ min: 2, max: 50 }),
        fc.double({ min: 0.2, max: 1.5, noNaN: true }),
        (hz, share, order, level) => {
          const { of } = run({
            seconds: 1.6,
            hz,
            value: (_, s) => {
              const turn = 2 * Math.PI * hz * s + 1
              return udinV * level * Math.SQRT2 * (Math.sin(turn) + share * Math.sin(order * turn))
            },
          })
          const windows = of('window')
          expect(windows.length).toBeGreaterThanOrEqual(4)
          windows.slice(1).forEach((each, index) => expect(each.fromMs).toBeCloseTo(windows[index]?.toMs ?? 0, 3))
          const row = windows.at(-1)
          // Class A: 0.1 % of Udin, 10 mHz; IEC 61000-4-7, class I: 5 % of a harmonic, or 0.05 % of nominal.
          expect(Math.abs(valueOf(row, 'hz') - hz)).toBeLessThan(0.001)
          const fundamental = udinV * level
          const rms = fundamental * Math.sqrt(1 + share ** 2)
          expect(Math.abs(valueOf(row, 'u1.rms') - rms)).toBeLessThan(udinV * 0.0002)
          expect(Math.abs(valueOf(row, `u1.h${order}`) - fundamental * share)).toBeLessThan(
            Math.max(fundamental * share * 0.005, udinV * 0.0002),
          )
          if (order <= 40) expect(valueOf(row, 'u1.thd')).toBeCloseTo(100 * share, 1)
        },
      ),
      { numRuns: 15 },
    )
  })

  it('tell interharmonics from harmonics, also beside a fundamental that is off nominal', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 42.5, max: 57.5, noNaN: true }),
        fc.integer({ min: 1, max: 40 }),
        // Groups of interharmonics leave out the bins beside a harmonic: 0.3 to 0.7 is in their midst, wherever a bin stands.
        fc.double({ min: 0.3, max: 0.7, noNaN: true }),
        fc.double({ min: 0.01, max: 0.05, noNaN: true }),
        (hz, order, beside, share) => {
          const { of } = run({
            seconds: 1.6,
            hz,
            value: (_, s) =>
              sine(hz)('u1', s) + udinV * share * Math.SQRT2 * Math.sin(2 * Math.PI * hz * (order + beside) * s),
          })
          const row = of('window').at(-1)
          // Between two bins a part of it stands in the bins around, those next to harmonics too, which the group leaves out.
          expect(Math.abs(valueOf(row, `u1.ih${order}`) / (udinV * share) - 1)).toBeLessThan(0.1)
          // The two beat: of a beat of n cycles in the ten of a window, at most 1 / (pi n) of their product is left in the square.
          const leftOver = share / (Math.PI * 10 * (order + beside - 1)) + share / (Math.PI * 10 * (order + beside + 1))
          expect(Math.abs(valueOf(row, 'u1.rms') / udinV - Math.hypot(1, share))).toBeLessThan(leftOver + 0.0002)
          // Class A of IEC 61000-4-30 is 10 mHz.
          expect(Math.abs(valueOf(row, 'hz') - hz)).toBeLessThan(0.01)
        },
      ),
      { numRuns: 20 },
    )
    const onBin = run({
      seconds: 1.6,
      value: (_, s) => sine(51.3)('u1', s) + 4.6 * Math.SQRT2 * Math.sin(2 * Math.PI * 51.3 * 2.5 * s),
    })
    const row = onBin.of('window').at(-1)
    expect(valueOf(row, 'u1.ih2')).toBeCloseTo(4.6, 1)
    for (const other of ['ih1', 'ih3', 'h2', 'h3']) expect(valueOf(row, `u1.${other}`)).toBeLessThan(0.05)
  })

  it('have u2 and u0 within a tenth of class S (0.3 %) at every frequency, with harmonics', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 42.5, max: 57.5, noNaN: true }),
        fc.double({ min: 0.9, max: 1.05, noNaN: true }),
        fc.double({ min: 0, max: 0.06, noNaN: true }),
        (hz, second, fifth) => {
          const { of } = run({
            seconds: 1.4,
            names: ['u1', 'u2', 'u3'],
            value: (name, s) => {
              const turn = 2 * Math.PI * (hz * s - (Number(name[1]) - 1) / 3)
              const size = name === 'u2' ? second : 1
              return udinV * size * Math.SQRT2 * (Math.sin(turn) + fifth * Math.sin(5 * turn))
            },
          })
          const wanted = (100 * Math.abs(second - 1)) / (2 + second)
          for (const key of ['u.negative', 'u.zero'])
            expect(Math.abs(valueOf(of('window').at(-1), key) - wanted)).toBeLessThan(0.03)
        },
      ),
      { numRuns: 15 },
    )
  })

  it('hold unbalance, powers and the neutral of three phases', () => {
    const names = ['u1', 'u2', 'u3', 'i1', 'i2', 'i3']
    const plain = sine(50)
    const { of } = run({
      seconds: 1.2,
      names,
      value: (name, s) =>
        plain(name, s) * (name === 'u2' ? 0.95 : 1) +
        (name.startsWith('i') ? 1.6 * Math.SQRT2 * Math.sin(2 * Math.PI * 150 * s) : 0),
    })
    const row = of('window').at(-1)
    expect(valueOf(row, 'u.negative')).toBeCloseTo(1.695, 2)
    expect(valueOf(row, 'u.rotation')).toBe(1)
    expect(valueOf(row, 'p1.p')).toBeCloseTo(230 * 16 * 0.5, 0)
    expect(valueOf(row, 'p1.q1')).toBeCloseTo(230 * 16 * Math.sin(Math.PI / 3), 0)
    expect(valueOf(row, 'isum.h3')).toBeCloseTo(4.8, 2)
    expect(valueOf(row, 'isum.h1')).toBeLessThan(0.01)
    const reversed = run({
      seconds: 1.2,
      names: ['u1', 'u2', 'u3'],
      value: (name, s) => plain(name === 'u2' ? 'u3' : name === 'u3' ? 'u2' : name, s),
    })
    expect(valueOf(reversed.of('window').at(-1), 'u.rotation')).toBe(-1)
    expect(valueOf(reversed.of('window').at(-1), 'u.negative')).toBeNaN()
  })
})

describe('longer intervals', () => {
  it('begin anew at the tick of ten minutes, those that run are finished, and the ten minutes say how much they cover', () => {
    const { of } = run({ seconds: 10, t0: tickMs - 5000 })
    const [ten] = of('10min')
    expect([ten?.fromMs, ten?.toMs]).toEqual([tickMs - 600_000, tickMs])
    expect(ten?.coveredMs).toBeGreaterThan(4400)
    expect(ten?.coveredMs).toBeLessThan(5100)
    expect(valueOf(ten, 'u1.rms')).toBeCloseTo(230, 2)
    expect(ten?.extremes['u1.rms']?.[0]).toBeCloseTo(230, 1)
    const [two] = of('2h')
    expect(two?.toMs).toBe(tickMs)
    expect(valueOf(two, 'u1.pst')).toBeNaN()
    const short = of('3s')
    for (const row of short) expect(row.windows).toBe(15)
    // One was running at the tick; another began with the first crossing after it.
    const begun = short.find(({ fromMs }) => fromMs >= tickMs)
    expect(begun?.fromMs).toBeLessThan(tickMs + 11)
    expect(short.some(({ fromMs, toMs }) => fromMs < tickMs && toMs > tickMs)).toBe(true)
    const windows = of('window')
    expect(windows.filter(({ fromMs, toMs }) => fromMs < tickMs && toMs > tickMs)).toHaveLength(1)
  })

  it('those that hold a dip are flagged, and no others', () => {
    const { of } = run({ seconds: 8, value: (name, s) => sine(50)(name, s) * (s > 4 && s < 4.3 ? 0.6 : 1) })
    const flagged = of('window').filter(({ flagged: count }) => count > 0)
    expect(flagged.length).toBeGreaterThanOrEqual(2)
    expect(flagged.length).toBeLessThanOrEqual(3)
    for (const { fromMs, toMs } of flagged)
      expect([fromMs < tickMs - 60_000 + 4325, toMs > tickMs - 60_000 + 3980]).toEqual([true, true])
    expect(of('3s').some(({ flagged: count }) => count > 0)).toBe(true)
  })

  it('are the same however the stream is cut', () => {
    const value = (name: string, s: number) => sine(49.7)(name, s) * (s > 2 && s < 2.2 ? 0.5 : 1)
    const whole = run({ seconds: 5, t0: tickMs - 3000, value }).rows
    fc.assert(
      fc.property(fc.integer({ min: 7, max: 30_000 }), (size) => {
        const again = run({ seconds: 5, t0: tickMs - 3000, value, size }).rows
        const told = (rows: readonly QualityRow[]) =>
          rows
            .map((row) => [row.length, row.fromMs.toFixed(2), row.toMs.toFixed(2), row.windows, row.flagged].join())
            .filter((text) => !text.startsWith('window') || text.length > 0)
        const least = Math.min(again.length, whole.length)
        expect(Math.abs(again.length - whole.length)).toBeLessThanOrEqual(1)
        expect(told(again).slice(0, least)).toEqual(told(whole).slice(0, least))
        again.slice(0, least).forEach((row, index) => {
          expect(valueOf(row, 'u1.rms')).toBeCloseTo(valueOf(whole[index], 'u1.rms'), 4)
          expect(valueOf(row, 'u1.h3')).toBeCloseTo(valueOf(whole[index], 'u1.h3'), 4)
        })
      }),
      { numRuns: 6 },
    )
  })

  it('aggregates of aggregates are aggregates of windows', () => {
    const columns = columnsOf({ channels: ['u1'], orders: 5, bands: 0 })
    const values = fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 4, maxLength: 40 })
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 39 }), (all, cut) => {
        const window = (value: number) => new Float64Array(columns.length).fill(value)
        const gather = (some: readonly number[]) => {
          const sums = noSums(columns.length)
          for (const value of some) addWindow(sums, columns, window(value), { isFlagged: value > 300, lengthMs: 200 })
          return sums
        }
        const once = gather(all)
        const twice = noSums(columns.length)
        addSums(twice, gather(all.slice(0, cut)))
        addSums(twice, gather(all.slice(cut)))
        expect([twice.windows, twice.flagged, twice.coveredMs]).toEqual([once.windows, once.flagged, once.coveredMs])
        const [one, other] = [valuesOf(once, columns), valuesOf(twice, columns)]
        one.forEach((value, place) => expect(other[place]).toBeCloseTo(value, 6))
      }),
    )
  })

  it('a break leaves what runs, and nothing spans it', () => {
    const features = createFeatures({
      source: 'scope',
      layout: [{ name: 'u1', unit: 'V' }],
      rateHz,
      nominalHz: 50,
      udinV,
    })
    const told: WaveObservation[] = []
    for (let from = 0; from < 40_000; from += 200)
      told.push(
        ...features.take({
          source: 'scope',
          stream: 1,
          t0: tickMs + from / 10 + (from >= 20_000 ? 777 : 0),
          rateHz,
          firstSample: from,
          layout: [{ name: 'u1', unit: 'V' }],
          device: '',
          channels: [Float32Array.from({ length: 200 }, (_, index) => sine(50)('u1', (from + index) / rateHz))],
          clock: 'precise',
          isClipped: false,
          break: from === 20_000 ? { why: 'lost', frames: 1, samples: 7770, stepMs: 0 } : null,
        }),
      )
    const windows = told.flatMap((each) => (each.kind === 'quality' && each.row.length === 'window' ? [each.row] : []))
    expect(windows.length).toBeGreaterThan(10)
    for (const { fromMs, toMs } of windows) expect(fromMs < tickMs + 2000 && toMs > tickMs + 2777).toBe(false)
    for (const row of windows) expect(valueOf(row, 'u1.rms')).toBeCloseTo(230, 1)
  })
})

import { threePhaseApparent, singlePhasePower, type SinglePhasePower } from '../electrical/ieee-1459-power.ts'
import { unbalanceOf, type ThreePhasors } from '../electrical/symmetrical-components.ts'
import {
  bandHz,
  harmonicSubgroup,
  interharmonicSubgroup,
  lossFactor,
  supraharmonicBands,
  totalDistortion,
} from './harmonics.ts'
import { columnsOf, placesOf, schemeOf } from './quality-columns.ts'
import { flatShare, resample } from './resample.ts'
import { createTransform, type Spectrum } from './spectrum.ts'

export interface MeasureSettings {
  /** Of the rings, in their order. */
  readonly names: readonly string[]
  readonly rateHz: number
  readonly nominalHz: number
  readonly udinV: number
}

export const cyclesOf = (nominalHz: number): number => (nominalHz > 55 ? 12 : 10)
/** The longest window: 42.5 Hz of 50 is 1.18 of its length (IEC 61000-4-30, 5.1.3). */
const longestShare = 1.22

interface Measured {
  readonly values: Float64Array
  readonly spectrum: Spectrum
  readonly rms: number
}

const meanOfProducts = (one: Float64Array, other: Float64Array): number => {
  let sum = 0
  for (let index = 0; index < one.length; index += 1) sum += (one[index] as number) * (other[index] as number)
  return sum / one.length
}
const peakOf = (values: Float64Array): number => {
  let peak = 0
  for (const value of values) peak = Math.max(peak, Math.abs(value))
  return peak
}
const hasMissing = (values: Float64Array): boolean => Number.isNaN(meanOfProducts(values, values))

/**
 * Everything that one basic window gives, in the columns of its scheme; NaN where a value is not known. The fundamental is the harmonic
 * subgroup of order 1 in magnitude, and its middle bin in angle.
 */
export const createWindowMeasure = ({ names, rateHz, nominalHz, udinV }: MeasureSettings) => {
  const cycles = cyclesOf(nominalHz)
  const scheme = schemeOf(names, rateHz, nominalHz)
  const { channels, orders, bands } = scheme
  const columns = columnsOf(scheme)
  const places = placesOf(columns)
  const longest = (rateHz / nominalHz) * cycles * longestShare
  const points = 2 ** Math.ceil(Math.log2(longest))
  const widestHz = nominalHz / cycles / longestShare
  const lastBin = Math.min(
    points / 2 - 1,
    Math.ceil(Math.max((orders + 1) * cycles + 2, bands === 0 ? 0 : (2000 + bands * bandHz) / widestHz + 2)),
  )
  const transform = createTransform(points, lastBin)
  const own = channels.filter((name) => name !== 'isum')
  const sources = own.map((name) => names.indexOf(name))
  const buffers = own.map(() => new Float64Array(points))
  const summed = channels.includes('isum') ? new Float64Array(points) : null

  const measured = (values: Float64Array): Measured => ({
    values,
    spectrum: transform(values),
    rms: Math.sqrt(meanOfProducts(values, values)),
  })
  const put = (out: Float64Array, key: string, value: number): void => {
    const place = places.get(key)
    if (place !== undefined) out[place] = value
  }
  const putChannel = (out: Float64Array, name: string, { values, spectrum, rms }: Measured, hz: number): void => {
    const magnitudes = Array.from({ length: orders }, (_, index) => harmonicSubgroup(spectrum, cycles, index + 1))
    // In the order of `columnsOf`, without looking names up: this is most of the work after the transform.
    const first = places.get(`${name}.h1`) ?? 0
    magnitudes.forEach((value, index) => (out[first + index] = value))
    for (let order = 0; order < orders; order += 1)
      out[first + orders + order] = interharmonicSubgroup(spectrum, cycles, order)
    supraharmonicBands(spectrum, hz / cycles, rateHz * flatShare).forEach(
      (value, index) => (out[first + 2 * orders + index] = value),
    )
    put(out, `${name}.rms`, rms)
    put(out, `${name}.dc`, spectrum.real[0] ?? NaN)
    put(out, `${name}.crest`, rms > 0 ? peakOf(values) / rms : NaN)
    put(out, `${name}.thd`, totalDistortion(magnitudes, 40)?.ofFundamental ?? NaN)
    put(out, `${name}.k`, lossFactor(magnitudes) ?? NaN)
    put(out, `${name}.under`, Math.min(rms, udinV))
    put(out, `${name}.over`, Math.max(rms, udinV))
  }
  const fundamentalOf = ({ spectrum }: Measured) => ({
    re: spectrum.real[cycles] ?? NaN,
    im: spectrum.imaginary[cycles] ?? NaN,
  })
  const three = (all: ReadonlyMap<string, Measured>, kind: 'u' | 'i'): ThreePhasors | null => {
    const [one, two, last] = ['1', '2', '3'].map((phase) => all.get(kind + phase))
    if (one === undefined || two === undefined || last === undefined) return null
    return [fundamentalOf(one), fundamentalOf(two), fundamentalOf(last)]
  }
  const putUnbalance = (out: Float64Array, all: ReadonlyMap<string, Measured>): void => {
    for (const kind of ['u', 'i'] as const) {
      const phasors = three(all, kind)
      if (phasors === null) continue
      const found = unbalanceOf(phasors)
      if (found.kind === 'unknown') continue
      put(out, `${kind}.rotation`, found.kind === 'reversed' ? -1 : 1)
      if (found.kind !== 'known') continue
      put(out, `${kind}.negative`, found.negativePercent)
      put(out, `${kind}.zero`, found.zeroPercent ?? NaN)
    }
  }
  const powerOf = (voltage: Measured, current: Measured): SinglePhasePower => {
    const [u, i] = [fundamentalOf(voltage), fundamentalOf(current)]
    return singlePhasePower({
      voltageV: voltage.rms,
      currentA: current.rms,
      activeW: meanOfProducts(voltage.values, current.values),
      fundamentalV: Math.hypot(u.re, u.im),
      fundamentalA: Math.hypot(i.re, i.im),
      lagDegrees: ((Math.atan2(u.im, u.re) - Math.atan2(i.im, i.re)) * 180) / Math.PI,
    })
  }
  const lineRms = (one: Measured, other: Measured): number =>
    Math.sqrt(Math.max(0, one.rms ** 2 + other.rms ** 2 - 2 * meanOfProducts(one.values, other.values)))

  const putPowers = (out: Float64Array, all: ReadonlyMap<string, Measured>): void => {
    const powers = ['1', '2', '3'].flatMap((phase) => {
      const [voltage, current] = [all.get(`u${phase}`), all.get(`i${phase}`)]
      if (voltage === undefined || current === undefined) return []
      const power = powerOf(voltage, current)
      put(out, `p${phase}.p`, power.activeW)
      put(out, `p${phase}.s`, power.apparentVA)
      put(out, `p${phase}.p1`, power.fundamentalW)
      put(out, `p${phase}.q1`, power.fundamentalVar)
      put(out, `p${phase}.sn`, power.nonFundamentalVA)
      return [{ voltage, current, power }]
    })
    const [a, b, c] = powers
    if (a === undefined || b === undefined || c === undefined) return
    const total = (of: (power: SinglePhasePower) => number): number =>
      powers.reduce((sum, { power }) => sum + of(power), 0)
    const { arithmeticVA, vectorVA, effectiveVA } = threePhaseApparent({
      phaseV: [a.voltage.rms, b.voltage.rms, c.voltage.rms],
      lineV: [lineRms(a.voltage, b.voltage), lineRms(b.voltage, c.voltage), lineRms(c.voltage, a.voltage)],
      currentA: [a.current.rms, b.current.rms, c.current.rms],
      neutralA: (all.get('in') ?? all.get('isum'))?.rms ?? NaN,
      activeW: total(({ activeW }) => activeW),
      reactiveVar: total(({ fundamentalVar }) => fundamentalVar),
    })
    put(out, 'p.sa', arithmeticVA)
    put(out, 'p.sv', vectorVA)
    put(out, 'p.se', effectiveVA)
  }

  return {
    scheme,
    columns,
    places,
    /** Of the rings in the order of `names`, from one position to another: `cycles` cycles. A channel with a missing sample has no values. */
    measure: (rings: readonly Float32Array[], from: number, to: number): Float64Array => {
      const out = new Float64Array(columns.length).fill(NaN)
      const hz = (cycles * rateHz) / (to - from)
      put(out, 'hz', hz)
      resample(
        sources.map((source) => rings[source] as Float32Array),
        from,
        to,
        buffers,
      )
      const all = new Map<string, Measured>()
      own.forEach((name, index) => {
        const values = buffers[index] as Float64Array
        if (!hasMissing(values)) all.set(name, measured(values))
      })
      const [i1, i2, i3] = ['i1', 'i2', 'i3'].map((name) => all.get(name)?.values)
      if (summed !== null && i1 !== undefined && i2 !== undefined && i3 !== undefined) {
        for (let point = 0; point < points; point += 1)
          summed[point] = (i1[point] ?? 0) + (i2[point] ?? 0) + (i3[point] ?? 0)
        all.set('isum', measured(summed))
      }
      for (const [name, each] of all) putChannel(out, name, each, hz)
      putUnbalance(out, all)
      putPowers(out, all)
      return out
    },
  }
}
export type WindowMeasure = ReturnType<typeof createWindowMeasure>

import { bandHz } from './harmonics.ts'
import { columnsOf, placesOf, schemeOf, type QualityScheme } from './quality-columns.ts'
import { resample } from './resample.ts'
import { createTransform } from './spectrum.ts'
import { putChannel } from './window-channel.ts'
import { putPowers, putUnbalance } from './window-phases.ts'
import { meanOfProducts, type Measured, type MeasuredChannels, type WindowRow } from './window-values.ts'

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

const hasMissing = (values: Float64Array): boolean => Number.isNaN(meanOfProducts(values, values))

/** So many points that no sample of the longest window is lost, and so many bins that every order and band of the scheme is there. */
const transformSizeOf = ({ rateHz, nominalHz }: MeasureSettings, { orders, bands }: QualityScheme) => {
  const cycles = cyclesOf(nominalHz)
  const longest = (rateHz / nominalHz) * cycles * longestShare
  const points = 2 ** Math.ceil(Math.log2(longest))
  const widestHz = nominalHz / cycles / longestShare
  const lastBin = Math.min(
    points / 2 - 1,
    Math.ceil(Math.max((orders + 1) * cycles + 2, bands === 0 ? 0 : (2000 + bands * bandHz) / widestHz + 2)),
  )
  return { points, lastBin }
}

/** What is sampled at points a window has a power of two of, and what those hold. The buffers are used again by the next window. */
const createChannels = (settings: MeasureSettings, scheme: QualityScheme) => {
  const { points, lastBin } = transformSizeOf(settings, scheme)
  const transform = createTransform(points, lastBin)
  const own = scheme.channels.filter((name) => name !== 'isum')
  const sources = own.map((name) => settings.names.indexOf(name))
  const buffers = own.map(() => new Float64Array(points))
  const summed = scheme.channels.includes('isum') ? new Float64Array(points) : null

  const measured = (values: Float64Array): Measured => ({
    values,
    spectrum: transform(values),
    rms: Math.sqrt(meanOfProducts(values, values)),
  })
  /** The current of the neutral where no channel has it: the sum of the three, where all are known. */
  const sumOfCurrents = (all: MeasuredChannels): Measured | null => {
    const [i1, i2, i3] = ['i1', 'i2', 'i3'].map((name) => all.get(name)?.values)
    if (summed === null || i1 === undefined || i2 === undefined || i3 === undefined) return null
    for (let point = 0; point < points; point += 1)
      summed[point] = (i1[point] ?? 0) + (i2[point] ?? 0) + (i3[point] ?? 0)
    return measured(summed)
  }

  return (rings: readonly Float32Array[], from: number, to: number): MeasuredChannels => {
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
    const isum = sumOfCurrents(all)
    if (isum !== null) all.set('isum', isum)
    return all
  }
}

/**
 * Everything that one basic window gives, in the columns of its scheme; NaN where a value is not known. The fundamental is the harmonic
 * subgroup of order 1 in magnitude, and its middle bin in angle.
 */
export const createWindowMeasure = (settings: MeasureSettings) => {
  const { names, rateHz, nominalHz, udinV } = settings
  const cycles = cyclesOf(nominalHz)
  const scheme = schemeOf(names, rateHz, nominalHz)
  const columns = columnsOf(scheme)
  const places = placesOf(columns)
  const channelsIn = createChannels(settings, scheme)
  const emptyRow = (): WindowRow => {
    const values = new Float64Array(columns.length).fill(NaN)
    const put = (column: string, value: number): void => {
      const place = places.get(column)
      if (place !== undefined) values[place] = value
    }
    return { values, put }
  }

  return {
    scheme,
    columns,
    places,
    /** Of the rings in the order of `names`, from one position to another: `cycles` cycles. A channel with a missing sample has no values. */
    measure: (rings: readonly Float32Array[], from: number, to: number): Float64Array => {
      const row = emptyRow()
      const hz = (cycles * rateHz) / (to - from)
      row.put('hz', hz)
      const all = channelsIn(rings, from, to)
      for (const [name, each] of all) putChannel({ scheme, places, cycles, rateHz, udinV }, row, name, each, hz)
      putUnbalance(row, all, cycles)
      putPowers(row, all, cycles)
      return row.values
    },
  }
}
export type WindowMeasure = ReturnType<typeof createWindowMeasure>

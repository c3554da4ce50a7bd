import {
  harmonicSubgroup,
  interharmonicSubgroup,
  lossFactor,
  supraharmonicBands,
  totalDistortion,
} from './harmonics.ts'
import type { QualityScheme } from './quality-columns.ts'
import { flatShare } from './resample.ts'
import type { Measured, WindowRow } from './window-values.ts'

const peakOf = (values: Float64Array): number => {
  let peak = 0
  for (const value of values) peak = Math.max(peak, Math.abs(value))
  return peak
}

export interface ChannelSettings {
  readonly scheme: Pick<QualityScheme, 'orders'>
  readonly places: ReadonlyMap<string, number>
  readonly cycles: number
  readonly rateHz: number
  readonly udinV: number
}

/** What one channel gives by itself: RMS, crest, harmonics, interharmonics, bands above 2 kHz. `hz`: the fundamental of this window. */
export const putChannel = (
  { scheme: { orders }, places, cycles, rateHz, udinV }: ChannelSettings,
  { values: row, put }: WindowRow,
  name: string,
  { values, spectrum, rms }: Measured,
  hz: number,
): void => {
  const magnitudes = Array.from({ length: orders }, (_, index) => harmonicSubgroup(spectrum, cycles, index + 1))
  // In the order of `columnsOf`, without looking names up: this is most of the work after the transform.
  const first = places.get(`${name}.h1`) ?? 0
  magnitudes.forEach((value, index) => (row[first + index] = value))
  for (let order = 0; order < orders; order += 1)
    row[first + orders + order] = interharmonicSubgroup(spectrum, cycles, order)
  supraharmonicBands(spectrum, hz / cycles, rateHz * flatShare).forEach(
    (value, index) => (row[first + 2 * orders + index] = value),
  )
  put(`${name}.rms`, rms)
  put(`${name}.dc`, spectrum.real[0] ?? NaN)
  put(`${name}.crest`, rms > 0 ? peakOf(values) / rms : NaN)
  put(`${name}.thd`, totalDistortion(magnitudes, 40)?.ofFundamental ?? NaN)
  put(`${name}.k`, lossFactor(magnitudes) ?? NaN)
  put(`${name}.under`, Math.min(rms, udinV))
  put(`${name}.over`, Math.max(rms, udinV))
}

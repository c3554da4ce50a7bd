import type { Spectrum } from './spectrum.ts'

/** One channel over one window: its samples at points a power of two apart, what they hold, and their RMS. */
export interface Measured {
  readonly values: Float64Array
  readonly spectrum: Spectrum
  readonly rms: number
}

/** By the name of the channel; one with a missing sample is not there. */
export type MeasuredChannels = ReadonlyMap<string, Measured>

/** The values of one window, in the columns of its scheme. */
export interface WindowRow {
  readonly values: Float64Array
  /** A name that the scheme has no column for is passed over. */
  readonly put: (column: string, value: number) => void
}

export const meanOfProducts = (one: Float64Array, other: Float64Array): number => {
  let sum = 0
  for (let index = 0; index < one.length; index += 1) sum += (one[index] as number) * (other[index] as number)
  return sum / one.length
}

/** The fundamental in magnitude and angle: the middle bin, which is at the number of cycles. */
export const fundamentalOf = ({ spectrum }: Measured, cycles: number) => ({
  re: spectrum.real[cycles] ?? NaN,
  im: spectrum.imaginary[cycles] ?? NaN,
})

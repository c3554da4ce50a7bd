import FFT from 'fft.js'

/** RMS phasors of one window by bin: bin k is k times the window's own frequency (5 Hz where it is 10 or 12 cycles of 50 or 60 Hz). */
export interface Spectrum {
  /** Cosine and sine parts, RMS; a phasor's angle is that of a cosine at the window's beginning. */
  readonly real: Float64Array
  readonly imaginary: Float64Array
}

/** A transform of `points` values, a power of two, that gives bins 0 to `lastBin`. */
export const createTransform = (points: number, lastBin: number) => {
  const fft = new FFT(points)
  const scratch = fft.createComplexArray()
  return (values: Float64Array): Spectrum => {
    fft.realTransform(scratch, values)
    const real = new Float64Array(lastBin + 1)
    const imaginary = new Float64Array(lastBin + 1)
    for (let bin = 0; bin <= lastBin; bin += 1) {
      const scale = (bin === 0 ? 1 : Math.SQRT2) / points
      real[bin] = (scratch[2 * bin] ?? 0) * scale
      imaginary[bin] = (scratch[2 * bin + 1] ?? 0) * scale
    }
    return { real, imaginary }
  }
}
export type Transform = ReturnType<typeof createTransform>

export const squareAt = ({ real, imaginary }: Spectrum, bin: number): number =>
  (real[bin] ?? 0) ** 2 + (imaginary[bin] ?? 0) ** 2

/** RMS of all bins from one to another, both taken; `edgeWeight` is what the first and last count. */
export const bandRms = (spectrum: Spectrum, from: number, to: number, edgeWeight = 1): number => {
  let sum = 0
  for (let bin = from; bin <= to; bin += 1)
    sum += squareAt(spectrum, bin) * (bin === from || bin === to ? edgeWeight : 1)
  return Math.sqrt(sum)
}

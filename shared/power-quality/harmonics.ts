import { bandRms, squareAt, type Spectrum } from './spectrum.ts'

/**
 * Harmonics of IEC 61000-4-7:2002+A1:2008, 5.6, from the bins of a window of `cycles` cycles (10 at 50 Hz, 12 at 60 Hz). All values are
 * RMS in the unit of the samples.
 */

/** Harmonic subgroup of an order: its bin and the one on each side. Order 0 is the direct part, without sides that belong to it. */
export const harmonicSubgroup = (spectrum: Spectrum, cycles: number, order: number): number =>
  order === 0 ? Math.abs(spectrum.real[0] ?? 0) : bandRms(spectrum, order * cycles - 1, order * cycles + 1)

/** Harmonic group: all bins half-way to the neighbours, those at the edges by half their square. */
export const harmonicGroup = (spectrum: Spectrum, cycles: number, order: number): number =>
  bandRms(spectrum, order * cycles - cycles / 2, order * cycles + cycles / 2, 0.5)

/** Interharmonic centred subgroup between an order and the next: all bins but the two beside each of them. */
export const interharmonicSubgroup = (spectrum: Spectrum, cycles: number, order: number): number =>
  bandRms(spectrum, order * cycles + 2, (order + 1) * cycles - 2)

/** Interharmonic group between an order and the next: all bins between them. */
export const interharmonicGroup = (spectrum: Spectrum, cycles: number, order: number): number =>
  bandRms(spectrum, order * cycles + 1, (order + 1) * cycles - 1)

/**
 * A mains signal (IEC 61000-4-30, 5.10): the bin of its frequency where it lies on one, else the four nearest, RMS. `binHz` is the width of a
 * bin of this window.
 */
export const signallingVoltage = (spectrum: Spectrum, binHz: number, signalHz: number): number => {
  const place = signalHz / binHz
  const nearest = Math.round(place)
  // A tenth of a bin off leaks 1 % of its square into the neighbours (editable assumption).
  if (Math.abs(place - nearest) < 0.1) return Math.sqrt(squareAt(spectrum, nearest))
  const below = Math.floor(place)
  return bandRms(spectrum, below - 1, below + 2)
}

/** Magnitudes of orders 1 to n, RMS: index 0 is order 1. */
export type Magnitudes = ArrayLike<number>

/** Total distortion of orders 2 to the last, in percent of the fundamental (F) and of the RMS value of all orders (R); null without a fundamental. */
export const totalDistortion = (
  magnitudes: Magnitudes,
  lastOrder = magnitudes.length,
): { readonly ofFundamental: number; readonly ofRms: number } | null => {
  const first = magnitudes[0] ?? 0
  if (!(first > 0)) return null
  let squares = 0
  for (let order = 2; order <= Math.min(lastOrder, magnitudes.length); order += 1)
    squares += (magnitudes[order - 1] ?? 0) ** 2
  return { ofFundamental: (100 * Math.sqrt(squares)) / first, ofRms: 100 * Math.sqrt(squares / (squares + first ** 2)) }
}

/** Harmonic loss factor FHL (UL 1561's K for a load at its rated current, IEEE C57.110): sum of h^2 Ih^2 over the sum of Ih^2. */
export const lossFactor = (magnitudes: Magnitudes): number | null => {
  let [weighed, squares] = [0, 0]
  for (let order = 1; order <= magnitudes.length; order += 1) {
    const square = (magnitudes[order - 1] ?? 0) ** 2
    weighed += order ** 2 * square
    squares += square
  }
  return squares > 0 ? weighed / squares : null
}

/** K of UL 1561 against a rated current, A. */
export const ratedFactorK = (magnitudes: Magnitudes, ratedA: number): number => {
  let sum = 0
  for (let order = 1; order <= magnitudes.length; order += 1)
    sum += (order * ((magnitudes[order - 1] ?? 0) / ratedA)) ** 2
  return sum
}

/** Total demand distortion, percent: harmonic current against the maximum demand current, A. */
export const demandDistortion = (magnitudes: Magnitudes, demandA: number): number => {
  let squares = 0
  for (let order = 2; order <= magnitudes.length; order += 1) squares += (magnitudes[order - 1] ?? 0) ** 2
  return (100 * Math.sqrt(squares)) / demandA
}

/** Width of a band of IEC 61000-4-7, Annex B, and where they begin and end, Hz. */
export const bandHz = 200
export const [bandsFromHz, bandsToHz] = [2000, 9000] as const

/**
 * Supraharmonics: RMS of each 200 Hz band from 2 kHz to 9 kHz that lies below `highestHz`, the first centred at 2.1 kHz. `binHz` is the width of
 * a bin of this window.
 */
export const supraharmonicBands = (spectrum: Spectrum, binHz: number, highestHz: number): readonly number[] =>
  Array.from({ length: bandCount(highestHz) }, (_, index) => {
    const fromHz = bandsFromHz + index * bandHz
    const first = Math.floor(fromHz / binHz) + 1
    return bandRms(spectrum, first, Math.floor((fromHz + bandHz) / binHz))
  })

export const bandCount = (highestHz: number): number =>
  Math.max(0, Math.floor((Math.min(highestHz, bandsToHz) - bandsFromHz) / bandHz))

/**
 * How well words fit a coding, in bits: log2 of how probable they are for a meter's value in that coding over how probable among
 * random words. Magnitudes are spread evenly over decades (Benford's habit of measured numbers), with a share for what nearly every
 * meter shows: mains voltages and the mains frequency. The figures are assumptions; the test measures what they achieve.
 */
import { registerWidth } from '../profile/register.ts'
import type { Coding } from './decodings.ts'

interface Band {
  readonly low: number
  readonly high: number
  readonly mass: number
}

/** Share of values that lie in each band. */
const usual: readonly Band[] = [
  { low: 205, high: 255, mass: 0.12 },
  { low: 360, high: 440, mass: 0.06 },
  { low: 108, high: 130, mass: 0.02 },
  { low: 49.5, high: 50.5, mass: 0.03 },
  { low: 59.5, high: 60.5, mass: 0.01 },
  { low: 0.5, high: 1, mass: 0.03 },
]
/** Steps in which integers hold such values. */
const steps = [1, 0.1, 0.01, 0.001] as const

/** Bits a zero word earns in any coding: it fits all, so it must prefer none. */
const zeroBits = 14
const shareOfNegative = 0.15

const inBand = (value: number): Band | undefined => usual.find(({ low, high }) => value >= low && value <= high)

const bitsOf = (probability: number, width: number): number => Math.log2(probability) + 16 * width

/** A float of `mantissa` bits over `octaves`: how many codes a band has follows from the octave it lies in. */
const floatBits = (
  value: number,
  lowWords: number,
  width: number,
  mantissa: number,
  octaves: readonly [number, number],
): number => {
  const size = Math.abs(value)
  const octave = Math.floor(Math.log2(size))
  if (octave < octaves[0] || octave > octaves[1]) return -12
  const count = octaves[1] - octaves[0] + 1
  const sign = value < 0 ? shareOfNegative : 1 - shareOfNegative
  const codes = 2 ** mantissa
  // Whole and half numbers end in zero words more often than chance.
  const spread = lowWords === 0 ? 0.2 * 2 ** (16 * (width - 1)) + 0.8 : 0.8
  const band = value > 0 ? inBand(value) : undefined
  const typical = band === undefined ? 0 : band.mass / (((band.high - band.low) / 2 ** octave) * codes)
  return bitsOf(((0.7 * sign) / count / codes + typical) * spread, width)
}

const integerBits = (value: number, width: number): number => {
  const bits = 16 * width
  const size = Math.abs(value)
  const sign = value < 0 ? shareOfNegative : 1 - shareOfNegative
  const even = (0.7 * sign) / (size * Math.LN2 * bits)
  const typical =
    value <= 0
      ? 0
      : steps.reduce((sum, step) => {
          const band = value * step < 40 ? undefined : inBand(value * step)
          return band === undefined ? sum : sum + ((band.mass / 4) * step) / (band.high - band.low)
        }, 0)
  return bitsOf(even + typical, width)
}

/** Bits for `words` (exactly the coding's width, wire order) that read `value`; null is no number. */
export const fitBits = (coding: Coding, words: readonly number[], value: number | null): number => {
  const width = registerWidth[coding.type]
  if (words.every((word) => word === 0)) return zeroBits * width
  const ordered = coding.wordOrder === 'high-first' ? words : [...words].reverse()
  const isFloat = coding.type.startsWith('float')
  if (value === null)
    return isFloat &&
      (ordered[0] === 0x7fc0 || ordered[0] === 0x7ff8 || ordered[0] === 0xffc0) &&
      ordered.slice(1).every((word) => word === 0)
      ? bitsOf(0.03, width)
      : -12
  // All ones and the largest number of a signed type are the usual codes for "no value"; they say nothing about the width.
  if (!isFloat && words.every((word) => word === 0xffff)) return 10 * width
  if (
    !isFloat &&
    width > 1 &&
    (ordered[0] === 0x7fff || ordered[0] === 0x8000) &&
    ordered.slice(1).every((word) => word === (ordered[0] === 0x7fff ? 0xffff : 0))
  )
    return bitsOf(0.01, width)
  const rest = ordered.slice(1).reduce((sum, word) => sum | word, 0)
  const penalty = coding.byteSwapped ? 10 : 0
  if (coding.type === 'float32') return (value === 0 ? -12 : floatBits(value, rest, width, 23, [-13, 33])) - penalty
  if (coding.type === 'float64') return (value === 0 ? -12 : floatBits(value, rest, width, 52, [-13, 43])) - penalty
  return integerBits(value === 0 ? 1 : value, width) - penalty
}

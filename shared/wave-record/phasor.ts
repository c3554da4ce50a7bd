/** Amplitudes and angles of one frequency in evenly spaced samples: a Fourier sum at exactly that frequency, rectangular window. */

export interface Phasor {
  /** RMS of this frequency's part. */
  readonly rms: number
  /** Of its cosine at time zero of the samples, radians, from -pi to pi. */
  readonly angle: number
}

/**
 * The part of `hz` in `samples`, the sample numbered `zero` (fractions allowed) being time zero. Null: a sample is missing. The window
 * should hold whole cycles of `hz`; what it does not hold leaks as with every rectangular window.
 */
export const phasorOf = (samples: ArrayLike<number>, rateHz: number, hz: number, zero: number): Phasor | null => {
  const turn = (2 * Math.PI * hz) / rateHz
  let [re, im] = [0, 0]
  // The angle is stepped by a rotation and set right every 256 samples, so that rounding does not add up.
  const [stepRe, stepIm] = [Math.cos(turn), Math.sin(turn)]
  let [cos, sin] = [1, 0]
  for (let at = 0; at < samples.length; at += 1) {
    if (at % 256 === 0) [cos, sin] = [Math.cos(turn * (at - zero)), Math.sin(turn * (at - zero))]
    const value = samples[at] ?? NaN
    re += value * cos
    im -= value * sin
    const next = cos * stepRe - sin * stepIm
    sin = sin * stepRe + cos * stepIm
    cos = next
  }
  if (samples.length === 0 || Number.isNaN(re)) return null
  const share = hz === 0 ? 1 / samples.length : Math.SQRT2 / samples.length
  return { rms: Math.hypot(re, im) * share, angle: Math.atan2(im, re) }
}

/**
 * Cycles of each half, look by look: over five cycles a wave 5 Hz off turns by half a turn, which could be either way, so the first
 * looks are short ones.
 */
const looks = [1, 3, Infinity, Infinity] as const

/**
 * The frequency near `nominalHz`, from how far the angle turns between the first and the second half of the samples; several looks,
 * each with the answer of the one before. Null: less than two cycles, or a sample is missing. Good to some millihertz over ten cycles of
 * a wave with a few percent of harmonics.
 */
export const frequencyNear = (samples: Float64Array, rateHz: number, nominalHz: number): number | null => {
  let hz = nominalHz
  for (const most of looks) {
    const cycle = rateHz / hz
    const cycles = Math.min(most, Math.floor(samples.length / cycle / 2))
    if (cycles < 1) return null
    const each = Math.round(cycles * cycle)
    if (2 * each > samples.length) return null
    const [one, other] = [
      phasorOf(samples.subarray(0, each), rateHz, hz, 0),
      phasorOf(samples.subarray(each, 2 * each), rateHz, hz, -each),
    ]
    if (one === null || other === null || one.rms === 0) return null
    const turned = other.angle - one.angle
    const least = turned - 2 * Math.PI * Math.round(turned / (2 * Math.PI))
    hz += (least * rateHz) / (2 * Math.PI * each)
    // Out of the range in which a supply is: there is no such wave.
    if (!(hz > nominalHz * 0.8 && hz < nominalHz * 1.2)) return null
  }
  return hz
}

/**
 * A band-pass of second order around the nominal frequency with a gain of one there (R. Bristow-Johnson's "cookbook" form). It takes
 * direct current and most of the harmonics away, so that the fundamental's zero crossings can be seen; a third harmonic of 30 %
 * is 10 % behind it.
 */
export interface FundamentalFilter {
  /** One sample in, one out. */
  readonly next: (sample: number) => number
  readonly reset: () => void
  /** How far the output is ahead of the input at a frequency, radians. */
  readonly leadAt: (hz: number) => number
}

/** Wide enough to let pass 42.5 to 57.5 Hz, and to settle within a period and a half. */
const quality = 1

export const createFundamentalFilter = (rateHz: number, nominalHz: number): FundamentalFilter => {
  const angle = (2 * Math.PI * nominalHz) / rateHz
  const alpha = Math.sin(angle) / (2 * quality)
  const b = alpha / (1 + alpha)
  const a1 = (-2 * Math.cos(angle)) / (1 + alpha)
  const a2 = (1 - alpha) / (1 + alpha)
  let [z1, z2] = [0, 0]
  return {
    next: (sample) => {
      const out = b * sample + z1
      z1 = z2 - a1 * out
      z2 = -b * sample - a2 * out
      return out
    },
    reset: () => {
      z1 = 0
      z2 = 0
    },
    leadAt: (hz) => {
      const turn = (2 * Math.PI * hz) / rateHz
      // Numerator b (1 - e^-2jw), denominator 1 + a1 e^-jw + a2 e^-2jw.
      const above = Math.atan2(Math.sin(2 * turn), 1 - Math.cos(2 * turn))
      const below = Math.atan2(
        -a1 * Math.sin(turn) - a2 * Math.sin(2 * turn),
        1 + a1 * Math.cos(turn) + a2 * Math.cos(2 * turn),
      )
      return above - below
    },
  }
}

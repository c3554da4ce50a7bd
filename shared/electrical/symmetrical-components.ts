/** A phasor: real and imaginary part. */
export interface Phasor {
  readonly re: number
  readonly im: number
}
export type ThreePhasors = readonly [Phasor, Phasor, Phasor]

export const phasor = (magnitude: number, degrees: number): Phasor => ({
  re: magnitude * Math.cos((degrees * Math.PI) / 180),
  im: magnitude * Math.sin((degrees * Math.PI) / 180),
})
export const magnitudeOf = ({ re, im }: Phasor): number => Math.hypot(re, im)
export const degreesOf = ({ re, im }: Phasor): number => (Math.atan2(im, re) * 180) / Math.PI

const turned = ({ re, im }: Phasor, degrees: number): Phasor => {
  const { re: c, im: s } = phasor(1, degrees)
  return { re: re * c - im * s, im: re * s + im * c }
}
const third = (...all: ThreePhasors): Phasor => ({
  re: (all[0].re + all[1].re + all[2].re) / 3,
  im: (all[0].im + all[1].im + all[2].im) / 3,
})

/** Fortescue's components of three phasors in the order L1, L2, L3. */
export const symmetricalComponents = ([a, b, c]: ThreePhasors) => ({
  zero: third(a, b, c),
  positive: third(a, turned(b, 120), turned(c, 240)),
  negative: third(a, turned(b, 240), turned(c, 120)),
})

/** How an unbalance was found; each value is shown with it. */
export type UnbalanceMethod = 'phasors' | 'three line voltages' | 'six magnitudes'

export type Unbalance =
  | {
      readonly kind: 'known'
      readonly method: UnbalanceMethod
      /** Negative and zero over positive sequence, percent; `zeroPercent` null: it does not follow from what is given. */
      readonly negativePercent: number
      readonly zeroPercent: number | null
    }
  /** The negative sequence is the larger one: the phases are connected in the order L1, L3, L2, and a ratio would say nothing. */
  | { readonly kind: 'reversed'; readonly method: UnbalanceMethod }
  /** Nothing can be said, and why. */
  | { readonly kind: 'unknown'; readonly why: string }

/** u2 and u0 of IEC 61000-4-30, 5.7, from the phasors of the fundamental. */
export const unbalanceOf = (all: ThreePhasors): Unbalance => {
  const { zero, positive, negative } = symmetricalComponents(all)
  const [one, two] = [magnitudeOf(positive), magnitudeOf(negative)]
  if (one === 0 && two === 0) return { kind: 'unknown', why: 'all three are zero' }
  if (two > one) return { kind: 'reversed', method: 'phasors' }
  const zeroPercent = (100 * magnitudeOf(zero)) / one
  return { kind: 'known', method: 'phasors', negativePercent: (100 * two) / one, zeroPercent }
}

/**
 * u2 from the three line-to-line magnitudes alone (CIGRE; exact for the fundamental). They must have come in one reply; 1 V of 400 V on one
 * of them is 0.17 % here. The direction of rotation does not follow from magnitudes.
 */
export const unbalanceOfLines = (uab: number, ubc: number, uca: number): Unbalance => {
  const sides = [uab, ubc, uca].sort((one, other) => one - other)
  const [short = 0, middle = 0, long = 0] = sides
  if (!(short > 0)) return { kind: 'unknown', why: 'a line-to-line voltage is zero or missing' }
  if (long > short + middle) return { kind: 'unknown', why: 'these three voltages make no triangle' }
  const squares = uab ** 2 + ubc ** 2 + uca ** 2
  const beta = (uab ** 4 + ubc ** 4 + uca ** 4) / squares ** 2
  const root = Math.sqrt(Math.min(1, Math.max(0, 3 - 6 * beta)))
  const negativePercent = 100 * Math.sqrt((1 - root) / (1 + root))
  return { kind: 'known', method: 'three line voltages', negativePercent, zeroPercent: null }
}

/** Between the two voltages of a triangle, degrees; null: they make none. */
const angleBetween = (one: number, other: number, side: number): number | null => {
  const cosine = (one ** 2 + other ** 2 - side ** 2) / (2 * one * other)
  return Math.abs(cosine) <= 1 ? (Math.acos(cosine) * 180) / Math.PI : null
}
/** The three angles must make a full turn; more than this off, degrees, and the six were not of one moment. */
const turnTolerance = 2

/** u2 and u0 from three voltages to neutral and three between lines, which give the angles (rotation as connected L1, L2, L3 is assumed). */
export const unbalanceOfSix = (
  [va, vb, vc]: readonly [number, number, number],
  [uab, ubc, uca]: readonly [number, number, number],
): Unbalance => {
  const angles = [angleBetween(va, vb, uab), angleBetween(vb, vc, ubc), angleBetween(vc, va, uca)]
  const [ab, bc, ca] = angles
  if (ab == null || bc == null || ca == null) return { kind: 'unknown', why: 'these six voltages make no triangles' }
  const turn = ab + bc + ca
  if (Math.abs(turn - 360) > turnTolerance)
    return { kind: 'unknown', why: `the angles sum to ${turn.toFixed(1)} degrees: the six are not of one moment` }
  const found = unbalanceOf([phasor(va, 0), phasor(vb, -ab), phasor(vc, -ab - bc)])
  return found.kind === 'known' ? { ...found, method: 'six magnitudes' } : found
}

/** Voltages or currents without angles: the largest deviation from the mean, percent of it. Lines: LVUR (NEMA MG-1); phases: PVUR. Null: no mean. */
export const deviationOfMean = (values: readonly [number, number, number]): number | null => {
  const mean = (values[0] + values[1] + values[2]) / 3
  return mean === 0 ? null : (100 * Math.max(...values.map((value) => Math.abs(value - mean)))) / Math.abs(mean)
}

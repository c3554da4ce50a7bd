import type { ThreePhasors } from './symmetrical-components.ts'
import { magnitudeOf, phasor } from './symmetrical-components.ts'

/** A star point without its neutral (electrical.md 6.3): where loads put it, and how to tell it from three voltages. */

type Three = readonly [number, number, number]

/** What three resistive loads make of a symmetrical supply once their neutral is gone: voltages across them and the displacement, volts. */
export interface FloatingStar {
  readonly phaseV: Three
  readonly displacedV: number
}

/** `ohms`: of the loads between each phase and the common point; Infinity: none there. Null: at most one of them, so nothing flows. */
export const starWithoutNeutral = (nominalV: number, ohms: Three): FloatingStar | null => {
  const admittances = ohms.map((ohm) => 1 / ohm)
  if (admittances.filter((value) => value > 0).length < 2) return null
  const supply: ThreePhasors = [phasor(nominalV, 0), phasor(nominalV, -120), phasor(nominalV, 120)]
  const sum = admittances.reduce((all, value) => all + value, 0)
  const star = supply.reduce(
    (at, { re, im }, index) => {
      const share = (admittances[index] ?? 0) / sum
      return { re: at.re + re * share, im: at.im + im * share }
    },
    { re: 0, im: 0 },
  )
  const [a, b, c] = supply.map(({ re, im }) => Math.hypot(re - star.re, im - star.im))
  return { phaseV: [a ?? NaN, b ?? NaN, c ?? NaN], displacedV: magnitudeOf(star) }
}

/** How far from symmetrical three voltages stand when they are read as distances of one point to the corners of an even triangle. */
export interface TriangleFit {
  /** Side of the triangle: the voltage between lines, if it is symmetrical. */
  readonly lineV: number
  /** From its middle to the point. */
  readonly displacedV: number
}

/**
 * The even triangle whose corners are as far from one point as three voltages to neutral say: 3 (a^4 + b^4 + c^4 + s^4) = (a^2 + b^2 + c^2 + s^2)^2.
 * A supply that is itself low on a phase gives a smaller triangle than the declared one; a star point that floats gives the declared one,
 * whatever the three are. Null: three such voltages have no triangle with the point inside or near.
 */
export const triangleOf = ([a, b, c]: Three): TriangleFit | null => {
  const squares = a ** 2 + b ** 2 + c ** 2
  const fourths = a ** 4 + b ** 4 + c ** 4
  const inner = 3 * squares ** 2 - 6 * fourths
  // Rounding of three equal voltages to a degenerate triangle.
  if (!(squares > 0) || inner < 0) return null
  const side = (squares + Math.sqrt(inner)) / 2
  // The mean square distance to the corners is that to the middle and of the corners from it, s^2 / 3.
  return { lineV: Math.sqrt(side), displacedV: Math.sqrt(Math.max(0, (squares - side) / 3)) }
}

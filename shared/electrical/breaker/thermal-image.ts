/**
 * Thermal image of a breaker pole: how warm its trip element is, from the current it carried.
 *
 * theta is the heating in units of the steady heating at the effective rated current, so a constant current x (in units of that
 * current) leads to theta = x^2, and the element trips at theta >= k^2 with k the conventional tripping multiple. One exponential
 * is the usual simplification (same form as the hot curve of IEC 60255-149): it misstates 1.13 to 1.5 times the rating, where real
 * curves are slower, and knows nothing of inrush or short circuits, which polled RMS values cannot show.
 *
 * `bound.ts` runs the same law in shares of the tripping heat, theta / k^2, and in amperes.
 */

export interface ThermalCurve {
  /** Multiple of the effective rated current above which the element trips in the end. */
  readonly k: number
  readonly tauS: number
}

/** Time constant of a curve through one cold point of a maker's diagram: trips after `seconds` at `multiple` times the rating. */
export const tauFromPoint = (k: number, multiple: number, seconds: number): number =>
  seconds / Math.log((multiple * multiple) / (multiple * multiple - k * k))

export type TripOutlook = 'no trip expected' | 'trip possible' | 'trip expected'

/** What the fastest and the slowest breaker of the type would do. */
export const tripOutlook = (earlyPercent: number, latePercent: number): TripOutlook =>
  latePercent >= 100 ? 'trip expected' : earlyPercent >= 100 ? 'trip possible' : 'no trip expected'

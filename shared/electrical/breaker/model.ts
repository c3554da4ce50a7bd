import type { SiteBreaker } from '../../site/site.ts'
import type { Bound } from './bound.ts'

/** Currents a standard fixes: carried for the conventional time, and tripping within it. Amperes where the breaker sits. */
export interface Conventional {
  readonly noTripA: number
  readonly tripA: number
  readonly seconds: number
  readonly clause: string
}

/** The part that trips at once: not below the one current, surely above the other. Amperes. */
export interface Instantaneous {
  readonly noTripA: number
  readonly tripA: number
}

/** Everything that is known about how one breaker trips, in amperes at the place where it sits. Plain data. */
export interface BreakerModel {
  /** "C32", "gG 63", "100 A electronic". */
  readonly label: string
  readonly standard: SiteBreaker['standard']
  /** As printed, and what is left of it where it sits (derating.ts); of a trip unit both are its setting Ir. */
  readonly ratingA: number
  readonly effectiveA: number
  /** The fastest and the slowest device that the basis allows. */
  readonly early: Bound
  readonly late: Bound
  readonly conventional: Conventional
  /** Null where there is no such part: a fuse. */
  readonly instantaneous: Instantaneous | null
  /** Residual current to earth that a trip unit trips at, A and s; polls of poles don't show it. */
  readonly ground: { readonly pickupA: number; readonly seconds: number } | null
  /** Where the figures come from, and what of them is assumed, for a person. */
  readonly basis: string
}

/** What a standard's file answers: a model before a maker's points. */
export type OfStandard = BreakerModel | { readonly why: string }

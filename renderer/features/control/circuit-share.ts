import type { CircuitDecisionPhase } from '../../../shared/model/decision.ts'

export type ShareInput = Pick<CircuitDecisionPhase, 'limitA' | 'otherLoadA' | 'otherLoadMostA' | 'allocatedA'>

/** A number that is known within bounds, both included; the same twice where it is known. */
export interface Range {
  readonly least: number
  readonly most: number
}

export interface Share {
  /** Parts of the bar, as shares of its length, in this order. */
  readonly other: number
  /** What may be other load or a car's current: nobody can tell on which phases that car draws. */
  readonly perhaps: number
  readonly allocated: number
  /** Where on the bar the limit is: its end, unless more is used. */
  readonly limit: number
  /** A; null where no usable measurement tells it. */
  readonly otherA: Range | null
  /** A; negative when more is given than the limit. */
  readonly freeA: Range | null
  /** How much more than the limit is used for certain, A; 0: it is not known to be more. */
  readonly overA: number
  /** The same as a share of the bar. */
  readonly over: number
}

/** Less is rounding, A. */
const leastOverA = 0.05

/** What a circuit's limit is used for on one phase. */
export const share = ({ limitA, otherLoadA, otherLoadMostA, allocatedA }: ShareInput): Share => {
  const least = Math.max(0, otherLoadA ?? 0)
  const most = Math.max(least, otherLoadMostA ?? 0)
  const whole = Math.max(limitA, most + allocatedA)
  const part = (amperes: number): number => (whole === 0 ? 0 : amperes / whole)
  const isKnown = otherLoadA !== null
  const beyondA = isKnown ? otherLoadA + allocatedA - limitA : 0
  const overA = beyondA > leastOverA ? beyondA : 0
  return {
    overA,
    over: part(overA),
    other: part(least),
    perhaps: part(most - least),
    allocated: part(allocatedA),
    limit: whole === 0 ? 1 : Math.max(0, limitA) / whole,
    otherA: isKnown ? { least: otherLoadA, most } : null,
    freeA: isKnown ? { least: limitA - most - allocatedA, most: limitA - otherLoadA - allocatedA } : null,
  }
}

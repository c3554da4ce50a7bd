import type { CircuitPhaseReading } from '../../../shared/model/image.ts'

/**
 * Seconds until the fastest breaker of this type would trip if the current stayed as it is; Infinity: not at this current. Where the
 * heating so far is not known yet, the hot assumption counts: it may trip at any moment. Null: no current, no breaker, or no model of it.
 */
export const earlyTripS = ({ thermal }: CircuitPhaseReading): number | null =>
  thermal?.toTrip == null ? null : (thermal.toTrip.earlyS ?? Infinity)

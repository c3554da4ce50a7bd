import { breakerCurves, effectiveRatingA } from '../../../shared/electrical/breaker-curves.ts'
import { tripTimeS } from '../../../shared/electrical/thermal-image.ts'
import type { CircuitPhaseReading } from '../../../shared/model/image.ts'
import type { SiteBreaker } from '../../../shared/site/site.ts'

/**
 * Seconds until the fastest breaker of this type would trip if the current stayed as it is (early curve, shared/electrical);
 * Infinity: not at this current. Where the heating so far is not known yet, a current above the conventional tripping multiple counts
 * as 0: it may trip at any moment. Null: no current, no breaker, or no curve for its type.
 */
export const earlyTripS = (reading: CircuitPhaseReading, breaker: SiteBreaker | undefined): number | null => {
  const current = reading.currentA.value
  if (current === null || breaker === undefined) return null
  const curves = breakerCurves(breaker)
  if ('why' in curves) return null
  const { early } = curves
  const multiple = Math.abs(current) / effectiveRatingA(breaker)
  if (reading.thermalUsedPercent === null) return multiple > early.k ? 0 : Infinity
  return tripTimeS((reading.thermalUsedPercent / 100) * early.k * early.k, multiple, early)
}

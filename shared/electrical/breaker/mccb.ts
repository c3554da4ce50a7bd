import type { SiteBreaker } from '../../site/site.ts'
import type { BreakerModel } from './model.ts'
import { deratingOf } from './derating.ts'
import { instantaneousOf, isSettingAssumed, magneticStages } from './magnetic.ts'
import { tauFromPoint } from './thermal-image.ts'

/** Conventional currents, multiples of Ir (IEC 60947-2, 7.2.1.2.4 and table 6). */
export const noTripMultiple = 1.05
export const tripMultiple = 1.3
/** One hour up to 63 A, two above (the same table). */
export const conventionalS = (ratingA: number): number => (ratingA <= 63 ? 3600 : 7200)

/** The standard fixes no times in between; the maker's curve decides. Editable assumptions, as for an MCB. */
const assumedPoint = { multiple: 2.55, earlyS: 7.5, lateS: 120 } as const
/** Longest time of the instantaneous release (one maker's 125 A breaker). Editable assumption. */
const magneticLatestS = 0.2

/** IEC 60947-2 thermal-magnetic, the letters K and Z among them. */
export const mccb = (breaker: SiteBreaker): BreakerModel => {
  const { curve, rating } = breaker
  const effectiveA = rating * deratingOf(breaker).together
  const instantaneous = instantaneousOf(breaker)
  const magnetic = magneticStages(instantaneous, magneticLatestS)
  const { multiple, earlyS, lateS } = assumedPoint
  const heat = (k: number, seconds: number) => ({ pickupA: k * effectiveA, tauS: tauFromPoint(k, multiple, seconds) })
  return {
    label: curve === 'thermal-magnetic' ? `${rating} A thermal-magnetic` : `${curve}${rating}`,
    standard: breaker.standard,
    ratingA: rating,
    effectiveA,
    early: { heat: heat(noTripMultiple, earlyS), stages: magnetic.early, coolTauS: 0 },
    late: { heat: heat(tripMultiple, lateS), stages: magnetic.late, coolTauS: 0 },
    conventional: {
      noTripA: noTripMultiple * effectiveA,
      tripA: tripMultiple * effectiveA,
      seconds: conventionalS(rating),
      clause: 'IEC 60947-2, 7.2.1.2.4 and table 6',
    },
    instantaneous,
    ground: null,
    basis:
      `IEC 60947-2: 1.05/1.30 In; times assumed (${earlyS} s and ${lateS} s at ${multiple} In): the maker's curve decides` +
      (isSettingAssumed(breaker) ? '; instantaneous part assumed at 10 In' : ''),
  }
}

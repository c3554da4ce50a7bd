import type { SiteBreaker } from '../../site/site.ts'
import type { BreakerModel } from './model.ts'
import { deratingOf } from './derating.ts'
import { instantaneousOf, magneticStages } from './magnetic.ts'

/** Conventional non-tripping and tripping current, multiples of In: IEC 60898-1, tests a and b. */
export const noTripMultiple = 1.13
export const tripMultiple = 1.45

/**
 * Early time constant: cold trip after 7.5 s at 2.55 In, a typical datasheet minimum. Editable assumption: the standard itself only
 * demands more than 1 s (test c), see `strictEarlyTauS`. Rounded as in the source of the figures: 7.5 s, 60 s and 120 s at 2.55 In.
 */
const earlyTauS = 34.3
const lateTauSmallS = 153.6
const lateTauLargeS = 307.2

/** Only the 1 s point of test c: answers "could the standard exclude a trip?", unusably pessimistic below 2 In. */
export const strictEarlyTauS = 4.574

/** Test e: above the magnetic band it trips in less than 0.1 s. */
const magneticLatestS = 0.1

/**
 * With one pole alone loaded a breaker of several poles need not trip before 1.1 (two poles) or 1.2 times (three, four) of the
 * conventional tripping current (IEC 60898-1, 9.10.2): a single-phase car on a three-pole breaker. Counted where the poles are declared.
 */
const onePoleLoaded = (poles: number | undefined): number =>
  poles === undefined || poles < 2 ? 1 : poles === 2 ? 1.1 : 1.2

/** IEC 60898-1, time-current tests a to e: 1.13 In no trip, 1.45 In trip, 2.55 In trips within 60 s (In <= 32 A) or 120 s. */
export const miniatureBreaker = (breaker: SiteBreaker): BreakerModel => {
  const { curve, rating, poles } = breaker
  const effectiveA = rating * deratingOf(breaker).together
  const instantaneous = instantaneousOf(breaker)
  const magnetic = magneticStages(instantaneous, magneticLatestS)
  const lateA = tripMultiple * onePoleLoaded(poles) * effectiveA
  return {
    label: `${curve}${rating}`,
    standard: breaker.standard,
    ratingA: rating,
    effectiveA,
    early: { heat: { pickupA: noTripMultiple * effectiveA, tauS: earlyTauS }, stages: magnetic.early, coolTauS: 0 },
    late: {
      heat: { pickupA: lateA, tauS: rating <= 32 ? lateTauSmallS : lateTauLargeS },
      stages: magnetic.late,
      coolTauS: 0,
    },
    conventional: {
      noTripA: noTripMultiple * effectiveA,
      tripA: lateA,
      seconds: rating <= 63 ? 3600 : 7200,
      clause: 'IEC 60898-1, 8.6.2 and table 7, tests a and b',
    },
    instantaneous,
    ground: null,
    basis:
      `IEC 60898-1: 1.13/1.45 In; early curve assumes 7.5 s at 2.55 In, late ${rating <= 32 ? 60 : 120} s at 2.55 In` +
      (onePoleLoaded(poles) === 1 ? '' : `; one pole alone of ${poles} may take ${onePoleLoaded(poles)} times 1.45 In`),
  }
}

import type { SiteBreaker } from '../../site/site.ts'
import type { BreakerModel } from './model.ts'
import { deratingOf } from './derating.ts'
import { instantaneousOf, isSettingAssumed, magneticStages } from './magnetic.ts'
import { tauFromPoint } from './thermal-image.ts'

/** Longest time at 200 % of the rating, minutes, by rating (UL 489, table of the overload calibration test). */
const minutesAtTwice: readonly (readonly [upToA: number, minutes: number])[] = [
  [30, 2],
  [50, 4],
  [100, 6],
  [150, 8],
  [225, 10],
  [400, 12],
]
const minutesAbove = 14

/** Early cold point. Editable assumption, as for an MCB. */
const earlyPoint = { multiple: 2.55, seconds: 7.5 } as const
const magneticLatestS = 0.1

/** UL 489: carries 100 %, trips at 135 % within one hour (to 50 A) or two, and at 200 % within 2 to 14 minutes by rating. */
export const ul489 = (breaker: SiteBreaker): BreakerModel => {
  const { rating, curve } = breaker
  const effectiveA = rating * deratingOf(breaker).together
  const minutes = minutesAtTwice.find(([upToA]) => rating <= upToA)?.[1] ?? minutesAbove
  const instantaneous = instantaneousOf(breaker)
  const magnetic = magneticStages(instantaneous, magneticLatestS)
  return {
    label: `${rating} A UL 489${curve === 'thermal-magnetic' ? '' : ` ${curve}`}`,
    standard: breaker.standard,
    ratingA: rating,
    effectiveA,
    early: {
      heat: { pickupA: effectiveA, tauS: tauFromPoint(1, earlyPoint.multiple, earlyPoint.seconds) },
      stages: magnetic.early,
      coolTauS: 0,
    },
    late: {
      heat: { pickupA: 1.35 * effectiveA, tauS: tauFromPoint(1.35, 2, minutes * 60) },
      stages: magnetic.late,
      coolTauS: 0,
    },
    conventional: {
      noTripA: effectiveA,
      tripA: 1.35 * effectiveA,
      seconds: rating <= 50 ? 3600 : 7200,
      clause: 'UL 489, overload calibration at 100, 135 and 200 %',
    },
    instantaneous,
    ground: null,
    basis:
      `UL 489: 1.00/1.35 In, at most ${minutes} min at 2 In; early curve assumes 7.5 s at 2.55 In` +
      (isSettingAssumed(breaker) ? '; instantaneous part assumed at 10 In' : ''),
  }
}

/** A continuous load (three hours and more; every EV charger, NEC 625.42) may use this share of a breaker that is not listed for 100 %. */
export const continuousShare = 0.8
/** Most continuous load of an overcurrent device, A (NEC 210.20 and 625.42). A lower dial of an 80 % breaker stays at 80 %. */
export const continuousLoadA = (settingA: number, isListedFor100Percent = false): number =>
  isListedFor100Percent ? settingA : continuousShare * settingA

import type { SiteBreaker } from '../../site/site.ts'
import type { Bound, Stage } from './bound.ts'
import type { OfStandard } from './model.ts'
import { conventionalS, noTripMultiple, tripMultiple } from './mccb.ts'

type Settings = NonNullable<SiteBreaker['tripUnit']>

/** Time of the long-time part: -20 % and +20 % (one maker: 10 % to 4 In, 20 % above). Editable assumption. */
const timeTolerance = 0.2
/** Pickup of the short-time part (IEC 60947-2, 8.3.3.1.2: 10 %), and of the instantaneous part (10 to 20 % by maker). */
const shortTolerance = 0.1
const instantaneousTolerance = 0.2
const fastestS = 0.01
const instantaneousLatestS = 0.05
/** The short-time part refers its I2t to this multiple of Ir. Editable assumption. */
const shortReference = 10
/** With thermal memory the count falls with this time constant; makers state 15 to 20 min to forget. Editable assumption. */
const memoryTauS = 400

/** Nominal time of the long-time part: tr (trAt Ir / I)^2, s. */
export const longTimeS = ({ ir, tr, trAt }: Pick<Settings, 'ir' | 'tr' | 'trAt'>, currentA: number): number =>
  tr * ((trAt * ir) / currentA) ** 2

const shortStage = ({ ir, isd, tsd, isdI2t }: Settings, pickupShare: number, timeShare: number): readonly Stage[] => {
  if (isd === undefined || tsd === undefined) return []
  const fromA = isd * ir * pickupShare
  const seconds = Math.max(fastestS, tsd * timeShare)
  const referenceA = shortReference * ir
  return isdI2t && fromA < referenceA
    ? [
        {
          kind: 'points',
          points: [
            [fromA, seconds * (referenceA / fromA) ** 2],
            [referenceA, seconds],
          ],
          beyond: 'stays',
        },
      ]
    : [{ kind: 'definite', fromA, seconds }]
}

const boundOf = (settings: Settings, ratingA: number, end: 'early' | 'late'): Bound => {
  const sign = end === 'early' ? -1 : 1
  const { ir, tr, trAt, ii, memory } = settings
  const k = end === 'early' ? noTripMultiple : tripMultiple
  const timeShare = 1 + sign * timeTolerance
  return {
    // It counts I^2 t and has no element that warms up below its pickup.
    heat: null,
    stages: [
      { kind: 'inverse', fromA: k * ir, ampereSquaredSeconds: tr * timeShare * (trAt * ir) ** 2 },
      ...shortStage(settings, 1 + sign * shortTolerance, timeShare),
      ...(ii === undefined
        ? []
        : [
            {
              kind: 'definite' as const,
              fromA: ii * ratingA * (1 + sign * instantaneousTolerance),
              seconds: end === 'early' ? fastestS : instantaneousLatestS,
            },
          ]),
    ],
    coolTauS: memory ? memoryTauS : 0,
  }
}

/** Electronic LSIG trip unit (names of IEC 60947-2), by its settings. */
export const tripUnit = (breaker: SiteBreaker): OfStandard => {
  const { tripUnit: settings, rating } = breaker
  if (settings === undefined)
    return { why: 'an electronic trip unit counts by its settings Ir and tr, which the site file does not have' }
  const { ir, tr, trAt, ii, ig, tg, memory } = settings
  return {
    label: `${rating} A electronic, Ir ${ir} A`,
    standard: breaker.standard,
    ratingA: ir,
    effectiveA: ir,
    early: boundOf(settings, rating, 'early'),
    late: boundOf(settings, rating, 'late'),
    conventional: {
      noTripA: noTripMultiple * ir,
      tripA: tripMultiple * ir,
      seconds: conventionalS(ir),
      clause: 'IEC 60947-2, 7.2.1.2.4 and table 6',
    },
    instantaneous:
      ii === undefined
        ? null
        : {
            noTripA: ii * rating * (1 - instantaneousTolerance),
            tripA: ii * rating * (1 + instantaneousTolerance),
          },
    ground: ig === undefined ? null : { pickupA: ig, seconds: tg ?? 0.1 },
    basis:
      `trip unit by its settings: Ir ${ir} A, tr ${tr} s at ${trAt} Ir; IEC 60947-2: 1.05/1.30 Ir, times assumed within 20 %` +
      (memory ? '; thermal memory on' : '; thermal memory off'),
  }
}

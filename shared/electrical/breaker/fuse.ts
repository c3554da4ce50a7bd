import type { SiteBreaker } from '../../site/site.ts'
import type { Bound } from './bound.ts'
import type { BreakerModel } from './model.ts'
import type { CurvePoint } from './curve-points.ts'
import { deratingOf } from './derating.ts'
import { boundThrough } from './makers-points.ts'

/**
 * Gates of gG fuse-links, amperes: no melting within 10 s, melting within 5 s, no melting within 0.1 s, melting within 0.1 s
 * (IEC 60269-1, table 3). Known figures, not checked against the text: editable.
 */
const gates: readonly (readonly [ratingA: number, min10: number, max5: number, min01: number, max01: number])[] = [
  [16, 33, 65, 85, 150],
  [20, 42, 85, 110, 200],
  [25, 52, 110, 150, 260],
  [32, 75, 150, 200, 350],
  [40, 95, 190, 260, 450],
  [50, 125, 250, 350, 610],
  [63, 160, 320, 450, 820],
  [80, 215, 425, 610, 1100],
  [100, 290, 580, 820, 1450],
  [125, 355, 715, 1100, 1910],
  [160, 460, 950, 1450, 2590],
  [200, 610, 1250, 1910, 3420],
  [250, 750, 1650, 2590, 4500],
  [315, 1050, 2200, 3420, 6000],
  [400, 1420, 2840, 4500, 8060],
  [500, 1780, 3800, 6000, 10600],
  [630, 2200, 5100, 8060, 14140],
  [800, 3060, 7000, 10600, 19000],
  [1000, 4000, 9500, 14140, 24000],
  [1250, 5000, 13000, 19000, 35000],
]

/** Non-fusing and fusing current, multiples of In (IEC 60269-1, table 2). */
const conventionalMultiples = (ratingA: number): readonly [number, number] =>
  ratingA >= 16 ? [1.25, 1.6] : ratingA > 4 ? [1.5, 1.9] : [1.5, 2.1]

const conventionalS = (ratingA: number): number =>
  3600 * (ratingA <= 63 ? 1 : ratingA <= 160 ? 2 : ratingA <= 400 ? 3 : 4)

/** The row of the rating; between two ratings, below and above, the nearer-to-fast row scaled to the rating. */
const gatesOf = (ratingA: number) => {
  const row = gates.findLast(([at]) => at <= ratingA) ?? gates[0]
  const [at, min10, max5, min01, max01] = row ?? [16, 33, 65, 85, 150]
  const share = ratingA / at
  return {
    min10: min10 * share,
    max5: max5 * share,
    min01: min01 * share,
    max01: max01 * share,
    isInTable: at === ratingA,
  }
}

/**
 * IEC 60269 gG. A fuse has no state that returns to its start: near-limit loading ages it, which no model here counts; the heating
 * between the gates is taken to cool like that of a breaker. Editable assumption.
 */
export const fuse = (breaker: SiteBreaker): BreakerModel => {
  const { rating } = breaker
  const { together } = deratingOf(breaker)
  const [noTrip, trip] = conventionalMultiples(rating)
  const seconds = conventionalS(rating)
  const { min10, max5, min01, max01, isInTable } = gatesOf(rating)
  const at = (points: readonly CurvePoint[]): readonly CurvePoint[] =>
    points.map(([current, time]) => [current * together, time] as const)
  const effectiveA = rating * together
  const early: Bound = boundThrough(
    at([
      [min10, 10],
      [min01, 0.1],
    ]),
    noTrip * effectiveA,
    'falls',
  )
  const late: Bound = boundThrough(
    at([
      [trip * rating, seconds],
      [max5, 5],
      [max01, 0.1],
    ]),
    trip * effectiveA,
    'stays',
  )
  return {
    label: `gG ${rating}`,
    standard: breaker.standard,
    ratingA: rating,
    effectiveA,
    early,
    late,
    conventional: {
      noTripA: noTrip * effectiveA,
      tripA: trip * effectiveA,
      seconds,
      clause: 'IEC 60269-1, table 2',
    },
    instantaneous: null,
    ground: null,
    basis:
      `IEC 60269-1 gG: ${noTrip}/${trip} In and the gates at 10, 5 and 0.1 s` +
      `${isInTable ? '' : ' of the next smaller rating, scaled'}; ageing by loads near the limit is not counted`,
  }
}

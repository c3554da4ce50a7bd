import type { Bound, Stage } from './bound.ts'
import type { BreakerModel } from './model.ts'
import type { CurvePoint } from './curve-points.ts'
import { tauFromPoint } from './thermal-image.ts'

/** Points of a maker's curves: multiples of In and seconds, from cold. What is left out stays with the standard. */
export interface MakersPoints {
  readonly early: readonly CurvePoint[] | null
  readonly late: readonly CurvePoint[] | null
}

/**
 * A bound that trips from cold exactly at the points, amperes and seconds. Its element is the slowest that reaches a point in time, so
 * from cold it is never before a point, and what the breaker carried before counts.
 */
export const boundThrough = (
  points: readonly CurvePoint[],
  pickupA: number,
  beyond: 'stays' | 'falls',
  more: readonly Stage[] = [],
): Bound => {
  const below = Math.min(pickupA, ...points.map(([current]) => current))
  // At the pickup itself the element takes for ever: such a point says only that it is the pickup.
  const taus = points.flatMap(([current, seconds]) => {
    const tauS = tauFromPoint(below, current, seconds)
    return Number.isFinite(tauS) && tauS > 0 ? [tauS] : []
  })
  const tauS = Math.max(...taus)
  return {
    heat: taus.length === 0 ? null : { pickupA: below, tauS },
    stages: [{ kind: 'points', points, beyond }, ...more],
    coolTauS: taus.length === 0 ? 0 : tauS,
  }
}

const overridden = (bound: Bound, points: readonly CurvePoint[] | null, pickupA: number, beyond: 'stays' | 'falls') =>
  points === null
    ? bound
    : boundThrough(
        points,
        pickupA,
        beyond,
        bound.stages.filter(({ kind }) => kind === 'definite'),
      )

/** The maker's points in the place of the standard's band; its instantaneous part stays. `derating`: effective over printed rating. */
export const withMakersPoints = (model: BreakerModel, points: MakersPoints, derating: number): BreakerModel => {
  const inAmperes = (list: readonly CurvePoint[] | null): readonly CurvePoint[] | null =>
    list?.map(([multiple, seconds]) => [multiple * model.ratingA * derating, seconds] as const) ?? null
  const { noTripA, tripA } = model.conventional
  const named = [points.early === null ? '' : 'early', points.late === null ? '' : 'late'].filter((word) => word !== '')
  return {
    ...model,
    early: overridden(model.early, inAmperes(points.early), noTripA, 'falls'),
    late: overridden(model.late, inAmperes(points.late), tripA, 'stays'),
    basis: `the maker's points for the ${named.join(' and the ')} curve; the rest: ${model.basis}`,
  }
}

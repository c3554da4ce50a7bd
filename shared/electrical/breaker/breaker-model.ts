import type { SiteBreaker } from '../../site/site.ts'
import { effectiveRatingA } from './derating.ts'
import { fuse } from './fuse.ts'
import { breakerPoints } from './points-text.ts'
import { mccb } from './mccb.ts'
import type { BreakerModel, OfStandard } from './model.ts'
import { miniatureBreaker } from './miniature-breaker.ts'
import { tripUnit } from './trip-unit.ts'
import { ul489 } from './ul489.ts'
import { withMakersPoints } from './makers-points.ts'

const ofStandard = (breaker: SiteBreaker): OfStandard => {
  if (breaker.standard === 'IEC 60269 gG' || breaker.curve === 'gG') return fuse(breaker)
  if (breaker.curve === 'electronic') return tripUnit(breaker)
  switch (breaker.standard) {
    case 'IEC 60898-1':
      return miniatureBreaker(breaker)
    case 'IEC 60947-2':
      return mccb(breaker)
    case 'UL 489':
      return ul489(breaker)
  }
}

/** The model of a declared breaker, or why there is none, for a person. */
export const breakerModel = (breaker: SiteBreaker): BreakerModel | { readonly why: string } => {
  const model = ofStandard(breaker)
  if (breaker.points === undefined || 'why' in model) return model
  const points = breakerPoints(breaker.points, breaker.rating)
  if ('problem' in points) return { why: `the points of its curve can't be used: ${points.problem}` }
  return withMakersPoints(model, points, effectiveRatingA(breaker) / breaker.rating)
}

import type { TripUnitSettings } from '../protection/read-protection.ts'
import type { SiteBreaker } from '../site/site.ts'

/** Two settings are the same within this share: trip units round them. */
const sameShare = 0.005

const keys = ['ir', 'tr', 'isd', 'tsd', 'ii', 'ig', 'tg'] as const

/** Where a trip unit is set otherwise than declared. Settings only one of the two has are not compared. */
export const tripUnitDifferences = (declared: SiteBreaker, read: TripUnitSettings): readonly string[] =>
  keys.flatMap((key) => {
    const [wanted, is] = [declared.tripUnit?.[key], read[key]]
    if (wanted === undefined || is === undefined || Math.abs(is - wanted) <= sameShare * Math.abs(wanted)) return []
    return [`${key} ${is}, declared ${wanted}`]
  })

import { breakerPoints } from '../electrical/breaker/points-text.ts'
import { rcdTypeFacts } from '../electrical/breaker/residual-current.ts'
import type { Site, SiteBreaker } from './site.ts'
import { siteError, siteWarning, type SiteFinding } from './site-finding.ts'

type Path = SiteFinding['path']
type Check = (breaker: SiteBreaker, path: Path) => readonly SiteFinding[]

const checkPoints: Check = ({ points, rating }, path) => {
  const read = points === undefined ? null : breakerPoints(points, rating)
  return read === null || !('problem' in read)
    ? []
    : [siteError([...path, 'points'], read.problem, "correct them after the maker's diagram, or leave 'points' out")]
}

const checkTripUnit: Check = ({ curve, tripUnit, rating }, path) => {
  if (tripUnit === undefined) return []
  const { ir, isd, tsd, ii } = tripUnit
  return [
    ...(curve === 'electronic'
      ? []
      : [
          siteError(
            [...path, 'tripUnit'],
            `settings of a trip unit are declared, but the curve is '${curve}'`,
            "write 'curve: electronic', or leave 'tripUnit' out",
          ),
        ]),
    ...(ir > rating
      ? [
          siteError(
            [...path, 'tripUnit', 'ir'],
            `Ir of ${ir} A is above the rating of ${rating} A`,
            `write ${rating} or less`,
          ),
        ]
      : []),
    ...((isd === undefined) === (tsd === undefined)
      ? []
      : [
          siteError(
            [...path, 'tripUnit', isd === undefined ? 'tsd' : 'isd'],
            'the short-time part has only one of its two settings',
            "give both 'isd' and 'tsd', or none",
          ),
        ]),
    ...(ii !== undefined && isd !== undefined && ii * rating < isd * ir
      ? [
          siteWarning(
            [...path, 'tripUnit', 'ii'],
            `the instantaneous part (${ii * rating} A) is below the short-time part (${isd * ir} A), which then never acts`,
            'check both settings at the trip unit',
          ),
        ]
      : []),
  ]
}

const checkRcd: Check = ({ rcd }, path) =>
  rcd === undefined || rcdTypeFacts[rcd.type].isFitForEv !== 'no'
    ? []
    : [
        siteWarning(
          [...path, 'rcd', 'type'],
          `a residual current device of type ${rcd.type} sees ${rcdTypeFacts[rcd.type].sees}`,
          'chargers need type B, or type A or F with detection of 6 mA direct current (IEC 60364-7-722)',
        ),
      ]

const checkStandard: Check = ({ standard, curve }, path) =>
  standard === 'IEC 60898-1' && (curve === 'K' || curve === 'Z')
    ? [
        siteWarning(
          [...path, 'curve'],
          `IEC 60898-1 knows B, C and D, not ${curve}`,
          "write 'standard: IEC 60947-2', or the letter printed on the breaker",
        ),
      ]
    : []

/** What the schema can't see of a single breaker. */
export const checkBreakers = (site: Site): SiteFinding[] =>
  site.circuits.flatMap(({ breaker }, index) =>
    breaker === undefined
      ? []
      : [checkPoints, checkTripUnit, checkRcd, checkStandard].flatMap((check) =>
          check(breaker, ['circuits', index, 'breaker']),
        ),
  )

import { circuitLimitA } from './circuit-limit.ts'
import type { Site } from './site.ts'
import { siteError, siteWarning, type SiteFinding } from './site-finding.ts'
import { didYouMean } from '../yaml/near.ts'

const knownMeter = (site: Site, path: SiteFinding['path'], id: string | undefined): SiteFinding[] => {
  const ids = site.meters.map((meter) => meter.id)
  return id === undefined || ids.includes(id)
    ? []
    : [siteError(path, `there is no meter '${id}'`, didYouMean(id, ids) ?? `there are: ${ids.join(', ')}`)]
}

const checkThermal = (site: Site): SiteFinding[] =>
  site.circuits.flatMap((circuit, index) => {
    const { thermalLimit, breaker, id } = circuit
    if (thermalLimit === undefined) return []
    const path = ['circuits', index, 'thermalLimit'] as const
    if (breaker === undefined)
      return [
        siteError(path, `'${id}' has no breaker, so it has no thermal image`, 'declare its breaker, or remove this'),
      ]
    const limitA = circuitLimitA(site, circuit)
    const beyond = Math.min(circuit.cable ?? Infinity, site.grid.limit)
    return [
      ...(thermalLimit.ceiling > beyond
        ? [
            siteError(
              path,
              `the ceiling of ${thermalLimit.ceiling} A is above the ${beyond} A of the cable or the grid connection`,
              `write ${beyond} or less`,
            ),
          ]
        : []),
      ...(thermalLimit.ceiling > 1.45 * breaker.rating
        ? [
            siteWarning(
              path,
              `at ${thermalLimit.ceiling} A a breaker of ${breaker.rating} A must trip (1.45 times its rating)`,
              `stay below ${Math.floor(1.13 * breaker.rating)} A, which it never trips at`,
            ),
          ]
        : []),
      ...(thermalLimit.ceiling < limitA
        ? [
            siteWarning(
              path,
              `the ceiling is below the limit of ${limitA} A: it lowers the limit`,
              'leave it out, or raise it',
            ),
          ]
        : []),
    ]
  })

/** What load control, demand and dimming refer to. */
export const checkControl = (site: Site): SiteFinding[] => [
  ...knownMeter(site, ['demand', 'meter'], site.demand?.meter),
  ...knownMeter(site, ['dimming', 'input', 'meter'], site.dimming?.input?.meter),
  ...(site.demand !== undefined &&
  site.demand.meter === undefined &&
  site.circuits.every(({ parent, meter }) => parent !== undefined || meter === undefined)
    ? [
        siteError(
          ['demand', 'meter'],
          'no meter measures the grid connection, so there is no demand to watch',
          "name the billed meter as 'meter', or give the circuit at the grid connection one",
        ),
      ]
    : []),
  ...(site.demand?.kind === 'sliding' && site.demand.interval % site.demand.subInterval !== 0
    ? [
        siteError(
          ['demand', 'subInterval'],
          `${site.demand.interval} s is no whole number of sub-intervals of ${site.demand.subInterval} s`,
          'write 60, or another divisor',
        ),
      ]
    : []),
  ...checkThermal(site),
]

import { checkHost } from './host-text.ts'
import { didYouMean } from '../yaml/near.ts'
import type { Site } from './site.ts'
import { siteError, type SiteFinding } from './site-finding.ts'

const where = (host: string, port: number): string => `${host.toLowerCase()}:${port}`

/** Each wave source says what it measures, once, and is a connection of its own. */
export const checkWaves = (site: Site): SiteFinding[] =>
  site.waves.flatMap((source, index): SiteFinding[] => {
    const { id, host, port, circuit, meter } = source
    const isKnown = (kind: 'circuit' | 'meter', named: string | undefined): SiteFinding[] => {
      const ids = site[`${kind}s`].map((entry) => entry.id)
      if (named === undefined || ids.includes(named)) return []
      const known = ids.length === 0 ? `declare one under ${kind}s` : `there are: ${ids.join(', ')}`
      return [siteError(['waves', index, kind], `there is no ${kind} '${named}'`, didYouMean(named, ids) ?? known)]
    }
    const before = site.waves.slice(0, index).find((other) => where(other.host, other.port) === where(host, port))
    const line = site.lines.find((other) => 'host' in other && where(other.host, other.port) === where(host, port))
    return [
      ...(circuit === undefined && meter === undefined
        ? [
            siteError(
              ['waves', index],
              `'${id}' does not say what it measures`,
              "write 'circuit:' with the circuit it is wired into, or 'meter:' with the meter it stands beside",
            ),
          ]
        : []),
      ...(circuit !== undefined && meter !== undefined
        ? [
            siteError(
              ['waves', index, 'meter'],
              `'${id}' names a circuit and a meter`,
              'keep one: the circuit it is wired into, or the meter it stands beside',
            ),
          ]
        : []),
      ...isKnown('circuit', circuit),
      ...isKnown('meter', meter),
      ...(before === undefined
        ? []
        : [
            siteError(
              ['waves', index, 'port'],
              `${host}:${port} is already the wave source '${before.id}'`,
              'one front end is one entry; give this one its own address',
            ),
          ]),
      ...(line === undefined
        ? []
        : [
            siteError(
              ['waves', index, 'port'],
              `${host}:${port} is the line '${line.id}', on which a bus is spoken`,
              'write the port on which the front end sends its samples',
            ),
          ]),
      ...checkHost(['waves', index, 'host'], host),
    ]
  })

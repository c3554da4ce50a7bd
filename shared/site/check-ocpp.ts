import { isThisComputer } from '../scan/same-host.ts'
import { ocppOf } from './charger-connection.ts'
import { accessOf, type OcppServerSettings } from './ocpp-connection.ts'
import type { Site, SiteCharger } from './site.ts'
import { siteError, siteWarning, type SiteFinding } from './site-finding.ts'

const exampleRemedy = "add 'ocpp: { port: 9000 }' to the site, with the port that is set in the charger's address"

const checkServer = (site: Site, server: OcppServerSettings): SiteFinding[] => {
  const others = [site.lines, site.meters, site.circuits, site.chargers, site.waves].flat()
  return [
    ...(others.some(({ id }) => id === server.id)
      ? [
          siteError(
            ['ocpp', 'id'],
            `the id '${server.id}' is already used by another entry`,
            "give the server an id of its own: 'id: ...'",
          ),
        ]
      : []),
    ...(site.chargers.some((charger) => ocppOf(charger) !== null)
      ? []
      : [
          siteWarning(
            ['ocpp'],
            'no charger connects over OCPP, so nobody is let in on this port',
            "give a charger 'ocpp: { identity: ... }', or remove the server so that no port is open",
          ),
        ]),
  ]
}

const checkAlone = (site: Site, charger: SiteCharger, index: number): SiteFinding[] => {
  const connection = ocppOf(charger)
  if (connection === null) return []
  const { ocpp: server } = site
  const isOpen = server !== undefined && !isThisComputer(server.host) && accessOf(connection, server) === null
  return [
    ...(server === undefined
      ? [
          siteError(
            ['chargers', index, 'ocpp'],
            `'${charger.id}' connects over OCPP, but the site opens no port for it`,
            exampleRemedy,
          ),
        ]
      : []),
    ...(isOpen
      ? [
          siteWarning(
            ['chargers', index, 'ocpp'],
            `'${charger.id}' needs no password: whoever reaches this port can pose as it`,
            "add 'access: { file: ... }' with the password that is set in the charger, or keep the port in a network of chargers alone",
          ),
        ]
      : []),
    ...(charger.fallback === 0 && connection.limitKey === undefined
      ? [
          siteWarning(
            ['chargers', index, 'fallback'],
            `a fallback of 0 A is kept in '${charger.id}' itself: nobody can charge there until this program steers it again`,
            `write ${charger.minimum} or more where its circuits bear it`,
          ),
        ]
      : []),
    ...(connection.limitKey !== undefined && charger.fallback < charger.maximum
      ? [
          siteWarning(
            ['chargers', index, 'ocpp', 'limitKey'],
            `a limit by '${connection.limitKey.name}' does not expire: cut off, '${charger.id}' keeps its last limit and not its fallback`,
            'see that its circuits bear that, or take a charger with smart charging',
          ),
        ]
      : []),
    ...(charger.periods === undefined
      ? []
      : [
          siteError(
            ['chargers', index, 'periods'],
            `'${charger.id}' is not read by registers`,
            "leave 'periods' out and set 'pollEvery' under its ocpp",
          ),
        ]),
  ]
}

/** One identity is one station: one version, one socket an entry. */
const checkTogether = (site: Site): SiteFinding[] => {
  const seen: {
    readonly id: string
    readonly identity: string
    readonly connector: number
    readonly version: unknown
  }[] = []
  return site.chargers.flatMap((charger, index): SiteFinding[] => {
    const connection = ocppOf(charger)
    if (connection === null) return []
    const { identity, connector, version } = connection
    const same = seen.filter((other) => other.identity === identity)
    seen.push({ id: charger.id, identity, connector, version })
    const twin = same.find((other) => other.connector === connector)
    const odd = same.find((other) => other.version !== version)
    return [
      ...(twin === undefined
        ? []
        : [
            siteError(
              ['chargers', index, 'ocpp', 'connector'],
              `'${charger.id}' and '${twin.id}' are both connector ${connector} of '${identity}'`,
              'each charger has its own identity; the sockets of one station have one identity and different connectors',
            ),
          ]),
      ...(odd === undefined
        ? []
        : [
            siteError(
              ['chargers', index, 'ocpp', 'version'],
              `'${charger.id}' and '${odd.id}' are one station ('${identity}') and cannot speak two versions`,
              'write the same version at both, or none',
            ),
          ]),
    ]
  })
}

/** The server for chargers over OCPP and those who connect to it. */
export const checkOcpp = (site: Site): SiteFinding[] => [
  ...(site.ocpp === undefined ? [] : checkServer(site, site.ocpp)),
  ...site.chargers.flatMap((charger, index) => checkAlone(site, charger, index)),
  ...checkTogether(site),
]

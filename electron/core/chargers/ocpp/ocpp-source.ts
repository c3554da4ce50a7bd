import { ocppOf } from '../../../../shared/site/charger-connection.ts'
import { accessOf, type OcppConnection, type OcppServerSettings } from '../../../../shared/site/ocpp-connection.ts'
import type { SiteCharger } from '../../../../shared/site/site.ts'
import type { FieldPorts, FieldSource, TellNotice } from '../../field/field-source.ts'
import type { ChargerLink } from '../../ports.ts'
import { ocppDeviceHealth, ocppLineHealth } from './ocpp-health.ts'
import type { ConnectionId, ExpectedStation, OcppServer, OcppServerEvent } from './ocpp-ports.ts'
import { createStationGroup, type StationGroup } from './station-group.ts'
import { createToldOnce } from './told-once.ts'

interface OnOcpp {
  readonly charger: SiteCharger
  readonly connection: OcppConnection
}

const onOcpp = (chargers: readonly SiteCharger[]): readonly OnOcpp[] =>
  chargers.flatMap((charger) => {
    const connection = ocppOf(charger)
    return connection === null ? [] : [{ charger, connection }]
  })

/** Who is let in: one entry an identity, whatever hangs on it. */
const expectedOf = (chargers: readonly OnOcpp[], settings: OcppServerSettings): readonly ExpectedStation[] => [
  ...new Map(
    chargers.map(({ connection }) => [
      connection.identity,
      {
        identity: connection.identity,
        version: connection.version ?? null,
        access: accessOf(connection, settings),
      },
    ]),
  ).values(),
]

/** What is told of one thing is told again after an hour; of a connection that comes and goes once a minute. Editable assumptions. */
const againMs = 3_600_000
const flapMs = 60_000

/** Chargers that connect to this program over OCPP: a server on the port the site file opens, and a station for each identity. */
export const createOcppSource = (ports: FieldPorts): FieldSource => {
  const { site, clock } = ports
  const { ocpp: settings } = site
  const chargers = onOcpp(site.chargers)
  const server: OcppServer | null =
    settings === undefined || ports.openOcpp === undefined || chargers.length === 0
      ? null
      : ports.openOcpp(settings, expectedOf(chargers, settings))
  const groups = new Map<string, StationGroup>()
  const connections = new Map<ConnectionId, StationGroup>()
  const mayTell = createToldOnce(clock.nowMs, againMs)
  const mayTellConnection = createToldOnce(clock.nowMs, flapMs)
  let problem: string | null = null
  const notice: TellNotice = (...told) => ports.onNotice?.(...told)
  const lineSubject = { kind: 'line', id: settings?.id ?? 'ocpp' } as const

  for (const { connection } of chargers) {
    const { identity } = connection
    if (groups.has(identity)) continue
    const members = chargers.filter((other) => other.connection.identity === identity)
    groups.set(identity, createStationGroup(ports, members, server, notice, mayTell))
  }

  const opened = (event: Extract<OcppServerEvent, { kind: 'opened' }>): void => {
    const group = groups.get(event.identity)
    if (group === undefined) {
      server?.disconnect(event.connection, 'this identity is not in the site file')
      return
    }
    const older = group.station.connected()
    connections.set(event.connection, group)
    group.opened(event)
    // The newer one is taken: a charger that lost its connection comes back before the old one is known to be dead.
    if (older !== null) server?.disconnect(older.connection, 'replaced by a newer connection of the same identity')
    if (mayTellConnection(`opened ${event.identity}`))
      for (const subject of group.subjects)
        notice('charger-connected', 'info', subject, {
          version: group.station.state().version,
          remote: event.remote,
        })
  }
  const closed = ({ connection, why }: Extract<OcppServerEvent, { kind: 'closed' }>): void => {
    const group = connections.get(connection)
    connections.delete(connection)
    if (group?.closed(connection, why) !== true || !mayTellConnection(`closed ${group.station.identity}`)) return
    for (const subject of group.subjects) notice('charger-disconnected', 'warning', subject, { why })
  }
  const heard = (event: OcppServerEvent): void => {
    switch (event.kind) {
      case 'listening':
        problem = null
        notice('ocpp-port', 'info', lineSubject, { address: server?.address ?? '' })
        break
      case 'not-listening':
        if (problem !== event.why) notice('ocpp-port', 'warning', lineSubject, { why: event.why })
        problem = event.why
        break
      case 'opened':
        opened(event)
        break
      case 'text':
        connections.get(event.connection)?.text(event.connection, event.text)
        break
      case 'alive':
        connections.get(event.connection)?.alive(event.connection)
        break
      case 'closed':
        closed(event)
        break
      case 'refused':
        if (mayTell(`refused ${event.identity ?? event.remote} ${event.why}`))
          notice('charger-refused', 'warning', lineSubject, {
            identity: event.identity,
            remote: event.remote,
            why: event.why,
          })
    }
  }
  let deafen = (): void => undefined

  return {
    start: () => {
      if (server === null) return
      deafen = server.listen(heard)
      server.start()
      for (const group of groups.values()) group.start()
    },
    stop: async () => {
      await Promise.all([...groups.values()].map((group) => group.stop()))
      deafen()
      await server?.stop()
    },
    lineHealth: () =>
      settings === undefined
        ? {}
        : {
            [settings.id]: ocppLineHealth(
              server,
              problem,
              [...groups.values()].map(({ station }) => station),
            ),
          },
    deviceHealth: () =>
      settings === undefined
        ? {}
        : Object.fromEntries(
            [...groups.values()].flatMap((group) =>
              group.members.map(({ made, connection }) => [
                made.charger.id,
                ocppDeviceHealth(made, group.station, settings, {
                  connector: connection.connector,
                  periodMs: connection.pollEvery * 1000,
                  nowMs: clock.nowMs(),
                  notes: group.notes(),
                }),
              ]),
            ),
          ),
    chargerLinks: new Map<string, ChargerLink>(
      [...groups.values()].flatMap(({ members }) => members.map(({ made }) => [made.charger.id, made.link] as const)),
    ),
  }
}

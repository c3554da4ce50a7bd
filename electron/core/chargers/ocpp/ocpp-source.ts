import { ocppOf } from '../../../../shared/site/charger-connection.ts'
import { accessOf, type OcppConnection, type OcppServerSettings } from '../../../../shared/site/ocpp-connection.ts'
import type { SiteCharger } from '../../../../shared/site/site.ts'
import type { FieldPorts, FieldSource, TellNotice } from '../../field/field-source.ts'
import type { ChargerLink } from '../charger-link.ts'
import { createConnections } from './connections.ts'
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

/** What is told of one thing is told again after an hour. Editable assumption, ms. */
const againMs = 3_600_000

/** By identity: a station with all of its sockets. */
const groupsOf = (
  ports: FieldPorts,
  chargers: readonly OnOcpp[],
  server: OcppServer | null,
  notice: TellNotice,
  mayTell: (key: string) => boolean,
): ReadonlyMap<string, StationGroup> => {
  const groups = new Map<string, StationGroup>()
  for (const { connection } of chargers) {
    const { identity } = connection
    if (groups.has(identity)) continue
    const members = chargers.filter((other) => other.connection.identity === identity)
    groups.set(identity, createStationGroup(ports, members, server, notice, mayTell))
  }
  return groups
}

const deviceHealthOf = (group: StationGroup, settings: OcppServerSettings, nowMs: number) =>
  group.members.map(({ made, connection: { connector, pollEvery } }) => {
    const more = { connector, periodMs: pollEvery * 1000, nowMs, notes: group.notes() }
    return [made.charger.id, ocppDeviceHealth(made, group.station, settings, more)] as const
  })

/** Chargers that connect to this program over OCPP: a server on the port the site file opens, and a station for each identity. */
export const createOcppSource = (ports: FieldPorts): FieldSource => {
  const { site, clock, openOcpp } = ports
  const { ocpp: settings } = site
  const chargers = onOcpp(site.chargers)
  const isOpen = settings !== undefined && openOcpp !== undefined && chargers.length > 0
  const server = isOpen ? openOcpp(settings, expectedOf(chargers, settings)) : null
  const notice: TellNotice = (...told) => ports.onNotice?.(...told)
  const mayTell = createToldOnce(clock.nowMs, againMs)
  const groups = groupsOf(ports, chargers, server, notice, mayTell)
  const all = [...groups.values()]
  const connections = createConnections(groups, server, clock, notice)
  const lineSubject = { kind: 'line', id: settings?.id ?? 'ocpp' } as const
  let problem: string | null = null
  let deafen = (): void => undefined

  const notListening = (why: string): void => {
    if (problem !== why) notice('ocpp-port', 'warning', lineSubject, { why })
    problem = why
  }
  /** What one charger says must not stop the others, whatever it is. */
  const heardText = (connection: ConnectionId, text: string): void => {
    const group = connections.of(connection)
    try {
      group?.text(connection, text)
    } catch (error) {
      ports.log.error('a message of a charger could not be handled', { error: String(error), text: text.slice(0, 500) })
      const oddity = {
        kind: 'not-handled',
        text: `sends a message this program cannot handle (${String(error).slice(0, 120)}): a fault of this program, see its log`,
      } as const
      group?.note(oddity)
    }
  }
  const heard = (event: OcppServerEvent): void => {
    switch (event.kind) {
      case 'listening':
        problem = null
        notice('ocpp-port', 'info', lineSubject, { address: server?.address ?? '' })
        break
      case 'not-listening':
        notListening(event.why)
        break
      case 'opened':
        connections.opened(event)
        break
      case 'text':
        heardText(event.connection, event.text)
        break
      case 'alive':
        connections.of(event.connection)?.alive(event.connection)
        break
      case 'closed':
        connections.closed(event)
        break
      case 'refused': {
        const { identity, remote, why } = event
        if (mayTell(`refused ${identity ?? remote} ${why}`))
          notice('charger-refused', 'warning', lineSubject, { identity, remote, why })
      }
    }
  }

  return {
    start: () => {
      if (server === null) return
      deafen = server.listen(heard)
      server.start()
      for (const group of all) group.start()
    },
    stop: async () => {
      await Promise.all(all.map((group) => group.stop()))
      deafen()
      await server?.stop()
    },
    lineHealth: () => {
      if (settings === undefined) return {}
      const stations = all.map(({ station }) => station)
      return { [settings.id]: ocppLineHealth(server, problem, stations) }
    },
    deviceHealth: () =>
      settings === undefined
        ? {}
        : Object.fromEntries(all.flatMap((group) => deviceHealthOf(group, settings, clock.nowMs()))),
    chargerLinks: new Map<string, ChargerLink>(
      all.flatMap(({ members }) => members.map(({ made }) => [made.charger.id, made.link] as const)),
    ),
  }
}

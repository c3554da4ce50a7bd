import type { TellNotice } from '../../field/field-source.ts'
import type { Clock } from '../../ports.ts'
import type { ConnectionId, OcppServer, OcppServerEvent } from './ocpp-ports.ts'
import type { StationGroup } from './station-group.ts'
import { createToldOnce } from './told-once.ts'

/** A connection that comes and goes is told of once in this, ms. Editable assumption. */
const flapMs = 60_000

type Opened = Extract<OcppServerEvent, { kind: 'opened' }>
type Closed = Extract<OcppServerEvent, { kind: 'closed' }>

/** Which station speaks on which connection of the server. */
export const createConnections = (
  groups: ReadonlyMap<string, StationGroup>,
  server: OcppServer | null,
  clock: Clock,
  notice: TellNotice,
) => {
  const connections = new Map<ConnectionId, StationGroup>()
  const mayTell = createToldOnce(clock.nowMs, flapMs)
  return {
    of: (connection: ConnectionId): StationGroup | undefined => connections.get(connection),
    opened: (event: Opened): void => {
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
      if (!mayTell(`opened ${event.identity}`)) return
      const told = { version: group.station.state().version, remote: event.remote }
      for (const subject of group.subjects) notice('charger-connected', 'info', subject, told)
    },
    closed: ({ connection, why }: Closed): void => {
      const group = connections.get(connection)
      connections.delete(connection)
      if (group?.closed(connection, why) !== true || !mayTell(`closed ${group.station.identity}`)) return
      for (const subject of group.subjects) notice('charger-disconnected', 'warning', subject, { why })
    },
  }
}

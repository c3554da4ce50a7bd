import type { Oddity } from '../../../../shared/ocpp/oddity.ts'
import type { OcppConnection } from '../../../../shared/site/ocpp-connection.ts'
import type { SiteCharger } from '../../../../shared/site/site.ts'
import type { FieldPorts, TellNotice } from '../../field/field-source.ts'
import { createOcppCharger, type OcppCharger } from './ocpp-charger.ts'
import type { ConnectionId, OcppServer, OcppServerEvent } from './ocpp-ports.ts'
import { createStationAbilities } from './station-abilities.ts'
import { createStationOddities } from './station-oddities.ts'
import { createStation, type Station } from './station.ts'
import type { StationEffect } from './station-state.ts'

/** One station with the sockets of the site that are on it. */
export interface StationGroup {
  readonly station: Station
  readonly members: readonly { readonly made: OcppCharger; readonly connection: OcppConnection }[]
  readonly subjects: readonly { readonly kind: 'charger'; readonly id: string }[]
  readonly opened: (event: Extract<OcppServerEvent, { kind: 'opened' }>) => void
  readonly text: (connection: ConnectionId, text: string) => void
  readonly alive: (connection: ConnectionId) => void
  readonly closed: (connection: ConnectionId, why: string) => boolean
  /** What it does beside the standard, the newest of each kind. */
  readonly notes: () => readonly string[]
  readonly note: (oddity: Oddity) => void
  readonly start: () => void
  readonly stop: () => Promise<void>
}

/** A charger that starts tells so within this of connecting; one that only came back does not, and is asked then, ms. Editable assumption. */
const bootWithinMs = 1000
/** Somebody else under the same identity, and not the same charger coming back: the older was heard within this, ms. */
const rivalMs = 20_000
const hostOf = (remote: string): string => remote.replace(/:\d+$/, '')

type Opened = Extract<OcppServerEvent, { kind: 'opened' }>

/** Somebody else connects under this identity; null: not, as far as can be told. */
const rivalOf = (station: Station, { remote }: Opened, nowMs: number): Oddity | null => {
  const older = station.connected()
  const heardMs = station.heardMs()
  if (older === null || heardMs === null || hostOf(older.remote) === hostOf(remote) || nowMs - heardMs >= rivalMs)
    return null
  const heardS = Math.round((nowMs - heardMs) / 1000)
  return {
    kind: 'duplicate-identity',
    text: `connects from ${remote} although "${station.identity}" is connected from ${older.remote} and was heard ${heardS} s ago: two chargers have one identity; give each its own`,
  }
}

/** Below this a socket that is not ours idles, A. */
const idleA = 1

/** A socket that is not in the site file charges; null: not as far as this tells. */
const undeclaredOf = (effect: StationEffect, declared: ReadonlySet<number>): Oddity | null => {
  if (effect.kind !== 'meter' && effect.kind !== 'transaction-began') return null
  const { connector } = effect
  const draws = effect.kind === 'transaction-began' || effect.say.currentA.some((value) => (value ?? 0) > idleA)
  if (connector === 0 || declared.has(connector) || !draws) return null
  const named = connector < 0 ? 'a connector that is no number' : `its connector ${connector}`
  return {
    kind: 'undeclared-connector',
    text: `says that ${named} charges, which the site file does not have: nobody limits that current; add it as a charger`,
  }
}

export const createStationGroup = (
  ports: FieldPorts,
  chargers: readonly { readonly charger: SiteCharger; readonly connection: OcppConnection }[],
  server: OcppServer | null,
  notice: TellNotice,
  mayTell: (key: string) => boolean,
): StationGroup => {
  const { site, clock, onObservation } = ports
  const [first] = chargers
  const { identity, version: declaredVersion } = first?.connection ?? { identity: '', version: undefined }
  const utcMs = (): number => clock.nowMs() + (ports.aheadMs?.() ?? 0)
  const subjects = chargers.map(({ charger }) => ({ kind: 'charger', id: charger.id }) as const)
  const oddities = createStationOddities(identity, subjects[0], notice, mayTell)

  const declared = new Set(chargers.map(({ connection }) => connection.connector))
  const onEffects = (effects: readonly StationEffect[]): void => {
    for (const effect of effects) {
      const undeclared = undeclaredOf(effect, declared)
      if (undeclared !== null) oddities.note(undeclared)
      if (effect.kind === 'oddity') oddities.note(effect.oddity)
      for (const { made } of members) made.take(effect)
      // It starts: what it was asked before is asked anew, once.
      if (effect.kind === 'booted') abilities.askSoon(0)
    }
  }
  const station = createStation({
    identity,
    clock,
    utcMs,
    send: (connection, text) => server?.send(connection, text) ?? false,
    onEffects,
    onAlive: () => {
      for (const { made } of members) made.alive()
    },
  })
  const connections = chargers.map(({ connection }) => connection)
  const abilities = createStationAbilities(station, connections, clock, (changes) => {
    for (const change of changes)
      for (const subject of subjects) notice('charger-configured', 'info', subject, { change })
  })
  const shared = { station, isAlone: chargers.length === 1, nominalV: site.grid.nominalVoltage, clock, utcMs }
  const members = chargers.map(({ charger, connection }) => ({
    connection,
    made: createOcppCharger({
      ...shared,
      charger,
      connection,
      ready: abilities.ready,
      capabilities: abilities.now,
      mayAsk: () => ports.mayAsk(charger.id),
      onObservation,
      onOddity: oddities.note,
      onNoTrigger: () => abilities.shorten(connection.pollEvery),
    }),
  }))
  const isOurs = (connection: ConnectionId): boolean => station.connected()?.connection === connection

  return {
    station,
    members,
    subjects,
    opened: (event) => {
      const { connection, version, remote, isEncrypted } = event
      const rival = rivalOf(station, event, clock.nowMs())
      if (rival !== null) oddities.note(rival)
      const spoken = version ?? declaredVersion ?? '1.6'
      if (version === null)
        oddities.note({
          kind: 'no-subprotocol',
          text: `names no OCPP version when it connects; ${spoken} is spoken with it`,
        })
      station.opened({ connection, remote, isEncrypted }, spoken)
      for (const { made } of members) made.connected()
      abilities.askSoon(bootWithinMs)
    },
    text: (connection, text) => {
      if (isOurs(connection)) station.text(text)
    },
    alive: (connection) => {
      if (isOurs(connection)) station.alive()
    },
    closed: (connection, why) => {
      if (!station.closed(connection, why)) return false
      abilities.forget()
      for (const { made } of members) made.lost()
      return true
    },
    notes: oddities.list,
    note: oddities.note,
    start: () => {
      for (const { made } of members) made.start()
    },
    stop: async () => {
      abilities.stop()
      await Promise.all(members.map(({ made }) => made.stop()))
    },
  }
}

import type { Oddity } from '../../../../shared/ocpp/oddity.ts'
import type { OcppConnection } from '../../../../shared/site/ocpp-connection.ts'
import type { SiteCharger } from '../../../../shared/site/site.ts'
import type { FieldPorts, TellNotice } from '../../field/field-source.ts'
import type { Stop } from '../../ports.ts'
import { unknownCapabilities, type Capabilities } from './capabilities.ts'
import { createOcppCharger, type OcppCharger } from './ocpp-charger.ts'
import type { ConnectionId, OcppServer, OcppServerEvent } from './ocpp-ports.ts'
import { askCapabilities, seeThatItMeasures, shortenInterval } from './set-up.ts'
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
  readonly start: () => void
  readonly stop: () => Promise<void>
}

/** A charger that starts tells so within this of connecting; one that only came back does not, and is asked then, ms. Editable assumption. */
const bootWithinMs = 1000
/** Somebody else under the same identity, and not the same charger coming back: the older was heard within this, ms. */
const rivalMs = 20_000
/** Which oddities a person should look at; the others are only good to know. */
const warnings: ReadonlySet<Oddity['kind']> = new Set([
  'not-json',
  'neutral-for-phase',
  'current-without-phase',
  'clock-off',
  'clock-jump',
  'loaded-voltage-low',
  'energy-scale',
  'duplicate-identity',
  'other-version',
])

const hostOf = (remote: string): string => remote.replace(/:\d+$/, '')

export const createStationGroup = (
  ports: FieldPorts,
  chargers: readonly { readonly charger: SiteCharger; readonly connection: OcppConnection }[],
  server: OcppServer | null,
  notice: TellNotice,
  mayTell: (key: string) => boolean,
): StationGroup => {
  const { site, clock } = ports
  const [first] = chargers
  const { identity, version: declared } = first?.connection ?? { identity: '', version: undefined }
  const utcMs = (): number => clock.nowMs() + (ports.aheadMs?.() ?? 0)
  const oddities = new Map<Oddity['kind'], string>()
  const subjects = chargers.map(({ charger }) => ({ kind: 'charger', id: charger.id }) as const)
  let capabilities: Capabilities = unknownCapabilities
  let asked: Promise<Capabilities> | null = null
  let cancelAsk: Stop = () => undefined

  const onOddity = (oddity: Oddity): void => {
    oddities.set(oddity.kind, oddity.text)
    if (!mayTell(`${identity} ${oddity.kind}`)) return
    const [subject] = subjects
    if (subject !== undefined)
      notice('charger-oddity', warnings.has(oddity.kind) ? 'warning' : 'info', subject, {
        oddity: oddity.kind,
        text: oddity.text,
      })
  }
  const onEffects = (effects: readonly StationEffect[]): void => {
    for (const effect of effects) {
      if (effect.kind === 'oddity') onOddity(effect.oddity)
      for (const { made } of members) made.take(effect)
      // It starts: what it was asked before is asked anew, once.
      if (effect.kind === 'booted') askSoon(0)
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

  const tellChanges = (changes: readonly string[]): void => {
    for (const change of changes)
      for (const subject of subjects) notice('charger-configured', 'info', subject, { change })
  }
  const ask = (): Promise<Capabilities> =>
    (asked ??= (async () => {
      cancelAsk()
      const keys = chargers.flatMap(({ connection }) => connection.limitKey?.name ?? [])
      capabilities = await askCapabilities(station, [...keys, 'SetCurrent'])
      void seeThatItMeasures(station, capabilities).then(tellChanges)
      return capabilities
    })())
  const askStatus = (): void => {
    for (const { connection } of chargers) {
      const { connector } = connection
      const payload =
        station.state().version === '1.6'
          ? { requestedMessage: 'StatusNotification', connectorId: connector }
          : { requestedMessage: 'StatusNotification', evse: { id: connector, connectorId: 1 } }
      void station.call({ action: 'TriggerMessage', payload })
    }
  }
  const askSoon = (afterMs: number): void => {
    cancelAsk()
    asked = null
    cancelAsk = clock.after(afterMs, () => {
      if (station.connected() === null) return
      void ask().then(askStatus)
    })
  }

  const alone = chargers.length === 1
  const members = chargers.map(({ charger, connection }) => ({
    connection,
    made: createOcppCharger({
      charger,
      connection,
      station,
      isAlone: alone,
      nominalV: site.grid.nominalVoltage,
      clock,
      utcMs,
      ready: ask,
      capabilities: () => capabilities,
      mayAsk: () => ports.mayAsk(charger.id),
      onObservation: ports.onObservation,
      onOddity,
      onNoTrigger: () => {
        void shortenInterval(station, capabilities, connection.pollEvery).then(tellChanges)
      },
    }),
  }))

  return {
    station,
    members,
    subjects,
    opened: ({ connection, version, remote, isEncrypted }) => {
      const older = station.connected()
      const heardMs = station.heardMs()
      if (
        older !== null &&
        hostOf(older.remote) !== hostOf(remote) &&
        heardMs !== null &&
        clock.nowMs() - heardMs < rivalMs
      )
        onOddity({
          kind: 'duplicate-identity',
          text: `connects from ${remote} although "${identity}" is connected from ${older.remote} and was heard ${Math.round((clock.nowMs() - heardMs) / 1000)} s ago: two chargers have one identity; give each its own`,
        })
      if (version === null)
        onOddity({
          kind: 'no-subprotocol',
          text: `names no OCPP version when it connects; ${declared ?? '1.6'} is spoken with it`,
        })
      station.opened({ connection, remote, isEncrypted }, version ?? declared ?? '1.6')
      for (const { made } of members) made.connected()
      askSoon(bootWithinMs)
    },
    text: (connection, text) => {
      if (station.connected()?.connection === connection) station.text(text)
    },
    alive: (connection) => {
      if (station.connected()?.connection === connection) station.alive()
    },
    closed: (connection, why) => {
      if (!station.closed(connection, why)) return false
      asked = null
      cancelAsk()
      for (const { made } of members) made.lost()
      return true
    },
    notes: () => [...oddities.values()],
    start: () => {
      for (const { made } of members) made.start()
    },
    stop: async () => {
      cancelAsk()
      await Promise.all(members.map(({ made }) => made.stop()))
    },
  }
}

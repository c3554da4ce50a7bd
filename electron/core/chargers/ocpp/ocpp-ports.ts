/** What the core needs of a server that chargers connect to; io/ocpp implements it with WebSockets, tests with memory. */
import type { OcppVersion } from '../../../../shared/ocpp/frame.ts'
import type { OcppServerSettings, SecretSource } from '../../../../shared/site/ocpp-connection.ts'
import type { Stop } from '../../ports.ts'

/** One connection of a charger; the number is never used twice. */
export type ConnectionId = number

export type OcppServerEvent =
  | { readonly kind: 'listening' }
  /** The port cannot be had; tried again. `why` says what to do. */
  | { readonly kind: 'not-listening'; readonly why: string }
  | {
      readonly kind: 'opened'
      readonly connection: ConnectionId
      readonly identity: string
      /** What both speak; null: the charger offered no subprotocol. */
      readonly version: OcppVersion | null
      readonly remote: string
      readonly isEncrypted: boolean
    }
  | { readonly kind: 'text'; readonly connection: ConnectionId; readonly text: string }
  /** Proof of life without a message: the answer to a ping. */
  | { readonly kind: 'alive'; readonly connection: ConnectionId }
  | { readonly kind: 'closed'; readonly connection: ConnectionId; readonly why: string }
  /** Somebody was not let in. */
  | { readonly kind: 'refused'; readonly identity: string | null; readonly remote: string; readonly why: string }

export interface OcppServer {
  readonly start: () => void
  readonly stop: () => Promise<void>
  readonly listen: (listener: (event: OcppServerEvent) => void) => Stop
  /** false: it could not be sent; the connection is closed or about to be. */
  readonly send: (connection: ConnectionId, text: string) => boolean
  readonly disconnect: (connection: ConnectionId, why: string) => void
  /** Where it listens, for people. */
  readonly address: string
  readonly counts: () => { readonly bytesSent: number; readonly bytesReceived: number }
}

/** Who is let in. */
export interface ExpectedStation {
  readonly identity: string
  readonly version: OcppVersion | null
  readonly access: SecretSource | null
}

export type OpenOcpp = (settings: OcppServerSettings, stations: readonly ExpectedStation[]) => OcppServer

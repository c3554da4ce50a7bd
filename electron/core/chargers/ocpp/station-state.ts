import type { OcppVersion, Payload } from '../../../../shared/ocpp/frame.ts'
import type { MeterSay } from '../../../../shared/ocpp/meter-values.ts'
import type { Oddity } from '../../../../shared/ocpp/oddity.ts'

export interface Transaction {
  /** 1.6: the number this program gave; 2.0.1: the text the station made. */
  readonly id: string
  /** Site time, ms. */
  readonly startedMs: number
  /** It began while the charger was offline, and is told of late: it may be over. */
  readonly isLate: boolean
}

export interface Connector {
  /** The word as it came. */
  readonly status: string | null
  readonly errorCode: string | null
  readonly transaction: Transaction | null
}

/** What a charger said of itself when it started. */
export interface Boot {
  readonly vendor: string | null
  readonly model: string | null
  readonly serial: string | null
  readonly firmware: string | null
}

/** A charging station as this program knows it: plain data. It outlives a connection: a charger that comes back need not start anew. */
export interface StationState {
  readonly identity: string
  readonly version: OcppVersion
  readonly boot: Boot | null
  readonly connectors: ReadonlyMap<number, Connector>
  /** 1.6: the last number given to a transaction; each is given once, also over restarts of this program. */
  readonly lastTransactionId: number
  /** Its clock against ours, ms; null: it said no time yet. */
  readonly clockAheadMs: number | null
  /** Messages in a row that were older than its clock allows: its clock was set back, or it empties its queue. */
  readonly lateInARow: number
  /** How far behind the last of them was, ms. */
  readonly lateByMs: number
  /** 1.6: the last start of a transaction by connector, as it was said, with the number it was given. */
  readonly starts: ReadonlyMap<number, { readonly said: string; readonly id: number }>
  /** Raw data of its maker, the newest of each message id. */
  readonly vendorData: ReadonlyMap<string, string>
}

export const newStation = (identity: string, version: OcppVersion): StationState => ({
  identity,
  version,
  boot: null,
  connectors: new Map(),
  lastTransactionId: 0,
  clockAheadMs: null,
  lateInARow: 0,
  lateByMs: 0,
  starts: new Map(),
  vendorData: new Map(),
})

export const noConnector: Connector = { status: null, errorCode: null, transaction: null }
/** More sockets than any station has; beyond it nothing is kept. */
export const mostConnectors = 64

export const connectorOf = (state: StationState, connector: number): Connector =>
  state.connectors.get(connector) ?? noConnector

export const withConnector = (state: StationState, connector: number, changes: Partial<Connector>): StationState => {
  if (connector < 0 || connector > mostConnectors) return state
  const connectors = new Map(state.connectors).set(connector, { ...connectorOf(state, connector), ...changes })
  return { ...state, connectors }
}

export interface Moment {
  /** Site time, ms. */
  readonly nowMs: number
  /** UTC by this computer's calendar, ms. */
  readonly utcMs: number
}

export type StationEffect =
  | { readonly kind: 'booted' }
  | { readonly kind: 'meter'; readonly connector: number; readonly say: MeterSay }
  | { readonly kind: 'status'; readonly connector: number }
  | { readonly kind: 'transaction-began'; readonly connector: number }
  | { readonly kind: 'transaction-ended'; readonly connector: number }
  | { readonly kind: 'oddity'; readonly oddity: Oddity }

export type Answer =
  | { readonly ok: true; readonly payload: Payload }
  | { readonly ok: false; readonly code: string; readonly text: string }

export interface StationStep {
  readonly state: StationState
  readonly answer: Answer
  readonly effects: readonly StationEffect[]
}

/** What one message does; `reply` is the payload of its answer. */
export interface Handled {
  readonly state: StationState
  readonly reply: Payload
  readonly effects: readonly StationEffect[]
}
export type HandleCall = (state: StationState, payload: Payload, moment: Moment) => Handled

export const oddityEffects = (oddities: readonly Oddity[]): readonly StationEffect[] =>
  oddities.map((oddity) => ({ kind: 'oddity', oddity }))

/** What is common to the messages of both versions. */
import { chargerStatusOf } from '../../../../shared/ocpp/status.ts'
import type { Payload } from '../../../../shared/ocpp/frame.ts'
import { integerOf, textOf } from '../../../../shared/ocpp/numbers.ts'
import type { Oddity } from '../../../../shared/ocpp/oddity.ts'
import { timestampText } from '../../../../shared/ocpp/timestamp.ts'
import { own } from '../../../../shared/own.ts'
import {
  connectorOf,
  oddityEffects,
  withConnector,
  type Handled,
  type HandleCall,
  type StationState,
} from './station-state.ts'

/** How often a charger is to say that it lives, s: by it its clock is set. Editable assumption. */
const heartbeatS = 60
/** What the standard allows for text that is shown (1.6: CiString50Type; 2.0.1: 50). Longer is shown cut, never refused. */
const longest = 50

export const heartbeat: HandleCall = (state, _payload, { utcMs }) => ({
  state,
  reply: { currentTime: timestampText(utcMs) },
  effects: [],
})

export const nothing =
  (reply: Payload = {}): HandleCall =>
  (state) => ({ state, reply, effects: [] })

/** Every transaction of before is over: a charger that starts anew has none (evcc PR 33909). */
const endAll = (state: StationState): Handled => {
  const open = [...state.connectors].filter(([, { transaction }]) => transaction !== null)
  const next = open.reduce((before, [id]) => withConnector(before, id, { transaction: null }), state)
  return {
    state: next,
    reply: {},
    effects: open.map(([connector]) => ({ kind: 'transaction-ended', connector })),
  }
}

const cut = (value: unknown): string | null => textOf(value, 2 * longest)

/** `said` holds the words of the version: of the message itself, or of its `chargingStation`. */
export const booted = (
  state: StationState,
  said: Payload,
  keys: { readonly vendor: string; readonly model: string; readonly serial: string; readonly firmware: string },
  utcMs: number,
): Handled => {
  const ended = endAll(state)
  const boot = {
    vendor: cut(own(said, keys.vendor)),
    model: cut(own(said, keys.model)),
    serial: cut(own(said, keys.serial)),
    firmware: cut(own(said, keys.firmware)),
  }
  return {
    // Its clock is set by our answer: what was learnt of it before is of no use.
    state: { ...ended.state, boot, clockAheadMs: null, lateInARow: 0 },
    reply: { status: 'Accepted', currentTime: timestampText(utcMs), interval: heartbeatS },
    effects: [...ended.effects, { kind: 'booted' }],
  }
}

export const statusOddities = (word: string | null, info: unknown): readonly Oddity[] => [
  ...(word === null || chargerStatusOf(word) === null
    ? [
        {
          kind: 'unknown-status',
          text: `reports the status "${word ?? ''}", which the standard does not have; nobody acts on it`,
        } as const,
      ]
    : []),
  ...(typeof info === 'string' && info.length > longest
    ? [
        {
          kind: 'over-long',
          text: `sends info of ${info.length} characters where ${longest} are allowed; taken as it is`,
        } as const,
      ]
    : []),
]

export const withStatus = (
  state: StationState,
  connector: number,
  status: string | null,
  errorCode: string | null,
): Handled => ({
  state: withConnector(state, connector, { status, errorCode }),
  reply: {},
  effects: [{ kind: 'status', connector }],
})

/** A connector no station has: what is said of it is of nobody. */
const nowhere = -1

/** 0 is the station as a whole, and what is meant where none is named. */
export const connectorIdOf = (payload: Payload, key: string): number => {
  const said = own(payload, key)
  if (said === undefined || said === null) return 0
  const id = integerOf(said)
  return id === null || id < 0 ? nowhere : id
}

/** Where a transaction runs; null: nowhere that is known. */
export const placeOf = (state: StationState, transactionId: string): number | null =>
  [...state.connectors].find(([, { transaction }]) => transaction?.id === transactionId)?.[0] ?? null

export const endAt = (state: StationState, connector: number): Handled => ({
  state: withConnector(state, connector, { transaction: null }),
  reply: {},
  effects: [{ kind: 'transaction-ended', connector }],
})

/** A charger that goes on with a transaction of before this program began: what it names is running, where nothing else is known to. */
export const adopt = (state: StationState, connector: number, transactionId: string, nowMs: number): Handled => {
  const isKnown = connectorOf(state, connector).transaction !== null || placeOf(state, transactionId) !== null
  if (isKnown || connector === 0) return { state, reply: {}, effects: [] }
  return {
    state: withConnector(state, connector, { transaction: { id: transactionId, startedMs: nowMs, isLate: false } }),
    reply: {},
    effects: [{ kind: 'transaction-began', connector }],
  }
}

export const withOddities = (handled: Handled, oddities: readonly Oddity[]): Handled => ({
  ...handled,
  effects: [...handled.effects, ...oddityEffects(oddities)],
})

/** The most that is kept of what a maker's own message says. */
const longestVendorData = 500
const mostVendorKinds = 8

/** Data of its maker: answered at once, shown raw, since nobody publishes its units. */
export const dataTransfer: HandleCall = (state, payload) => {
  const vendor = textOf(own(payload, 'vendorId'), 60) ?? 'unnamed vendor'
  const message = textOf(own(payload, 'messageId'), 60) ?? ''
  const data = own(payload, 'data')
  const text = (typeof data === 'string' ? data : JSON.stringify(data ?? null)).slice(0, longestVendorData)
  const key = `${vendor} ${message}`.trim()
  const isRoom = state.vendorData.has(key) || state.vendorData.size < mostVendorKinds
  return {
    state: isRoom ? { ...state, vendorData: new Map(state.vendorData).set(key, text) } : state,
    reply: { status: 'Accepted' },
    effects: oddityEffects([
      { kind: 'vendor-data', text: `sends data of its maker (${key}), shown raw: ${text.slice(0, 200)}` },
    ]),
  }
}

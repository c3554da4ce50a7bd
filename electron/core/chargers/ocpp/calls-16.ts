/** Messages of a charge point, OCPP 1.6 edition 2 with errata 4.0: what each does and how it is answered. Nothing is refused for its content. */
import type { Payload } from '../../../../shared/ocpp/frame.ts'
import { readMeterValues } from '../../../../shared/ocpp/meter-values.ts'
import { integerOf, readNumber, textOf } from '../../../../shared/ocpp/numbers.ts'
import type { Oddity } from '../../../../shared/ocpp/oddity.ts'
import { own } from '../../../../shared/own.ts'
import {
  adopt,
  booted,
  connectorIdOf,
  dataTransfer,
  endAt,
  heartbeat,
  nothing,
  placeOf,
  statusOddities,
  withOddities,
  withStatus,
} from './calls.ts'
import { hearMeterTime, hearTime } from './station-clock.ts'
import {
  connectorOf,
  mostConnectors,
  withConnector,
  type Handled,
  type HandleCall,
  type Moment,
  type StationState,
} from './station-state.ts'

/** 2.0.1's words on a connection that agreed on 1.6 are read all the same. */
const stationOf = (payload: Payload): { readonly said: Payload; readonly isOther: boolean } => {
  const station = own(payload, 'chargingStation')
  return typeof station === 'object' && station !== null
    ? { said: station as Payload, isOther: true }
    : { said: payload, isOther: false }
}

const boot: HandleCall = (state, payload, { utcMs }) => {
  const { said, isOther } = stationOf(payload)
  const keys = isOther
    ? { vendor: 'vendorName', model: 'model', serial: 'serialNumber', firmware: 'firmwareVersion' }
    : {
        vendor: 'chargePointVendor',
        model: 'chargePointModel',
        serial:
          own(payload, 'chargePointSerialNumber') === undefined ? 'chargeBoxSerialNumber' : 'chargePointSerialNumber',
        firmware: 'firmwareVersion',
      }
  const handled = booted(state, said, keys, utcMs)
  return isOther
    ? withOddities(handled, [
        { kind: 'other-version', text: 'starts with the message of OCPP 2.0.1 on a connection that agreed on 1.6' },
      ])
    : handled
}

const status: HandleCall = (state, payload, moment) => {
  const time = hearTime(state, own(payload, 'timestamp'), moment)
  const word = textOf(own(payload, 'status'), 40)
  const handled = withStatus(
    time.state,
    connectorIdOf(payload, 'connectorId'),
    word,
    textOf(own(payload, 'errorCode'), 60),
  )
  const told = withOddities(handled, statusOddities(word, own(payload, 'info')))
  return { ...told, effects: [...time.effects, ...told.effects] }
}

const authorize: HandleCall = nothing({ idTagInfo: { status: 'Accepted' } })

const overLong = (payload: Payload): readonly Oddity[] => {
  const tag = own(payload, 'idTag')
  return typeof tag === 'string' && tag.length > 20
    ? [{ kind: 'over-long', text: `sends an idTag of ${tag.length} characters where 20 are allowed; taken as it is` }]
    : []
}

/** Unique also after a restart of this program: seconds of the calendar, or one more than the last. Fits 32 bits until 2038. */
const nextId = (state: StationState, utcMs: number): number =>
  Math.max(state.lastTransactionId + 1, Math.floor(utcMs / 1000) % 0x7fffffff)

/** The same start word by word: its answer was lost, and a second number for it would leave the first one running for ever. */
const saidStart = (payload: Payload): string =>
  ['idTag', 'meterStart', 'timestamp'].map((key) => textOf(own(payload, key)) ?? '').join(' ')

const start: HandleCall = (state, payload, moment) => {
  const connector = connectorIdOf(payload, 'connectorId')
  const before = state.starts.get(connector)
  const said = saidStart(payload)
  if (before?.said === said && placeOf(state, String(before.id)) !== null)
    return withOddities(
      { state, reply: { transactionId: before.id, idTagInfo: { status: 'Accepted' } }, effects: [] },
      [
        {
          kind: 'repeated-start',
          text: `sends the start of the transaction ${before.id} again; answered with the same number`,
        },
      ],
    )
  return beginAt(state, payload, connector, said, moment)
}

const beginAt = (state: StationState, payload: Payload, connector: number, said: string, moment: Moment): Handled => {
  const time = hearTime(state, own(payload, 'timestamp'), moment)
  const id = nextId(time.state, moment.utcMs)
  const transaction = { id: String(id), startedMs: moment.nowMs, isLate: time.isLate }
  // One that is told of late does not take the place of one that runs.
  const isPast = time.isLate && connectorOf(time.state, connector).transaction !== null
  const starts =
    connector < 0 || connector > mostConnectors ? state.starts : new Map(state.starts).set(connector, { said, id })
  const counted = { ...time.state, lastTransactionId: id, starts }
  const next = isPast ? counted : withConnector(counted, connector, { transaction })
  return withOddities(
    {
      state: next,
      reply: { transactionId: id, idTagInfo: { status: 'Accepted' } },
      effects: [...time.effects, ...(isPast ? [] : [{ kind: 'transaction-began', connector } as const])],
    },
    overLong(payload),
  )
}

/** Always answered, or the charger repeats it for ever; only the transaction it names is ended, none by guess. */
const stop: HandleCall = (state, payload, moment) => {
  const time = hearTime(state, own(payload, 'timestamp'), moment)
  const id = integerOf(own(payload, 'transactionId'))
  const connector = id === null ? null : placeOf(time.state, String(id))
  const { oddities } = readMeterValues(own(payload, 'transactionData'))
  if (connector === null)
    return withOddities({ state: time.state, reply: {}, effects: time.effects }, [
      ...overLong(payload),
      ...oddities,
      {
        kind: 'unknown-transaction',
        text: `ends the transaction ${String(id)}, which is not known here; answered, and nothing else is ended for it`,
      },
    ])
  const ended = endAt(time.state, connector)
  return withOddities({ ...ended, effects: [...time.effects, ...ended.effects] }, [...overLong(payload), ...oddities])
}

const meterValues: HandleCall = (state, payload, moment) => {
  const connector = connectorIdOf(payload, 'connectorId')
  const say = readMeterValues(own(payload, 'meterValue'))
  const time = hearMeterTime(state, say, moment)
  const id = readNumber(own(payload, 'transactionId'))
  const adopted =
    id !== null && id > 0 && !time.isLate
      ? adopt(time.state, connector, String(id), moment.nowMs)
      : { state: time.state, effects: [] }
  return withOddities(
    {
      state: adopted.state,
      reply: {},
      effects: [
        ...time.effects,
        ...adopted.effects,
        ...(time.isLate ? [] : [{ kind: 'meter', connector, say } as const]),
      ],
    },
    say.oddities,
  )
}

export const calls16: Readonly<Record<string, HandleCall>> = {
  BootNotification: boot,
  Heartbeat: heartbeat,
  StatusNotification: status,
  Authorize: authorize,
  StartTransaction: start,
  StopTransaction: stop,
  MeterValues: meterValues,
  DataTransfer: dataTransfer,
  DiagnosticsStatusNotification: nothing(),
  FirmwareStatusNotification: nothing(),
  // Of the security whitepaper for 1.6.
  LogStatusNotification: nothing(),
  SecurityEventNotification: nothing(),
  SignedFirmwareStatusNotification: nothing(),
  SignCertificate: nothing({ status: 'Rejected' }),
}

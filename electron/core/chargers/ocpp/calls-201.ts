/** Messages of a charging station, OCPP 2.0.1 part 2: what each does and how it is answered. Nothing is refused for its content. */
import { isPayload, type Payload } from '../../../../shared/ocpp/frame.ts'
import { readMeterValues } from '../../../../shared/ocpp/meter-values.ts'
import { textOf } from '../../../../shared/ocpp/numbers.ts'
import { own } from '../../../../shared/own.ts'
import {
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
  withConnector,
  type Handled,
  type HandleCall,
  type Moment,
  type StationState,
} from './station-state.ts'

const empty: Payload = {}
const objectAt = (payload: Payload, key: string): Payload => {
  const value = own(payload, key)
  return isPayload(value) ? value : empty
}

const boot: HandleCall = (state, payload, { utcMs }) =>
  booted(
    state,
    objectAt(payload, 'chargingStation'),
    { vendor: 'vendorName', model: 'model', serial: 'serialNumber', firmware: 'firmwareVersion' },
    utcMs,
  )

const status: HandleCall = (state, payload, moment) => {
  const time = hearTime(state, own(payload, 'timestamp'), moment)
  const word = textOf(own(payload, 'connectorStatus'), 40)
  const evse = connectorIdOf(payload, 'evseId')
  // "Occupied" says less than the charging state of a transaction that runs there.
  const running = connectorOf(time.state, evse)
  const keeps = word === 'Occupied' && running.transaction !== null && running.status !== null
  const handled = withStatus(time.state, evse, keeps ? running.status : word, null)
  const told = withOddities(handled, statusOddities(word, undefined))
  return { ...told, effects: [...time.effects, ...told.effects] }
}

const meterOf = (state: StationState, evse: number, payload: Payload, moment: Moment): Handled => {
  if (own(payload, 'meterValue') === undefined) return { state, reply: {}, effects: [] }
  const say = readMeterValues(own(payload, 'meterValue'))
  const time = hearMeterTime(state, say, moment)
  return withOddities(
    {
      state: time.state,
      reply: {},
      effects: [...time.effects, ...(time.isLate ? [] : [{ kind: 'meter', connector: evse, say } as const])],
    },
    say.oddities,
  )
}

const meterValues: HandleCall = (state, payload, moment) =>
  meterOf(state, connectorIdOf(payload, 'evseId'), payload, moment)

/** The EVSE is in the first message only (E01.FR.16), and in all of some stations: the transaction remembers it. */
const evseOf = (state: StationState, payload: Payload, id: string | null): number | null => {
  const known = id === null ? null : placeOf(state, id)
  if (known !== null) return known
  const evse = objectAt(payload, 'evse')
  return own(evse, 'id') === undefined ? null : connectorIdOf(evse, 'id')
}

const transactionEvent: HandleCall = (state, payload, moment) => {
  const info = objectAt(payload, 'transactionInfo')
  const id = textOf(own(info, 'transactionId'), 64)
  const event = textOf(own(payload, 'eventType'), 20)
  const evse = evseOf(state, payload, id)
  const reply = own(payload, 'idToken') === undefined ? {} : { idTokenInfo: { status: 'Accepted' } }
  if (evse === null || id === null)
    return withOddities({ state, reply, effects: [] }, [
      {
        kind: 'unknown-transaction',
        text: `sends ${event ?? 'an event'} of the transaction ${id ?? '(none)'}, which is not known here and names no EVSE; answered`,
      },
    ])
  // An event of the station's offline queue says nothing of now.
  const isLate = own(payload, 'offline') === true
  const time = isLate ? { state, isLate, effects: [] } : hearTime(state, own(payload, 'timestamp'), moment)
  const charging = textOf(own(info, 'chargingState'), 40)
  const met = meterOf(time.state, evse, isLate ? empty : payload, moment)
  if (event === 'Ended') {
    if (placeOf(met.state, id) === null) return { state: met.state, reply, effects: [...time.effects, ...met.effects] }
    const ended = endAt(met.state, evse)
    return { state: ended.state, reply, effects: [...time.effects, ...met.effects, ...ended.effects] }
  }
  const before = connectorOf(met.state, evse)
  const isNew = before.transaction?.id !== id
  const transaction = isNew ? { id, startedMs: moment.nowMs, isLate } : before.transaction
  return {
    state: withConnector(met.state, evse, { transaction, ...(charging === null ? {} : { status: charging }) }),
    reply,
    effects: [
      ...time.effects,
      ...met.effects,
      ...(isNew ? [{ kind: 'transaction-began', connector: evse } as const] : []),
      ...(charging === null ? [] : [{ kind: 'status', connector: evse } as const]),
    ],
  }
}

export const calls201: Readonly<Record<string, HandleCall>> = {
  BootNotification: boot,
  Heartbeat: heartbeat,
  StatusNotification: status,
  Authorize: nothing({ idTokenInfo: { status: 'Accepted' } }),
  TransactionEvent: transactionEvent,
  MeterValues: meterValues,
  DataTransfer: dataTransfer,
  ClearedChargingLimit: nothing(),
  FirmwareStatusNotification: nothing(),
  Get15118EVCertificate: nothing({ status: 'Failed', exiResponse: '' }),
  GetCertificateStatus: nothing({ status: 'Failed' }),
  LogStatusNotification: nothing(),
  NotifyChargingLimit: nothing(),
  NotifyCustomerInformation: nothing(),
  NotifyDisplayMessages: nothing(),
  NotifyEVChargingNeeds: nothing({ status: 'Accepted' }),
  NotifyEVChargingSchedule: nothing({ status: 'Accepted' }),
  NotifyEvent: nothing(),
  NotifyMonitoringReport: nothing(),
  NotifyReport: nothing(),
  PublishFirmwareStatusNotification: nothing(),
  ReportChargingProfiles: nothing(),
  ReservationStatusUpdate: nothing(),
  SecurityEventNotification: nothing(),
  SignCertificate: nothing({ status: 'Rejected' }),
}

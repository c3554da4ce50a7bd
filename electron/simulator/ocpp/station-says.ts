import type { Running } from './charging-profiles.ts'
import { meterValue, timeText } from './ocpp-words.ts'
import { nowMs, ownClockMs, type Payload, type Station } from './station.ts'

/** What its connector is; asked for, or because it changed. */
export const sayStatus = ({ client, has, isNew }: Station, status: string): void => {
  const word = has('bad-status') ? 'Daydreaming' : status
  const timestamp = timeText(nowMs(), has)
  client.send(
    'StatusNotification',
    isNew
      ? {
          evseId: 1,
          connectorId: 1,
          connectorStatus: word === 'Available' ? word : has('bad-status') ? word : 'Occupied',
          timestamp,
        }
      : { connectorId: 1, errorCode: 'NoError', status: word, timestamp },
  )
  if (has('unknown-action')) client.send('Daydream', {})
}
const event = (
  station: Station,
  eventType: string,
  transactionId: string,
  state: string | null,
  more: Payload = {},
): void => {
  const { client, has } = station
  station.events += 1
  client.send('TransactionEvent', {
    eventType,
    timestamp: timeText(nowMs(), has),
    triggerReason: eventType === 'Updated' ? 'ChargingStateChanged' : 'CablePluggedIn',
    seqNo: station.events,
    transactionInfo: { transactionId, ...(state === null ? {} : { chargingState: state }) },
    ...more,
  })
}
const chargingState = (status: string): string => (status === 'Preparing' ? 'EVConnected' : status)

export const sayMeter = (station: Station, context: string): void => {
  const { client, charger, has, isNew, running } = station
  const value = meterValue(charger, nowMs(), context, has, isNew)
  if (has('empty-member')) {
    client.sendRaw(
      `[2,"m-${nowMs()}","MeterValues",{"connectorId":1,"transactionId":,"meterValue":${JSON.stringify(value)}}]`,
    )
    return
  }
  if (isNew && running !== null)
    event(station, 'Updated', running.transactionId, chargingState(station.lastStatus), { meterValue: value })
  else if (isNew) client.send('MeterValues', { evseId: 1, meterValue: value })
  else
    client.send('MeterValues', {
      connectorId: 1,
      ...(running === null || running.transactionId === '' ? {} : { transactionId: Number(running.transactionId) }),
      meterValue: value,
    })
}
/** The state of charging of a transaction changed. */
export const sayCharging = (station: Station, { transactionId }: Running, status: string): void => {
  if (station.isNew) event(station, 'Updated', transactionId, chargingState(status))
}

const registerWh = ({ charger }: Station): number => Math.round(charger.totalKWh() * 1000)

/** A car was plugged in: a transaction begins. */
export const begin = (station: Station): void => {
  const { client, has, settings } = station
  const sinceMs = ownClockMs(station)
  if (station.isNew) {
    const transactionId = `${settings.identity}-${nowMs().toString(36)}`
    station.running = { transactionId, sinceMs }
    event(station, 'Started', transactionId, 'EVConnected', { evse: { id: 1, connectorId: 1 } })
    return
  }
  station.running = { transactionId: '', sinceMs }
  client.send(
    'StartTransaction',
    {
      connectorId: 1,
      idTag: 'PLUGANDCHARGE',
      meterStart: registerWh(station),
      timestamp: timeText(nowMs(), has),
    },
    ({ transactionId }) => {
      const { running } = station
      if (running !== null) station.running = { ...running, transactionId: String(transactionId as number) }
    },
  )
}

/** The car left. */
export const end = (station: Station): void => {
  const { client, has, profiles, running: ended } = station
  station.running = null
  profiles.clear(({ purpose }) => purpose === 'transaction')
  if (ended === null) return
  if (station.isNew) event(station, 'Ended', ended.transactionId, null)
  else if (ended.transactionId !== '')
    client.send('StopTransaction', {
      transactionId: Number(ended.transactionId),
      meterStop: registerWh(station),
      timestamp: timeText(nowMs(), has),
      reason: 'EVDisconnected',
    })
}

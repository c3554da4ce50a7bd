import type { Charger } from '../physics/charger.ts'
import { createProfileStore, type Running } from './charging-profiles.ts'
import { createOcppClient } from './ocpp-client.ts'
import { boot, meterValue, statusOf, timeText } from './ocpp-words.ts'
import type { Oddness } from './oddness.ts'
import { readProfile } from './profile-words.ts'

type Payload = Record<string, unknown>

export interface OcppChargerSettings {
  readonly id: string
  readonly identity: string
  readonly version: '1.6' | '2.0.1'
  readonly url: string
  readonly nominalV: number
}

const maxStackLevel = 5
/** How often it looks at its car and its schedule. */
const lookMs = 250
const meterMs = 10_000
/** As chargers with `MeterValueSampleInterval` 10 and ClockAlignedDataInterval 0. */
const configurationOf = (has: (oddness: Oddness) => boolean): Readonly<Record<string, string>> => ({
  SupportedFeatureProfiles: has('no-trigger') ? 'Core,SmartCharging' : 'Core,SmartCharging,RemoteTrigger',
  ChargeProfileMaxStackLevel: String(has('lowest-stack-only') ? 0 : maxStackLevel),
  ChargingScheduleAllowedChargingRateUnit: has('watts-only') ? 'Power' : 'Current,Power',
  ChargingScheduleMaxPeriods: '24',
  MaxChargingProfilesInstalled: '10',
  MeterValuesSampledData: 'Current.Import,Voltage,Power.Active.Import,Energy.Active.Import.Register,Current.Offered',
  MeterValueSampleInterval: String(meterMs / 1000),
  NumberOfConnectors: '1',
})

/** One charger of the simulated site over OCPP: a WebSocket client that obeys the profiles it is sent, by the wall's time. */
export const openOcppCharger = (settings: OcppChargerSettings, charger: Charger) => {
  const isNew = settings.version === '2.0.1'
  const odd = new Set<Oddness>()
  const has = (oddness: Oddness): boolean => odd.has(oddness)
  const nowMs = (): number => Date.now()
  const ownClockMs = (): number => nowMs() + (has('clock-ahead') ? 7_200_000 : has('clock-behind') ? -7_200_000 : 0)
  const phasesUsed = (): number => charger.car()?.settings.phases ?? charger.settings.terminals.length
  const profiles = createProfileStore(() => settings.nominalV * phasesUsed())
  let running: Running | null = null
  let lastStatus = ''
  let lastTold = ''
  let applied: number | null = null
  let transactions = 0
  let meteredMs = 0
  let isOffline = false

  const client = createOcppClient({
    url: settings.url,
    protocol: isNew ? 'ocpp2.0.1' : 'ocpp1.6',
    has,
    onOpen: () => {
      const said = boot(isNew)
      client.send(said.action, said.payload)
      lastStatus = ''
    },
    onCall: (action, payload) => answer(action, payload),
  })

  const sayStatus = (status: string): void => {
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
  const event = (eventType: string, transactionId: string, state: string | null, more: Payload = {}): void =>
    client.send('TransactionEvent', {
      eventType,
      timestamp: timeText(nowMs(), has),
      triggerReason: eventType === 'Updated' ? 'ChargingStateChanged' : 'CablePluggedIn',
      seqNo: (transactions += 1),
      transactionInfo: { transactionId, ...(state === null ? {} : { chargingState: state }) },
      ...more,
    })
  const chargingState = (status: string): string => (status === 'Preparing' ? 'EVConnected' : status)

  const sayMeter = (context: string): void => {
    const value = meterValue(charger, nowMs(), context, has, isNew)
    if (has('empty-member')) {
      client.sendRaw(
        `[2,"m-${nowMs()}","MeterValues",{"connectorId":1,"transactionId":,"meterValue":${JSON.stringify(value)}}]`,
      )
      return
    }
    if (isNew && running !== null)
      event('Updated', running.transactionId, chargingState(lastStatus), { meterValue: value })
    else if (isNew) client.send('MeterValues', { evseId: 1, meterValue: value })
    else
      client.send('MeterValues', {
        connectorId: 1,
        ...(running === null || running.transactionId === '' ? {} : { transactionId: Number(running.transactionId) }),
        meterValue: value,
      })
  }
  const begin = (): void => {
    if (isNew) {
      running = { transactionId: `${settings.identity}-${nowMs().toString(36)}`, sinceMs: ownClockMs() }
      event('Started', running.transactionId, 'EVConnected', { evse: { id: 1, connectorId: 1 } })
      return
    }
    running = { transactionId: '', sinceMs: ownClockMs() }
    client.send(
      'StartTransaction',
      {
        connectorId: 1,
        idTag: 'PLUGANDCHARGE',
        meterStart: Math.round(charger.totalKWh() * 1000),
        timestamp: timeText(nowMs(), has),
      },
      ({ transactionId }) => {
        if (running !== null) running = { ...running, transactionId: String(transactionId as number) }
      },
    )
  }
  const end = (): void => {
    const ended = running
    running = null
    profiles.clear(({ purpose }) => purpose === 'transaction')
    if (ended === null) return
    if (isNew) event('Ended', ended.transactionId, null)
    else if (ended.transactionId !== '')
      client.send('StopTransaction', {
        transactionId: Number(ended.transactionId),
        meterStop: Math.round(charger.totalKWh() * 1000),
        timestamp: timeText(nowMs(), has),
        reason: 'EVDisconnected',
      })
  }

  const setProfile = (payload: Payload): Payload | string => {
    const asked = readProfile(payload, isNew, ownClockMs())
    if (asked === null) return isNew ? 'FormatViolation' : 'FormationViolation'
    const { profile, isRelative } = asked
    const whole = payload[isNew ? 'evseId' : 'connectorId'] === 0
    if (profile.purpose === 'station' && (isRelative || !whole)) return 'PropertyConstraintViolation'
    const isRefused =
      has('refuses-profiles') ||
      (has('refuses-default-profile') && profile.purpose === 'default') ||
      (has('watts-only') && profile.unit === 'A') ||
      (has('relative-only') && !isRelative) ||
      profile.stackLevel > (has('lowest-stack-only') ? 0 : maxStackLevel) ||
      (profile.purpose === 'transaction' && (running === null || profile.transactionId !== running.transactionId))
    if (isRefused) return { status: 'Rejected' }
    if (!has('ignores-profiles')) profiles.set(profile)
    apply()
    return { status: 'Accepted' }
  }
  const composite = ({ duration, chargingRateUnit }: Payload): Payload => {
    const unit = chargingRateUnit === 'W' ? 'W' : 'A'
    const perAmpere = unit === 'W' ? settings.nominalV * phasesUsed() : 1
    const fromMs = ownClockMs()
    const periods = profiles
      .composite(running, fromMs, Math.min(Number(duration), 86_400))
      .map(({ startPeriod, limit }) => ({
        startPeriod,
        limit: limit < 0 ? -1 : Number((limit * perAmpere).toFixed(1)),
      }))
    const schedule = { duration, chargingRateUnit: unit, chargingSchedulePeriod: periods }
    const scheduleStart = new Date(fromMs).toISOString()
    return isNew
      ? { status: 'Accepted', schedule: { ...schedule, evseId: 1, scheduleStart } }
      : { status: 'Accepted', connectorId: 1, scheduleStart, chargingSchedule: schedule }
  }
  const clear = (payload: Payload): Payload => {
    const id = payload[isNew ? 'chargingProfileId' : 'id']
    const cleared = profiles.clear((profile) => id === undefined || profile.id === id)
    apply()
    return { status: cleared > 0 ? 'Accepted' : 'Unknown' }
  }
  const configuration = ({ key }: Payload): Payload => {
    const all = new Map(Object.entries(configurationOf(has)))
    const names = Array.isArray(key) && key.length > 0 ? (key as string[]) : [...all.keys()]
    return {
      configurationKey: names
        .filter((name) => all.has(name))
        .map((name) => ({ key: name, readonly: false, value: all.get(name) })),
      unknownKey: names.filter((name) => !all.has(name)),
    }
  }
  const variables = ({ getVariableData }: Payload): Payload => {
    const known = new Map([
      ['SmartChargingCtrlr.Enabled', 'true'],
      ['SmartChargingCtrlr.ProfileStackLevel', String(has('lowest-stack-only') ? 0 : maxStackLevel)],
      ['SmartChargingCtrlr.RateUnit', has('watts-only') ? 'W' : 'A,W'],
      [
        'SampledDataCtrlr.TxUpdatedMeasurands',
        'Current.Import,Voltage,Power.Active.Import,Energy.Active.Import.Register',
      ],
      ['SampledDataCtrlr.TxUpdatedInterval', String(meterMs / 1000)],
    ])
    const asked = getVariableData as readonly { component: { name: string }; variable: { name: string } }[]
    return {
      getVariableResult: asked.map(({ component, variable }) => {
        const value = known.get(`${component.name}.${variable.name}`)
        return value === undefined
          ? { attributeStatus: 'UnknownVariable', component, variable }
          : { attributeStatus: 'Accepted', attributeValue: value, component, variable }
      }),
    }
  }
  const trigger = ({ requestedMessage }: Payload): Payload => {
    if (has('no-trigger')) return { status: 'NotImplemented' }
    // The answer goes first, then what was asked for.
    if (requestedMessage === 'MeterValues') setImmediate(() => sayMeter('Trigger'))
    else if (requestedMessage === 'StatusNotification') setImmediate(() => sayStatus(statusOf(charger)))
    else return { status: 'NotImplemented' }
    return { status: 'Accepted' }
  }
  const answer = (action: string, payload: Payload): Payload | string => {
    switch (action) {
      case 'SetChargingProfile':
        return setProfile(payload)
      case 'GetCompositeSchedule':
        return composite(payload)
      case 'ClearChargingProfile':
        return clear(payload)
      case 'GetConfiguration':
        return isNew ? 'NotImplemented' : configuration(payload)
      case 'GetVariables':
        return isNew ? variables(payload) : 'NotImplemented'
      case 'TriggerMessage':
        return trigger(payload)
      default:
        return 'NotImplemented'
    }
  }

  /** Without a limit it offers its maximum: a charger that nobody limits charges as it can. */
  const apply = (): void => {
    const limitA = profiles.limitAt(running, ownClockMs()) ?? charger.settings.maximum
    if (limitA === applied) return
    applied = limitA
    charger.writeSetpoint(limitA)
  }
  const look = (): void => {
    if (!charger.isPowered()) {
      if (client.isOpen()) client.drop()
      running = null
      lastStatus = ''
      applied = null
      return
    }
    if (!isOffline) client.connect()
    apply()
    const hasCar = charger.car() !== null
    if (hasCar && running === null && client.isOpen()) begin()
    if (!hasCar && running !== null) end()
    const status = statusOf(charger)
    const told = `${status}${has('bad-status') ? ' odd' : ''}`
    if (client.isOpen() && (status !== lastStatus || told !== lastTold)) {
      lastStatus = status
      lastTold = told
      sayStatus(status)
      if (isNew && running !== null) event('Updated', running.transactionId, chargingState(status))
    }
    if (client.isOpen() && running !== null && nowMs() - meteredMs >= meterMs) {
      meteredMs = nowMs()
      sayMeter('Sample.Periodic')
    }
  }
  const timer = setInterval(look, lookMs)
  return {
    id: settings.id,
    odd,
    reconnect: (): void => client.drop(),
    /** Its network is gone; it charges on with what it was told. */
    setOffline: (is: boolean): void => {
      isOffline = is
      if (is) client.drop()
    },
    close: async (): Promise<void> => {
      clearInterval(timer)
      client.close()
    },
  }
}
export type SimulatedOcppCharger = ReturnType<typeof openOcppCharger>

import { statusOf } from './ocpp-words.ts'
import type { Oddness } from './oddness.ts'
import { readProfile } from './profile-words.ts'
import { sayMeter, sayStatus } from './station-says.ts'
import { applyLimit, ownClockMs, wattsPerAmpere, type Payload, type Station } from './station.ts'

/** How often it tells its meter, ms. */
export const meterMs = 10_000
const maxStackLevel = 5
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
  ConnectorSwitch3to1PhaseSupported: 'true',
})

const setProfile = (station: Station, payload: Payload): Payload | string => {
  const { isNew, has, profiles, running } = station
  const asked = readProfile(payload, isNew, ownClockMs(station))
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
  applyLimit(station)
  return { status: 'Accepted' }
}

const composite = (station: Station, { duration, chargingRateUnit }: Payload): Payload => {
  const { settings, charger, profiles, running, isNew } = station
  const unit = chargingRateUnit === 'W' ? 'W' : 'A'
  const perAmpere = unit === 'W' ? wattsPerAmpere(settings, charger) : 1
  const fromMs = ownClockMs(station)
  const periods = profiles
    .composite(running, fromMs, Math.min(Number(duration), 86_400))
    .map(({ startPeriod, limit, ...phases }) => ({
      startPeriod,
      ...phases,
      limit: limit < 0 ? -1 : Number((limit * perAmpere).toFixed(1)),
    }))
  const schedule = { duration, chargingRateUnit: unit, chargingSchedulePeriod: periods }
  const scheduleStart = new Date(fromMs).toISOString()
  return isNew
    ? { status: 'Accepted', schedule: { ...schedule, evseId: 1, scheduleStart } }
    : { status: 'Accepted', connectorId: 1, scheduleStart, chargingSchedule: schedule }
}

const clear = (station: Station, payload: Payload): Payload => {
  const id = payload[station.isNew ? 'chargingProfileId' : 'id']
  const cleared = station.profiles.clear((profile) => id === undefined || profile.id === id)
  applyLimit(station)
  return { status: cleared > 0 ? 'Accepted' : 'Unknown' }
}

const configuration = ({ has }: Station, { key }: Payload): Payload => {
  const all = new Map(Object.entries(configurationOf(has)))
  const names = Array.isArray(key) && key.length > 0 ? (key as string[]) : [...all.keys()]
  return {
    configurationKey: names
      .filter((name) => all.has(name))
      .map((name) => ({ key: name, readonly: false, value: all.get(name) })),
    unknownKey: names.filter((name) => !all.has(name)),
  }
}

const variables = ({ has }: Station, { getVariableData }: Payload): Payload => {
  const known = new Map([
    ['SmartChargingCtrlr.Enabled', 'true'],
    ['SmartChargingCtrlr.ProfileStackLevel', String(has('lowest-stack-only') ? 0 : maxStackLevel)],
    ['SmartChargingCtrlr.Phases3to1', 'true'],
    ['SmartChargingCtrlr.ACPhaseSwitchingSupported', 'true'],
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

const trigger = (station: Station, { requestedMessage }: Payload): Payload => {
  if (station.has('no-trigger')) return { status: 'NotImplemented' }
  // The answer goes first, then what was asked for.
  if (requestedMessage === 'MeterValues') setImmediate(() => sayMeter(station, 'Trigger'))
  else if (requestedMessage === 'StatusNotification') setImmediate(() => sayStatus(station, statusOf(station.charger)))
  else return { status: 'NotImplemented' }
  return { status: 'Accepted' }
}

/** Its answer to a call of the server; a text is the code of an error. */
export const answer = (station: Station, action: string, payload: Payload): Payload | string => {
  const { isNew } = station
  switch (action) {
    case 'SetChargingProfile':
      return setProfile(station, payload)
    case 'GetCompositeSchedule':
      return composite(station, payload)
    case 'ClearChargingProfile':
      return clear(station, payload)
    case 'GetConfiguration':
      return isNew ? 'NotImplemented' : configuration(station, payload)
    case 'GetVariables':
      return isNew ? variables(station, payload) : 'NotImplemented'
    case 'TriggerMessage':
      return trigger(station, payload)
    default:
      return 'NotImplemented'
  }
}

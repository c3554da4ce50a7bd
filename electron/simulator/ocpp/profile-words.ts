import type { KeptProfile } from './charging-profiles.ts'

type Payload = Record<string, unknown>

const purposes: Readonly<Record<string, KeptProfile['purpose']>> = {
  ChargePointMaxProfile: 'station',
  ChargingStationMaxProfile: 'station',
  TxDefaultProfile: 'default',
  TxProfile: 'transaction',
}
const numberOf = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)

export interface Asked {
  readonly profile: KeptProfile
  readonly isRelative: boolean
}

/** SetChargingProfile of either version as a profile to keep; null: it is not one, and is refused. */
export const readProfile = (payload: Payload, isNew: boolean, nowMs: number): Asked | null => {
  const profile = payload[isNew ? 'chargingProfile' : 'csChargingProfiles'] as Payload | undefined
  const written = profile?.['chargingSchedule']
  const schedule = (isNew ? (written as Payload[] | undefined)?.[0] : written) as Payload | undefined
  const purpose = new Map(Object.entries(purposes)).get(String(profile?.['chargingProfilePurpose']))
  const id = numberOf(profile?.[isNew ? 'id' : 'chargingProfileId'])
  const stackLevel = numberOf(profile?.['stackLevel'])
  const unit = schedule?.['chargingRateUnit']
  const periods = (schedule?.['chargingSchedulePeriod'] as readonly Payload[] | undefined)?.map((period) => ({
    startS: numberOf(period['startPeriod']) ?? -1,
    limit: numberOf(period['limit']) ?? -1,
    phases: numberOf(period['numberPhases']),
  }))
  if (purpose === undefined || id === null || stackLevel === null || periods === undefined || periods.length === 0)
    return null
  if ((unit !== 'A' && unit !== 'W') || periods[0]?.startS !== 0 || periods.some(({ limit }) => limit < 0)) return null
  const transactionId = profile?.['transactionId']
  const start = schedule?.['startSchedule']
  const isRelative = profile?.['chargingProfileKind'] === 'Relative'
  return {
    isRelative,
    profile: {
      id,
      purpose,
      stackLevel,
      unit,
      transactionId: transactionId === undefined ? null : String(transactionId as string | number),
      beginMs: isRelative ? null : typeof start === 'string' ? Date.parse(start) : nowMs,
      setMs: nowMs,
      periods,
      durationS: numberOf(schedule?.['duration']),
    },
  }
}

/** A charge point as the standard describes it (OCPP 1.6, 3.13; errata 4.0), with the oddities of real ones to be switched on. */
import type { createFakeClock } from '../../../test-support/fake-clock.ts'
import type { createMemoryServer, Reply } from './memory-server.ts'

type Payload = Record<string, unknown>
interface Period {
  readonly startPeriod: number
  readonly limit: number
  readonly numberPhases?: number
}
interface Profile {
  readonly id: number
  readonly purpose: string
  readonly stack: number
  readonly unit: string
  readonly beginMs: number
  readonly periods: readonly Period[]
}

export interface Oddness {
  readonly version?: '1.6' | '2.0.1'
  readonly units?: string
  readonly maxStack?: number
  readonly featureProfiles?: string
  readonly sampled?: string
  readonly keys?: Readonly<Record<string, string>>
  /** Refuses a profile; the text is the status, or with "!" the code of a CALLERROR. */
  readonly refuses?: (profile: { purpose: string; kind: string; stack: number; unit: string }) => string | null
  readonly answers?: Readonly<Record<string, (payload: Payload) => Reply>>
  /** Takes a limit and does not apply it. */
  readonly ignores?: boolean
  readonly clockAheadMs?: number
  /** 2.0.1: what it says of its phases (Phases3to1, ACPhaseSwitchingSupported). */
  readonly switches?: string
  /** Its schedule shows no number of phases. */
  readonly hidesPhases?: boolean
}

const object = (value: unknown): Payload => value as Payload

export const plugMemoryCharger = (
  connect: ReturnType<typeof createMemoryServer>['connect'],
  clock: ReturnType<typeof createFakeClock>,
  odd: Oddness = {},
) => {
  const version = odd.version ?? '1.6'
  const nowMs = (): number => clock.nowMs() + (odd.clockAheadMs ?? 0)
  const profiles = new Map<string, Profile>()
  let transaction: string | null = null
  let currentA = [0, 0, 0]

  const periodOf = ({ beginMs, periods }: Profile, atMs: number): Period | null =>
    periods.filter(({ startPeriod }) => beginMs + startPeriod * 1000 <= atMs).at(-1) ?? null
  const limitOf = (profile: Profile, atMs: number): number | null => periodOf(profile, atMs)?.limit ?? null
  const phasesAt = (atMs: number): number | undefined => {
    const [top] = [...profiles.values()]
      .filter(({ purpose }) => purpose !== 'ChargePointMaxProfile')
      .sort((a, b) => b.stack - a.stack || (a.purpose === 'TxProfile' ? -1 : 1))
    return top === undefined ? undefined : periodOf(top, atMs)?.numberPhases
  }
  const inForce = (atMs: number): number | null => {
    const of = (purpose: string): number | null => {
      const valid = [...profiles.values()]
        .filter((profile) => profile.purpose === purpose && limitOf(profile, atMs) !== null)
        .sort((a, b) => b.stack - a.stack)
      const [top] = valid
      return top === undefined ? null : limitOf(top, atMs)
    }
    const own = (transaction === null ? null : of('TxProfile')) ?? of('TxDefaultProfile')
    const station = of('ChargePointMaxProfile') ?? of('ChargingStationMaxProfile')
    return own === null ? station : station === null ? own : Math.min(own, station)
  }
  const setProfile = (payload: Payload): Reply => {
    const profile = object(version === '1.6' ? payload['csChargingProfiles'] : payload['chargingProfile'])
    const [first] = version === '1.6' ? [profile['chargingSchedule']] : (profile['chargingSchedule'] as unknown[])
    const schedule = object(first)
    const [purpose, kind] = [String(profile['chargingProfilePurpose']), String(profile['chargingProfileKind'])]
    const [stack, unit] = [Number(profile['stackLevel']), String(schedule['chargingRateUnit'])]
    const refusal = odd.refuses?.({ purpose, kind, stack, unit }) ?? null
    if (refusal?.startsWith('!') === true) return { error: [refusal.slice(1), 'refused'] as const }
    if (refusal !== null) return { status: refusal }
    if (purpose === 'TxProfile' && String(profile['transactionId']) !== transaction) return { status: 'Rejected' }
    const id = Number(version === '1.6' ? profile['chargingProfileId'] : profile['id'])
    if (odd.ignores === true) return { status: 'Accepted' }
    for (const [key, other] of profiles)
      if (other.id === id || (other.purpose === purpose && other.stack === stack)) profiles.delete(key)
    const start = schedule['startSchedule']
    profiles.set(`${purpose} ${stack} ${id}`, {
      id,
      purpose,
      stack,
      unit,
      beginMs: typeof start === 'string' ? Date.parse(start) : nowMs(),
      periods: schedule['chargingSchedulePeriod'] as Period[],
    })
    return { status: 'Accepted' }
  }
  const composite = ({ duration, chargingRateUnit }: Payload): Reply => {
    const from = nowMs()
    const steps: (Period & { readonly startPeriod: number })[] = []
    for (let second = 0; second <= Number(duration); second += 1) {
      const limit = inForce(from + second * 1000) ?? -1
      const count = odd.hidesPhases === true ? undefined : phasesAt(from + second * 1000)
      if (steps.at(-1)?.limit !== limit)
        steps.push({ startPeriod: second, limit, ...(count === undefined ? {} : { numberPhases: count }) })
    }
    const schedule = { duration, chargingRateUnit, chargingSchedulePeriod: steps }
    const scheduleStart = new Date(from).toISOString()
    return version === '1.6'
      ? { status: 'Accepted', connectorId: 1, scheduleStart, chargingSchedule: schedule }
      : { status: 'Accepted', schedule: { ...schedule, evseId: 1, scheduleStart } }
  }
  const configuration = new Map<string, string>(
    Object.entries({
      SupportedFeatureProfiles: odd.featureProfiles ?? 'Core,SmartCharging,RemoteTrigger',
      ChargeProfileMaxStackLevel: String(odd.maxStack ?? 3),
      ChargingScheduleAllowedChargingRateUnit: odd.units ?? 'Current,Power',
      MeterValuesSampledData: odd.sampled ?? 'Current.Import,Voltage,Power.Active.Import,Energy.Active.Import.Register',
      MeterValueSampleInterval: '60',
      ...odd.keys,
    }),
  )
  const variables: Readonly<Record<string, string>> = {
    'SmartChargingCtrlr.Enabled': 'true',
    'SmartChargingCtrlr.ProfileStackLevel': '3',
    'SmartChargingCtrlr.Phases3to1': odd.switches ?? 'false',
    'SmartChargingCtrlr.ACPhaseSwitchingSupported': odd.switches ?? 'false',
    'SmartChargingCtrlr.RateUnit': odd.units ?? 'A,W',
    'SampledDataCtrlr.TxUpdatedMeasurands': 'Current.Import,Power.Active.Import',
    'SampledDataCtrlr.TxUpdatedInterval': '60',
  }
  const meterValue = () => [
    {
      timestamp: new Date(nowMs()).toISOString(),
      sampledValue: currentA.map((value, index) => ({
        value: version === '1.6' ? value.toFixed(1) : value,
        context: 'Trigger',
        measurand: 'Current.Import',
        phase: `L${index + 1}`,
        ...(version === '1.6' ? { unit: 'A' } : { unitOfMeasure: { unit: 'A' } }),
      })),
    },
  ]
  const link = connect('CP-1', version, {
    SetChargingProfile: setProfile,
    GetCompositeSchedule: composite,
    ClearChargingProfile: (payload) => {
      const id = payload['id'] ?? payload['chargingProfileId']
      const before = profiles.size
      for (const [key, profile] of profiles) if (profile.id === id) profiles.delete(key)
      return { status: profiles.size < before ? 'Accepted' : 'Unknown' }
    },
    GetConfiguration: ({ key }) => ({
      configurationKey: (key as string[])
        .filter((name) => configuration.has(name))
        .map((name) => ({ key: name, readonly: false, value: configuration.get(name) })),
      unknownKey: (key as string[]).filter((name) => !configuration.has(name)),
    }),
    ChangeConfiguration: ({ key, value }) => {
      configuration.set(String(key), String(value))
      return { status: 'Accepted' }
    },
    GetVariables: ({ getVariableData }) => ({
      getVariableResult: (getVariableData as { component: { name: string }; variable: { name: string } }[]).map(
        ({ component, variable }) => ({
          attributeStatus: 'Accepted',
          attributeValue: variables[`${component.name}.${variable.name}`],
          component,
          variable,
        }),
      ),
    }),
    TriggerMessage: ({ requestedMessage }) => {
      if (requestedMessage === 'MeterValues') queueMicrotask(sendMeter)
      return { status: 'Accepted' }
    },
    ...odd.answers,
  })
  const sendMeter = (): void => {
    link.ask(
      'MeterValues',
      version === '1.6'
        ? {
            connectorId: 1,
            ...(transaction === null ? {} : { transactionId: Number(transaction) }),
            meterValue: meterValue(),
          }
        : { evseId: 1, meterValue: meterValue() },
    )
  }
  return {
    ...link,
    configuration,
    /** On how many phases its schedule has it charge; undefined: it says nothing of that. */
    phases: (): number | undefined => phasesAt(nowMs()),
    /** Amperes or watts, as it was told; null: no limit. */
    limit: (): number | null => inForce(nowMs()),
    profileCount: () => profiles.size,
    profiles: () => [...profiles.values()],
    boot: () =>
      version === '1.6'
        ? link.ask('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M', firmwareVersion: '1.0' })
        : link.ask('BootNotification', { reason: 'PowerUp', chargingStation: { vendorName: 'V', model: 'M' } }),
    status: (status: string) =>
      version === '1.6'
        ? link.ask('StatusNotification', {
            connectorId: 1,
            status,
            errorCode: 'NoError',
            timestamp: new Date(nowMs()).toISOString(),
          })
        : link.ask('StatusNotification', {
            evseId: 1,
            connectorId: 1,
            connectorStatus: status,
            timestamp: new Date(nowMs()).toISOString(),
          }),
    begin: (): string => {
      const timestamp = new Date(nowMs()).toISOString()
      if (version === '2.0.1') {
        transaction = 'tx-1'
        link.ask('TransactionEvent', {
          eventType: 'Started',
          timestamp,
          seqNo: 0,
          triggerReason: 'CablePluggedIn',
          evse: { id: 1, connectorId: 1 },
          transactionInfo: { transactionId: transaction, chargingState: 'Charging' },
        })
        return transaction
      }
      const answer = link.ask('StartTransaction', { connectorId: 1, idTag: 'TAG', meterStart: 0, timestamp })
      transaction = String((answer?.[2] as Payload)['transactionId'])
      return transaction
    },
    end: (): void => {
      const timestamp = new Date(nowMs()).toISOString()
      if (version === '2.0.1')
        link.ask('TransactionEvent', {
          eventType: 'Ended',
          timestamp,
          seqNo: 9,
          triggerReason: 'EVDeparted',
          transactionInfo: { transactionId: transaction },
        })
      else link.ask('StopTransaction', { transactionId: Number(transaction), meterStop: 1, timestamp })
      transaction = null
      for (const [key, { purpose }] of profiles) if (purpose === 'TxProfile') profiles.delete(key)
    },
    draw: (amperes: readonly [number, number, number]): void => {
      currentA = [...amperes]
    },
  }
}

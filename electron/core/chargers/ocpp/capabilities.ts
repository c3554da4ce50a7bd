/** What a charger says it can do for load control: asked once per connection, in one question for a few keys, never for all of them. */
import { isPayload, type OcppVersion, type Payload } from '../../../../shared/ocpp/frame.ts'
import { integerOf, listOf, textOf } from '../../../../shared/ocpp/numbers.ts'
import type { RateUnit } from '../../../../shared/ocpp/profile.ts'
import { own } from '../../../../shared/own.ts'

export interface Capabilities {
  /** null: it did not say. */
  readonly hasSmartCharging: boolean | null
  /** What it can report on request. */
  readonly hasTrigger: boolean | null
  readonly units: readonly RateUnit[]
  readonly maxStackLevel: number | null
  /** It can be switched from three phases to one; null: it did not say. */
  readonly switchesPhases: boolean | null
  /** It lets be said which phase it uses alone. */
  readonly choosesPhase: boolean
  /** What it samples, as it writes it; null: it did not say. */
  readonly sampled: string | null
  readonly sampleIntervalS: number | null
  /** 1.6: everything it answered, by key. */
  readonly keys: ReadonlyMap<string, string>
}

export const unknownCapabilities: Capabilities = {
  hasSmartCharging: null,
  hasTrigger: null,
  units: [],
  maxStackLevel: null,
  switchesPhases: null,
  choosesPhase: false,
  sampled: null,
  sampleIntervalS: null,
  keys: new Map(),
}

/** OCPP 1.6, 9: asked for by name, because some chargers break on a question for all. */
const keys16 = [
  'SupportedFeatureProfiles',
  'ChargeProfileMaxStackLevel',
  'ChargingScheduleAllowedChargingRateUnit',
  'MeterValuesSampledData',
  'MeterValueSampleInterval',
  // Optional in 1.6: whether it goes from three phases to one within a transaction.
  'ConnectorSwitch3to1PhaseSupported',
] as const

const variables201 = [
  ['SmartChargingCtrlr', 'Enabled'],
  ['SmartChargingCtrlr', 'ProfileStackLevel'],
  ['SmartChargingCtrlr', 'RateUnit'],
  ['SmartChargingCtrlr', 'Phases3to1'],
  ['SmartChargingCtrlr', 'ACPhaseSwitchingSupported'],
  ['SampledDataCtrlr', 'TxUpdatedMeasurands'],
  ['SampledDataCtrlr', 'TxUpdatedInterval'],
] as const

export interface Question {
  readonly action: string
  readonly payload: Payload
}

export const capabilityQuestion = (version: OcppVersion, more: readonly string[]): Question =>
  version === '1.6'
    ? { action: 'GetConfiguration', payload: { key: [...keys16, ...more] } }
    : {
        action: 'GetVariables',
        payload: {
          getVariableData: variables201.map(([component, variable]) => ({
            component: { name: component },
            variable: { name: variable },
          })),
        },
      }

/** "Current,Power" as the standard has it, "A,W" as some write it. */
const unitsOf = (text: string | undefined): readonly RateUnit[] => {
  const words = (text ?? '').split(',').map((word) => word.trim().toLowerCase())
  return [
    ...(words.some((word) => word === 'a' || word.startsWith('current')) ? (['A'] as const) : []),
    ...(words.some((word) => word === 'w' || word.startsWith('power')) ? (['W'] as const) : []),
  ]
}

const entries = (list: unknown, keyOf: (entry: Payload) => string | null, value: string): ReadonlyMap<string, string> =>
  new Map(
    listOf(list)
      .slice(0, 500)
      .flatMap((entry): (readonly [string, string])[] => {
        if (!isPayload(entry)) return []
        const [key, text] = [keyOf(entry), textOf(own(entry, value), 2000)]
        return key === null || text === null ? [] : [[key, text]]
      }),
  )

/** "true" and "false" as text; null: neither. */
const yesOrNo = (text: string | undefined): boolean | null => {
  const word = text?.trim().toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : null
}

const nameOf = (entry: Payload, key: string): string | null => {
  const named = own(entry, key)
  return isPayload(named) ? textOf(own(named, 'name'), 60) : null
}

export const readCapabilities = (version: OcppVersion, payload: Payload): Capabilities => {
  if (version === '1.6') {
    const keys = entries(own(payload, 'configurationKey'), (entry) => textOf(own(entry, 'key'), 60), 'value')
    const profiles = keys.get('SupportedFeatureProfiles')
    return {
      hasSmartCharging: profiles === undefined ? null : /smart\s*charging/i.test(profiles),
      hasTrigger: profiles === undefined ? null : /remote\s*trigger/i.test(profiles),
      units: unitsOf(keys.get('ChargingScheduleAllowedChargingRateUnit')),
      maxStackLevel: integerOf(keys.get('ChargeProfileMaxStackLevel')),
      switchesPhases: yesOrNo(keys.get('ConnectorSwitch3to1PhaseSupported')),
      choosesPhase: false,
      sampled: keys.get('MeterValuesSampledData') ?? null,
      sampleIntervalS: integerOf(keys.get('MeterValueSampleInterval')),
      keys,
    }
  }
  const keys = entries(
    own(payload, 'getVariableResult'),
    (entry) => {
      const [component, variable] = [nameOf(entry, 'component'), nameOf(entry, 'variable')]
      return component === null || variable === null ? null : `${component}.${variable}`
    },
    'attributeValue',
  )
  const enabled = keys.get('SmartChargingCtrlr.Enabled')
  return {
    hasSmartCharging: enabled === undefined ? null : enabled.toLowerCase() === 'true',
    hasTrigger: null,
    units: unitsOf(keys.get('SmartChargingCtrlr.RateUnit')),
    maxStackLevel: integerOf(keys.get('SmartChargingCtrlr.ProfileStackLevel')),
    switchesPhases: yesOrNo(keys.get('SmartChargingCtrlr.Phases3to1')),
    choosesPhase: yesOrNo(keys.get('SmartChargingCtrlr.ACPhaseSwitchingSupported')) === true,
    sampled: keys.get('SampledDataCtrlr.TxUpdatedMeasurands') ?? null,
    sampleIntervalS: integerOf(keys.get('SampledDataCtrlr.TxUpdatedInterval')),
    keys,
  }
}

const wanted = ['Current.Import', 'Voltage', 'Power.Active.Import', 'Energy.Active.Import.Register'] as const
/** Control rests on these; the others are for the screen. */
const needed = ['Current.Import', 'Power.Active.Import'] as const

export const samplesEnough = (sampled: string | null): boolean =>
  sampled !== null && needed.every((measurand) => sampled.split(',').some((word) => word.trim().startsWith(measurand)))

/**
 * Lists to try for what is sampled, the best first. Never all measurands there are: one maker's firmware restarts for ever when asked
 * for them (ABB Terra AC up to 1.8.21), another wants the phases in the names.
 */
export const sampledLists: readonly string[] = [
  wanted.join(','),
  [
    ...[1, 2, 3].map((phase) => `Current.Import.L${phase}`),
    ...[1, 2, 3].map((phase) => `Voltage.L${phase}`),
    'Power.Active.Import',
    'Energy.Active.Import.Register',
  ].join(','),
  ['Current.Import.L1', 'Current.Import.L2', 'Current.Import.L3', 'Energy.Active.Import.Register'].join(','),
  needed.join(','),
]

export const sampledOrder = (version: OcppVersion, list: string): Question =>
  orderOf(version, list, 'MeterValuesSampledData', ['SampledDataCtrlr', 'TxUpdatedMeasurands'])
export const intervalOrder = (version: OcppVersion, seconds: number): Question =>
  orderOf(version, String(seconds), 'MeterValueSampleInterval', ['SampledDataCtrlr', 'TxUpdatedInterval'])

const orderOf = (
  version: OcppVersion,
  value: string,
  key: string,
  [component, variable]: readonly [string, string],
): Question =>
  version === '1.6'
    ? { action: 'ChangeConfiguration', payload: { key, value } }
    : {
        action: 'SetVariables',
        payload: {
          setVariableData: [{ attributeValue: value, component: { name: component }, variable: { name: variable } }],
        },
      }

/** What a setting is answered with: in 2.0.1 one level deeper. */
export const settingStatus = (version: OcppVersion, payload: Payload): string => {
  if (version === '1.6') return textOf(own(payload, 'status'), 40) ?? ''
  const [first] = listOf(own(payload, 'setVariableResult'))
  return isPayload(first) ? (textOf(own(first, 'attributeStatus'), 40) ?? '') : ''
}
export const isTaken = (status: string): boolean => status === 'Accepted' || status === 'RebootRequired'

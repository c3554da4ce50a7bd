import type {
  ChargerDescription,
  MeterDescription,
  Overview,
  QuantitySource,
} from '../../../shared/api/site-contract.ts'
import { cannotOf, type ChargerAbilities, type Feed } from '../../../shared/charger/abilities.ts'
import { abilitiesOf } from '../../../shared/charger/abilities-of.ts'
import { wantedFallback } from '../../../shared/charger/own-fallback.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { describeMbusSource } from '../../../shared/mbus/describe.ts'
import type { MbusProfile } from '../../../shared/mbus/profile.ts'
import { describeSource } from '../../../shared/profile/describe.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { own } from '../../../shared/own.ts'
import type { QuantityKey } from '../../../shared/quantities.ts'
import { meterModelName } from '../../../shared/sunspec/device.ts'
import type { Site, SiteCharger, SiteMeter } from '../../../shared/site/site.ts'
import { mapMeter } from '../acquisition/meter-mapping.ts'
import type { SunSpecFound } from '../acquisition/sunspec-found.ts'
import { addressOf, addressText, selectedAddress } from '../acquisition/mbus/mbus-frames.ts'

/** "UMG 96RM and similar": one profile often serves a family, and a table has room for one name. */
const familyName = (models: readonly string[]): string =>
  models.length > 1 ? `${models[0] ?? ''} and similar` : (models[0] ?? '')

/** What a person expects on a meter's page; a profile without one of these says so instead of leaving a hole. */
const expected: readonly QuantityKey[] = [
  'u_l1n',
  'u_l2n',
  'u_l3n',
  'i_l1',
  'i_l2',
  'i_l3',
  'i_n',
  'p_l1',
  'p_l2',
  'p_l3',
  'p_total',
  'q_l1',
  'q_l2',
  'q_l3',
  'q_total',
  'pf_l1',
  'pf_l2',
  'pf_l3',
  'pf_total',
  'f',
  'e_import',
  'e_export',
]

type Billing = Pick<MeterDescription, 'billingUse' | 'billing'>

/** Which register of this meter may be billed by, or why none: what is shown must be the register itself, not what is made of it here. */
const billingOf = (
  meter: SiteMeter,
  { billing: { suitable, note } }: MeterProfile | MbusProfile,
  sources: Readonly<Record<string, QuantitySource>>,
): Billing => {
  if (suitable === 'not-suitable') return { billingUse: suitable, billing: `Cannot be used for billing. ${note}` }
  if (suitable === 'not-verified') return { billingUse: suitable, billing: `Not verified for billing. ${note}` }
  const register = own(sources, 'e_import')?.register.split(',')[0]
  if (register === undefined)
    return {
      billingUse: 'not-suitable',
      billing: `Cannot be used for billing here: no kWh register is read of it. ${note}`,
    }
  if (meter.currentTransformer?.appliedIn === 'app')
    return {
      billingUse: 'not-suitable',
      billing: `Cannot be billed by as shown: the ratio of its current transformers is applied in Tripscope, so the energy here is not its kWh register (${register}). ${note}`,
    }
  return {
    billingUse: suitable,
    billing: `Can be used for billing: only the kWh register (import: ${register}), and only of the MID variant. ${note}`,
  }
}

/** What is said of a meter whatever it speaks. */
const describeAny = (
  meter: SiteMeter,
  profile: MeterProfile | MbusProfile,
  sources: Record<string, QuantitySource>,
): Omit<MeterDescription, 'unit' | 'address' | 'bus'> => {
  const ct = meter.currentTransformer
  return {
    id: meter.id,
    name: meter.name ?? meter.id,
    profileId: profile.id,
    make: profile.make,
    model: familyName(profile.models),
    lineId: meter.line,
    quantities: sources,
    ...billingOf(meter, profile, sources),
    currentTransformer:
      ct === undefined
        ? null
        : `${ct.primary}/${ct.secondary} A${ct.class === undefined ? '' : `, class ${ct.class}`}, ratio applied in the ${ct.appliedIn}`,
    quirks: profile.quirks,
    documents: profile.sources.map((source) =>
      source.page === undefined ? source.document : `${source.document}, ${source.page}`,
    ),
    lacks: expected.filter((key) => sources[key] === undefined),
  }
}

/** By the site's phases, as the values are shown: what the terminals measure there is read from their registers. */
const describeMeter = (meter: SiteMeter, profile: MeterProfile): MeterDescription => ({
  ...describeAny(
    meter,
    profile,
    Object.fromEntries(
      [...mapMeter(meter, profile)].map(([key, { key: shown }]) => [
        shown,
        describeSource(profile, key, meter.periodMs, meter.periods?.[key]),
      ]),
    ),
  ),
  unit: meter.unit,
  address: `unit ${meter.unit}`,
  bus: 'modbus',
  ...(profile.sunspec === undefined ? {} : { identity: null }),
  ...(profile.protection === undefined ? {} : { protection: profile.protection }),
})

/** A meter as its device was found to be: make, model and registers are the device's own then. */
const describeFound = (
  meter: SiteMeter,
  { profile, meter: { id, address, common }, device }: SunSpecFound,
): MeterDescription => {
  const described = describeMeter(meter, profile)
  return {
    ...described,
    make: common?.maker ?? described.make,
    model: common === null || common.model === null ? `SunSpec meter model ${meterModelName(id)}` : common.model,
    identity: {
      maker: common?.maker ?? null,
      model: common?.model ?? null,
      version: common?.version ?? null,
      serial: common?.serial ?? null,
      place: `meter model ${meterModelName(id)}, at register ${address}; 'SunS' at register ${device.base}`,
      notes: [...device.notes],
    },
  }
}

/** The overview with the meters that were looked up since. */
export const withFound = (overview: Overview, found: ReadonlyMap<string, SunSpecFound>): Overview =>
  found.size === 0
    ? overview
    : {
        ...overview,
        meters: overview.meters.map((description) => {
          const [meter, known] = [
            overview.site.meters.find(({ id }) => id === description.id),
            found.get(description.id),
          ]
          return meter === undefined || known === undefined ? description : describeFound(meter, known)
        }),
      }

const describeMbusMeter = (meter: SiteMeter, profile: MbusProfile): MeterDescription => {
  const address = addressOf(meter.mbus ?? {})
  return {
    ...describeAny(
      meter,
      profile,
      Object.fromEntries(
        (Object.keys(profile.quantities) as QuantityKey[]).map((key) => [
          key,
          describeMbusSource(profile, key, meter.periodMs),
        ]),
      ),
    ),
    unit: address.kind === 'primary' ? address.address : selectedAddress,
    address: addressText(address),
    bus: 'mbus',
  }
}

const fedText = (by: Feed, timeoutS: number, isTimeoutOurs: boolean): string => {
  switch (by) {
    case 'any-request':
      return `any request refreshes it; without one for ${timeoutS} s it goes to its own fallback`
    case 'limit':
      return `a limit expires after ${timeoutS} s and must be written again`
    case 'heartbeat':
      return isTimeoutOurs
        ? `its timeout register is written again within every ${timeoutS} s`
        : `a value is written within every ${timeoutS} s`
  }
}

const describeWatchdog = ({ watchdog }: ChargerAbilities): string => {
  switch (watchdog.kind) {
    case 'fed':
      return fedText(watchdog.by, watchdog.timeoutS, watchdog.isTimeoutOurs)
    case 'outside':
      return `set on the charger itself, not visible here: ${watchdog.note}`
    case 'none':
      return `none is known: ${watchdog.note}`
  }
}

const describeCharger = (charger: SiteCharger, abilities: ChargerAbilities): ChargerDescription => ({
  id: charger.id,
  name: charger.name ?? charger.id,
  profileId: abilities.profileId,
  make: abilities.make,
  model: familyName(abilities.models),
  circuitId: charger.circuit,
  phases: charger.phases,
  minimumA: Math.max(charger.minimum, abilities.limit.minimumA),
  maximumA: charger.maximum,
  priority: charger.priority,
  fallbackA: charger.fallback,
  canReadBack: abilities.canReadBack,
  canPause: abilities.canPause,
  monitoredOnly: abilities.monitoredOnly,
  cannot: cannotOf(abilities),
  phaseSwitch: abilities.phaseSwitch?.text ?? null,
  watchdog: describeWatchdog(abilities),
  writableFallback: abilities.writableFallback && {
    ...wantedFallback(abilities, charger.fallback),
    source: abilities.writableFallback.source,
  },
})

interface Profiles {
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly mbusProfiles: ReadonlyMap<string, MbusProfile>
  readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
}

/** The parts of the site that do not change while it is open. A profile that is missing is a bug: the site check refuses it. */
export const describeSite = (
  site: Site,
  { meterProfiles, mbusProfiles, chargerProfiles }: Profiles,
  warnings: readonly string[],
  version: string,
): Overview => {
  const profileOf = <P>(profiles: ReadonlyMap<string, P>, id: string): P => {
    const profile = profiles.get(id)
    if (profile === undefined) throw new Error(`profile ${id} is not in the catalogue although the site was accepted`)
    return profile
  }
  const able = (charger: SiteCharger): ChargerAbilities => {
    const abilities = abilitiesOf(charger, chargerProfiles)
    if (abilities === null)
      throw new Error(`what charger ${charger.id} can do is not known although the site was accepted`)
    return abilities
  }
  return {
    site,
    meters: site.meters.map((meter) =>
      meter.mbus === undefined
        ? describeMeter(meter, profileOf(meterProfiles, meter.profile))
        : describeMbusMeter(meter, profileOf(mbusProfiles, meter.profile)),
    ),
    chargers: site.chargers.map((charger) => describeCharger(charger, able(charger))),
    warnings: [...warnings],
    version,
  }
}

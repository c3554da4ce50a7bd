import type { ChargerAbilities } from '../../../shared/charger/abilities.ts'
import type { MbusProfile } from '../../../shared/mbus/profile.ts'
import { chargerQuantityKeys, type ChargerReading, type MeterReading } from '../../../shared/model/image.ts'
import { isSampled, type Observation } from '../../../shared/model/observation.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { Site } from '../../../shared/site/site.ts'
import { mapMeter } from '../acquisition/meter-mapping.ts'
import { forgetful, type Memory } from './memory.ts'
import { chargerReadings, noteCharger, unreadCharger, type KnownCharger } from './known-chargers.ts'
import { meterReadings, noteMeter, unreadMeter, type KnownMeter } from './known-meters.ts'

/** Chargers are watched once a second: their own averaging and the car's reaction are slower than that. */
export const chargerPeriodMs = 1000

export interface KnownSetup {
  readonly site: Site
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly mbusProfiles: ReadonlyMap<string, MbusProfile>
  /** By charger id. */
  readonly abilities: ReadonlyMap<string, ChargerAbilities>
}

/** The latest of every meter and charger. */
export interface Known {
  readonly note: (observation: Observation) => void
  readonly meters: (nowMs: number) => Record<string, MeterReading>
  readonly chargers: (nowMs: number) => Record<string, ChargerReading>
}

const unreadMeters = ({ site, meterProfiles, mbusProfiles }: KnownSetup): Map<string, KnownMeter> =>
  new Map(
    site.meters.flatMap((meter) => {
      const profile = meterProfiles.get(meter.profile) ?? mbusProfiles.get(meter.profile)
      if (profile === undefined) return []
      const quantities = [...mapMeter(meter, profile).values()].map(({ key }) => key)
      return [[meter.id, unreadMeter(quantities, meter.periodMs)] as const]
    }),
  )

const unreadChargers = ({ site, abilities }: KnownSetup): Map<string, KnownCharger> =>
  new Map(
    site.chargers.flatMap((charger) => {
      const says = abilities.get(charger.id)?.says
      if (says === undefined) return []
      const quantities = chargerQuantityKeys.filter((key) => says.has(key))
      return [[charger.id, unreadCharger(charger.phases, quantities, chargerPeriodMs)] as const]
    }),
  )

/** Keeps what was observed last, and lets it age; nobody asks a source a second time. */
export const createKnown = (setup: KnownSetup, memory: Memory = forgetful): Known => {
  const { meters, chargers } = memory.keep('known', { meters: unreadMeters(setup), chargers: unreadChargers(setup) })
  const periods = new Map(setup.site.meters.map(({ id, periodMs }) => [id, periodMs]))
  return {
    note: (observation) => {
      if (isSampled(observation)) return
      if (observation.kind !== 'charger-samples') {
        noteMeter(meters, observation, periods.get(observation.meterId) ?? chargerPeriodMs)
        return
      }
      const known = chargers.get(observation.chargerId)
      if (known !== undefined) noteCharger(known, observation)
    },
    meters: (nowMs) => meterReadings(meters, nowMs),
    chargers: (nowMs) => chargerReadings(chargers, nowMs),
  }
}

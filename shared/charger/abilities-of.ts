import type { ChargerProfile } from '../profile/charger-profile.ts'
import { modbusOf, ocppOf } from '../site/charger-connection.ts'
import type { Site, SiteCharger } from '../site/site.ts'
import type { ChargerAbilities } from './abilities.ts'
import { modbusAbilities } from './modbus-abilities.ts'
import { ocppAbilities } from './ocpp-abilities.ts'

/** What a charger of the site can do, by its connection; null where its profile is not in the catalogue. */
export const abilitiesOf = (
  charger: SiteCharger,
  profiles: ReadonlyMap<string, ChargerProfile>,
): ChargerAbilities | null => {
  const ocpp = ocppOf(charger)
  if (ocpp !== null) return ocppAbilities(ocpp)
  const modbus = modbusOf(charger)
  const profile = modbus === null ? undefined : profiles.get(modbus.profile)
  return profile === undefined ? null : modbusAbilities(profile)
}

/** By charger id; a charger whose profile is not in the catalogue is left out. */
export const siteAbilities = (
  site: Pick<Site, 'chargers'>,
  profiles: ReadonlyMap<string, ChargerProfile>,
): ReadonlyMap<string, ChargerAbilities> =>
  new Map(
    site.chargers.flatMap((charger) => {
      const abilities = abilitiesOf(charger, profiles)
      return abilities === null ? [] : [[charger.id, abilities] as const]
    }),
  )

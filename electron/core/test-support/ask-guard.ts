import { siteAbilities } from '../../../shared/charger/abilities-of.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import type { Site } from '../../../shared/site/site.ts'
import { createAskGuard, type AskGuard, type Backing } from '../may-ask.ts'

/** Control is not armed and left nobody behind. */
export const nobodyArmed: Backing = { isArmed: false, isQuiet: false, decidedAgoMs: Infinity, isUnreached: false }

/** The guard of a site, with the profiles its chargers name; `isOfEarlier` as in may-ask.ts. */
export const guardOf = (
  site: Site,
  profiles: ReadonlyMap<string, ChargerProfile>,
  isOfEarlier: (chargerId: string) => boolean = () => false,
): AskGuard =>
  createAskGuard({ site, abilities: siteAbilities(site, profiles), backing: () => nobodyArmed, isOfEarlier })

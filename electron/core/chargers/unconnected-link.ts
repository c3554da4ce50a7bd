import type { ChargerAbilities } from '../../../shared/charger/abilities.ts'
import type { ChargerLink } from './charger-link.ts'

/** A charger of which only is known what it can do, as in a record that is played: it takes no orders, and asking it is a bug. */
export const unconnectedLink = (chargerId: string, abilities: ChargerAbilities): ChargerLink => {
  const nobody = (): Promise<never> => Promise.reject(new Error(`nothing is connected to charger ${chargerId}`))
  return {
    chargerId,
    abilities,
    writeLimit: nobody,
    readBackLimit: nobody,
    feedWatchdog: nobody,
    ...(abilities.writableFallback === null ? {} : { setOwnFallback: nobody, readOwnFallback: nobody }),
  }
}

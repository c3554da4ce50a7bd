import type { ChargerProfile } from './charger-profile.ts'
import type { Register } from './register.ts'

type Limit = ChargerProfile['limit']

/** A register of watts as one of amperes: one ampere is as many watts as one phase carries at the lowest voltage. */
const inAmperes = <R extends Register>(register: R, watts: Limit['watts']): R =>
  watts === undefined ? register : { ...register, scale: register.scale / watts.lowestVoltage }

/**
 * The limit and its read back in amperes a phase, whatever the registers hold. Of watts the safe side is taken (charger-profile.ts):
 * what is written never allows a phase more than asked, and what is read back is the most a phase may draw, within the voltage given.
 */
export const limitInAmperes = ({ limit }: Pick<ChargerProfile, 'limit'>): Limit => ({
  ...inAmperes(limit, limit.watts),
  readBack: limit.readBack === null ? null : inAmperes(limit.readBack, limit.watts),
})

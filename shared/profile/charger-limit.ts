import { canPause, type ChargerProfile } from './charger-profile.ts'
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

/** What is written of a limit, A: down to the step the charger can tell, because rounding must never give more than was decided. */
export const inSteps = ({ resolution }: Pick<Limit, 'resolution'>, amperes: number): number =>
  Number((Math.floor(amperes / resolution + 1e-9) * resolution).toFixed(6))

/** Whether anything it says could show that it follows a limit: that limit, or the currents of its car. */
export const canShow = ({ limit, quantities }: Pick<ChargerProfile, 'limit' | 'quantities'>): boolean =>
  limit.readBack !== null ||
  quantities.i_t1 !== undefined ||
  quantities.i_t2 !== undefined ||
  quantities.i_t3 !== undefined

/** What this model cannot do for control, each as the end of "it cannot ...". */
export const cannotOf = (profile: ChargerProfile): string[] => [
  ...(profile.monitoredOnly === undefined ? [] : ['be controlled']),
  ...(profile.monitoredOnly === undefined && profile.limit.readBack === null ? ['say which limit is in force'] : []),
  ...(profile.monitoredOnly === undefined && !canPause(profile) ? ['be paused'] : []),
  ...(profile.quantities.i_t1 === undefined ? ['measure its currents'] : []),
  ...(profile.watchdog.kind === 'none' ? ['fall back by itself when it is cut off'] : []),
  ...(profile.phaseSwitch === null ? ['switch between one phase and three'] : []),
]

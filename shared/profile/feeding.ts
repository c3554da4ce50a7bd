import type { ChargerProfile } from './charger-profile.ts'

/**
 * What keeps a charger's watchdog from firing, so what must be left out for it to fall to its own fallback: every request, the
 * limit itself, or a heartbeat register. null: nothing this program could leave out.
 */
export type Feed = 'any-request' | 'limit' | 'heartbeat'

export const feedOf = ({ watchdog }: Pick<ChargerProfile, 'watchdog'>): Feed | null => {
  switch (watchdog.kind) {
    case 'poll':
      return 'any-request'
    case 'setpoint-validity':
      return 'limit'
    case 'lifebit':
    case 'token':
    case 'timeout-write':
      return 'heartbeat'
    // What feeds one that is set outside Modbus is not known, and where there is none nothing does.
    case 'configuration':
    case 'none':
      return null
  }
}

/**
 * How long a charger hears nothing before it falls, s: what it says of itself where that is known, else what its document or its
 * profile says. null: it has no watchdog that could fire. `saidS` is its own register; 0 there switches it off (KEBA 5018,
 * Heidelberg 257), as far as makers say.
 */
export const watchdogTimeoutS = (
  { watchdog }: Pick<ChargerProfile, 'watchdog'>,
  saidS: number | null,
): number | null => {
  if (!('timeoutS' in watchdog)) return null
  // Of this kind the program writes the time itself.
  if (watchdog.kind === 'timeout-write' || saidS === null) return watchdog.timeoutS
  return saidS > 0 ? saidS : null
}

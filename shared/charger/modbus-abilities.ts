import type { ChargerQuantityKey } from '../model/image.ts'
import { canPause, type ChargerProfile } from '../profile/charger-profile.ts'
import type { ChargerAbilities, WatchdogAbility } from './abilities.ts'

const watchdogOf = ({ watchdog }: ChargerProfile): WatchdogAbility => {
  const fed = (
    by: 'any-request' | 'limit' | 'heartbeat',
    timeoutS: number,
    isTimeoutOurs = false,
  ): WatchdogAbility => ({
    kind: 'fed',
    by,
    timeoutS,
    isTimeoutOurs,
  })
  switch (watchdog.kind) {
    case 'poll':
      return fed('any-request', watchdog.timeoutS)
    case 'setpoint-validity':
      return fed('limit', watchdog.timeoutS)
    case 'lifebit':
    case 'token':
      return fed('heartbeat', watchdog.timeoutS)
    case 'timeout-write':
      return fed('heartbeat', watchdog.timeoutS, true)
    case 'configuration':
      return { kind: 'outside', note: watchdog.note }
    case 'none':
      return { kind: 'none', note: watchdog.note }
  }
}

/** What a charger on Modbus can do, as its profile says. */
export const modbusAbilities = (profile: ChargerProfile): ChargerAbilities => {
  const { limit, ownFallback, phaseSwitch, monitoredOnly } = profile
  return {
    make: profile.make,
    models: profile.models,
    profileId: profile.id,
    limit: {
      minimumA: limit.minimum,
      stepA: limit.resolution,
      toleranceA: limit.tolerance,
      settleMs: limit.settleMs,
      spacingMs: limit.spacingMs,
    },
    canPause: canPause(profile),
    canReadBack: limit.readBack !== null,
    says: new Set(Object.keys(profile.quantities) as ChargerQuantityKey[]),
    watchdog: watchdogOf(profile),
    writableFallback:
      ownFallback === undefined || monitoredOnly !== undefined
        ? null
        : {
            limit: ownFallback.limit !== undefined,
            timeout: ownFallback.timeout !== undefined,
            timeoutS: ownFallback.timeoutS ?? null,
            source: ownFallback.source,
          },
    phaseSwitch:
      phaseSwitch === null
        ? null
        : {
            text: `register ${phaseSwitch.address}: ${phaseSwitch.note}`,
            steered:
              phaseSwitch.steered === undefined || monitoredOnly !== undefined
                ? null
                : { settleMs: phaseSwitch.steered.settleMs, spacingMs: phaseSwitch.steered.spacingMs },
          },
    monitoredOnly: monitoredOnly ?? null,
  }
}

import { limitKeyRange, unsaidPhaseSwitch, type OcppConnection } from '../site/ocpp-connection.ts'
import type { ChargerAbilities } from './abilities.ts'

/**
 * Its schedule says on how many phases it charges, and shows it again (OCPP 1.6, 7.14 numberPhases; 2.0.1 part 2, K01). Of 1.6 the site
 * file must say that the charger obeys that; one of 2.0.1 says so itself (SmartChargingCtrlr.Phases3to1) and is asked before each switch.
 */
const phaseSwitchOf = ({
  version,
  limitKey,
  readBack,
  phaseSwitch,
}: OcppConnection): ChargerAbilities['phaseSwitch'] => {
  const times = phaseSwitch ?? (version === '2.0.1' ? unsaidPhaseSwitch : undefined)
  if (times === undefined || limitKey !== undefined) return null
  return {
    text: 'numberPhases in its charging schedule',
    steered: readBack === 'schedule' ? { settleMs: times.settle * 1000, spacingMs: times.spacing * 1000 } : null,
  }
}

/** The schedule of a limit, written again within each third of it, drops to the safe current by itself; see shared/ocpp/profile.ts. */
export const ocppAbilities = (connection: OcppConnection): ChargerAbilities => {
  const { version, limitKey, readBack, expiresAfter } = connection
  const hasSchedule = limitKey === undefined
  const phaseSwitch = phaseSwitchOf(connection)
  return {
    make: 'OCPP',
    models: [`${version ?? '1.6'} charger ${connection.identity}`],
    profileId: `ocpp-${version ?? '1.6'}`,
    limit: {
      minimumA: limitKey === undefined ? 6 : limitKeyRange(limitKey).minimumA,
      stepA: 0.1,
      toleranceA: 0.1,
      // A charger may store a profile before it applies it; the pilot follows within 5 s (IEC 61851-1). Editable assumption.
      settleMs: 5000,
      spacingMs: 1000,
    },
    canPause: limitKey === undefined || limitKeyRange(limitKey).minimumA === 0,
    canReadBack: readBack !== 'none',
    says: new Set([
      ...(['i_t1', 'i_t2', 'i_t3', 'u_t1', 'u_t2', 'u_t3', 'p_total', 'e_total'] as const),
      ...(readBack === 'none' ? [] : (['limit'] as const)),
      ...(phaseSwitch?.steered == null ? [] : (['phases'] as const)),
      ...(hasSchedule && readBack === 'schedule' ? (['fallback_limit', 'watchdog_timeout'] as const) : []),
    ]),
    watchdog: hasSchedule
      ? { kind: 'fed', by: 'limit', timeoutS: expiresAfter, isTimeoutOurs: true }
      : {
          kind: 'none',
          note: `its limit is the configuration key ${limitKey.name}, which holds until it is written again`,
        },
    writableFallback: hasSchedule
      ? {
          limit: true,
          timeout: false,
          timeoutS: null,
          source: 'OCPP 1.6 edition 2, 3.13.2 and 2.0.1 part 2, K01: a TxDefaultProfile of the lowest stack level',
        }
      : null,
    phaseSwitch,
    monitoredOnly: null,
  }
}

import type { OcppVersion, Payload } from './frame.ts'
import { limitToSend } from './numbers.ts'
import { timestampText } from './timestamp.ts'

export type RateUnit = 'A' | 'W'
/** Of 2.0.1 the last is called ChargingStationMaxProfile. */
export type ProfilePurpose = 'TxProfile' | 'TxDefaultProfile' | 'ChargePointMaxProfile'
export type ProfileKind = 'Absolute' | 'Relative'

/** What a charger takes a profile in; learnt by asking and trying. */
export interface ProfileShape {
  readonly purpose: ProfilePurpose
  readonly unit: RateUnit
  readonly kind: ProfileKind
  readonly stackLevel: number
}

/** What watts mean here: the charger divides by the nominal voltage and the number of phases (OCPP 1.6, 7.13). */
export interface Supply {
  readonly nominalV: number
  /** Phases the current is counted on. */
  readonly phases: number
  /** What a charger that can be switched is told in words: on how many phases, and whether it takes which one; left out: it can't be. */
  readonly switchedTo?: { readonly phases: 1 | 3; readonly choosesPhase: boolean }
}

/** A limit that ends by itself: OCPP has no watchdog, so the schedule carries it. Amperes per phase; seconds from now. */
export interface EndingLimit {
  readonly limitA: number
  /** What follows after `validS`, for ever; null: the limit stays. */
  readonly then: { readonly fallbackA: number; readonly validS: number } | null
}

export interface ProfileOrder {
  /** Connector (1.6) or EVSE (2.0.1); 0 the whole station. */
  readonly connector: number
  readonly profileId: number
  readonly shape: ProfileShape
  readonly limit: EndingLimit
  readonly supply: Supply
  /** UTC by the charger's own clock, by which it applies a schedule. */
  readonly chargerMs: number
  /** How long ago the transaction began, s: where a relative schedule begins. */
  readonly sinceStartS: number
  readonly transactionId: string | null
}

/**
 * A schedule begins this long ago, s, so that a clock a little behind finds it begun (a profile that has not begun limits nothing).
 * Editable assumption; evcc takes a minute too.
 */
const begunS = 60

const inUnit = (amperes: number, unit: RateUnit, { nominalV, phases }: Supply): number =>
  unit === 'A' ? limitToSend(amperes) : Math.floor(limitToSend(amperes) * nominalV * phases + 1e-6)

export const inAmperes = (value: number, unit: RateUnit, { nominalV, phases }: Supply): number =>
  unit === 'A' ? value : value / (nominalV * phases)

const scheduleOf = ({ shape, limit, supply, chargerMs, sinceStartS }: ProfileOrder): Payload => {
  const { unit, kind } = shape
  const beginS = kind === 'Absolute' ? begunS : Math.max(0, Math.ceil(sinceStartS))
  // Missing means three (OCPP 1.6, 7.13); said only where it is another, because some refuse it.
  const { switchedTo } = supply
  const numberPhases =
    switchedTo !== undefined
      ? // Its terminal T1 is the one that stays, where it lets that be said (2.0.1 part 2, phaseToUse).
        {
          numberPhases: switchedTo.phases,
          ...(switchedTo.phases === 1 && switchedTo.choosesPhase ? { phaseToUse: 1 } : {}),
        }
      : supply.phases === 3
        ? {}
        : { numberPhases: supply.phases }
  const period = (startPeriod: number, amperes: number) => ({
    startPeriod,
    limit: inUnit(amperes, unit, supply),
    ...numberPhases,
  })
  return {
    ...(kind === 'Absolute' ? { startSchedule: timestampText(chargerMs - begunS * 1000) } : {}),
    chargingRateUnit: unit,
    chargingSchedulePeriod: [
      period(0, limit.limitA),
      ...(limit.then === null || limit.then.fallbackA === limit.limitA
        ? []
        : [period(beginS + limit.then.validS, limit.then.fallbackA)]),
    ],
  }
}

/** SetChargingProfile.req of OCPP 1.6 (6.43) or 2.0.1 (part 2, K01). */
export const setChargingProfile = (version: OcppVersion, order: ProfileOrder): Payload => {
  const { connector, profileId, shape, transactionId } = order
  const { purpose, kind, stackLevel } = shape
  const ofTransaction = purpose === 'TxProfile' && transactionId !== null
  if (version === '1.6')
    return {
      connectorId: connector,
      csChargingProfiles: {
        chargingProfileId: profileId,
        ...(ofTransaction ? { transactionId: Number(transactionId) } : {}),
        stackLevel,
        chargingProfilePurpose: purpose,
        chargingProfileKind: kind,
        chargingSchedule: scheduleOf(order),
      },
    }
  return {
    evseId: connector,
    chargingProfile: {
      id: profileId,
      stackLevel,
      chargingProfilePurpose: purpose === 'ChargePointMaxProfile' ? 'ChargingStationMaxProfile' : purpose,
      chargingProfileKind: kind,
      ...(ofTransaction ? { transactionId } : {}),
      chargingSchedule: [{ id: profileId, ...scheduleOf(order) }],
    },
  }
}

/** ClearChargingProfile.req for one profile by its id; where an id is given nothing else counts (1.6 errata 4.0, 3.30). */
export const clearChargingProfile = (version: OcppVersion, profileId: number): Payload =>
  version === '1.6' ? { id: profileId } : { chargingProfileId: profileId }

import { isPayload, type Payload } from '../../../../shared/ocpp/frame.ts'
import { textOf } from '../../../../shared/ocpp/numbers.ts'
import {
  setChargingProfile,
  type EndingLimit,
  type ProfilePurpose,
  type Supply,
} from '../../../../shared/ocpp/profile.ts'
import { own } from '../../../../shared/own.ts'
import type { CallOutcome } from './call-book.ts'
import type { Capabilities } from './capabilities.ts'
import { isPossible, isSameManner, mannersOf, profileIdOf, type Manner } from './manners.ts'
import type { Station } from './station.ts'
import { chargerUtcMs } from './station-clock.ts'
import { connectorOf } from './station-state.ts'

export interface ProfileWriterParts {
  readonly station: Station
  readonly connector: number
  readonly declaredUnit: 'A' | 'W' | undefined
  readonly capabilities: () => Capabilities
  readonly supplyFor: (unit: 'A' | 'W') => Supply
  readonly nowMs: () => number
  readonly utcMs: () => number
}

export type Taken = { readonly ok: true } | { readonly ok: false; readonly why: string; readonly isRefusal: boolean }

const answerOf = (outcome: CallOutcome): Taken => {
  if (!outcome.ok) return { ok: false, why: outcome.why, isRefusal: outcome.code !== null }
  const status = textOf(own(outcome.payload, 'status'), 40) ?? 'nothing'
  const info = own(outcome.payload, 'statusInfo')
  const reason = isPayload(info) ? textOf(own(info, 'reasonCode'), 60) : null
  return status === 'Accepted'
    ? { ok: true }
    : { ok: false, why: `it answers "${status}"${reason === null ? '' : ` (${reason})`}`, isRefusal: true }
}

/** Writes charging profiles in the shape this charger takes: learnt by trying, told again only when it is refused. */
export const createProfileWriter = (parts: ProfileWriterParts) => {
  const { station, connector, capabilities } = parts
  let learnt: Manner | null = null
  /** What it refused in every shape, until something changes. */
  const refused = new Map<ProfilePurpose, string>()

  const order = (purpose: ProfilePurpose, manner: Manner, limit: EndingLimit, profileId: number): Payload => {
    const state = station.state()
    const { transaction } = connectorOf(state, connector)
    const startedMs = transaction?.startedMs ?? parts.nowMs()
    return setChargingProfile(state.version, {
      connector: purpose === 'ChargePointMaxProfile' ? 0 : connector,
      profileId,
      shape: { purpose, ...manner },
      limit,
      supply: parts.supplyFor(manner.unit),
      chargerMs: chargerUtcMs(state, parts.utcMs()),
      sinceStartS: (parts.nowMs() - startedMs) / 1000,
      transactionId: purpose === 'TxProfile' ? (transaction?.id ?? null) : null,
    })
  }

  const tryAll = async (
    purpose: ProfilePurpose,
    manners: readonly Manner[],
    limit: EndingLimit,
    profileId: number,
  ): Promise<Taken> => {
    let last: Taken = { ok: false, why: 'nothing could be tried', isRefusal: true }
    for (const manner of manners.filter((each) => isPossible(purpose, each))) {
      const payload = order(purpose, manner, limit, profileId)
      last = answerOf(await station.call({ action: 'SetChargingProfile', payload }, true))
      if (last.ok) {
        if (purpose !== 'ChargePointMaxProfile' && profileId !== profileIdOf(connector, 'safe')) learnt = manner
        return last
      }
      // No answer says nothing of the shape, and the next one would wait as long.
      if (!last.isRefusal) return last
    }
    return last
  }

  return {
    learnt: () => learnt,
    /** A new connection, a restart or another transaction: what was refused is tried again. */
    forgive: (): void => refused.clear(),
    write: async (purpose: ProfilePurpose, limit: EndingLimit): Promise<Taken> => {
      const before = refused.get(purpose)
      const all = mannersOf(capabilities(), parts.declaredUnit, learnt)
      // Refused in every shape: one try in the best shape shows whether it changed its mind.
      const manners = before === undefined ? all : all.slice(0, 1)
      const taken = await tryAll(purpose, manners, limit, profileIdOf(connector, purpose))
      if (taken.ok) refused.delete(purpose)
      else if (taken.isRefusal) refused.set(purpose, taken.why)
      return taken
    },
    isRefused: (purpose: ProfilePurpose): boolean => refused.has(purpose),
    /** Below everything else and without an end: what is left when all other profiles are gone. */
    writeSafe: (limitA: number): Promise<Taken> => {
      const lowest = mannersOf(capabilities(), parts.declaredUnit, learnt)
        .map((manner) => ({ ...manner, stackLevel: 0 }))
        .filter((manner, index, all) => all.findIndex((other) => isSameManner(manner, other)) === index)
      return tryAll('TxDefaultProfile', lowest, { limitA, then: null }, profileIdOf(connector, 'safe'))
    },
  }
}
export type ProfileWriter = ReturnType<typeof createProfileWriter>

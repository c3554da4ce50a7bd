import { modelName } from '../../../../shared/charger/abilities.ts'
import { ocppAbilities } from '../../../../shared/charger/ocpp-abilities.ts'
import {
  getCompositeSchedule,
  limitNow,
  phasesNow,
  readCompositeSchedule,
} from '../../../../shared/ocpp/composite-schedule.ts'
import { clearChargingProfile, type EndingLimit, type Supply } from '../../../../shared/ocpp/profile.ts'
import type { ChargerOutcome } from '../charger-link.ts'
import type { Answers, OcppChargerLinkOptions, ReadLimit } from './link-options.ts'
import { profileIdOf, purposesOf } from './manners.ts'
import type { PhaseChoice } from './phase-choice.ts'
import { createProfileWriter } from './profile-writer.ts'
import { chargerUtcMs } from './station-clock.ts'
import { connectorOf } from './station-state.ts'

const createWriter = (options: OcppChargerLinkOptions, switched: PhaseChoice | null) => {
  const { charger, connection, station, clock, utcMs, capabilities, nominalV } = options
  const supplyFor = (unit: 'A' | 'W'): Supply => {
    const all = switched?.now() === 1 ? 1 : charger.phases.length
    const count = switched?.now() ?? null
    return {
      nominalV,
      // Watts are of the whole charger and shared by the phases its car uses; amperes are of each.
      phases: unit === 'W' ? Math.min(options.phasesUsed() ?? all, all) : all,
      ...(count === null ? {} : { switchedTo: { phases: count, choosesPhase: capabilities().choosesPhase } }),
    }
  }
  const { connector, unit: declaredUnit } = connection
  const writing = { station, connector, declaredUnit, capabilities, supplyFor, nowMs: clock.nowMs, utcMs }
  return { supplyFor, profiles: createProfileWriter(writing) }
}

/** What was taken of a limit, by purpose; `whys`: what was not, and why. */
interface Taken {
  readonly isSome: boolean
  /** Only the profile for the whole station was. */
  readonly isStationsOnly: boolean
  readonly whys: readonly string[]
}

/** The limit as charging profiles: a schedule that ends in the safe current, and is done when the charger shows it. */
export const createLimitProfiles = (
  options: OcppChargerLinkOptions,
  { refuse, done }: Answers,
  switched: PhaseChoice | null = null,
) => {
  const { charger, connection, station, isAlone, clock, utcMs } = options
  const { connector, expiresAfter } = connection
  const { supplyFor, profiles } = createWriter(options, switched)
  let hasSafe = false
  let hasCleared = false
  let wroteTransaction = false
  /** Without a car it does not show the profile it will begin under (MicroOcpp): the station's own profile is written beside, which it shows. */
  let hidesDefault = false
  /** Monotonic, when a limit was last taken; null: never. */
  let takenMs: number | null = null

  /** A limit was taken, and its time is not over. */
  const isHeld = (): boolean => takenMs !== null && clock.monotonicMs() - takenMs < expiresAfter * 1000
  const clear = (purpose: Parameters<typeof profileIdOf>[1], isUrgent: boolean) => {
    const payload = clearChargingProfile(station.state().version, profileIdOf(connector, purpose))
    return station.call({ action: 'ClearChargingProfile', payload }, isUrgent)
  }

  const writeAll = async (limit: EndingLimit): Promise<Taken> => {
    const { transaction } = connectorOf(station.state(), connector)
    const isRunning = transaction !== null && !transaction.isLate
    const whys: string[] = []
    let isSome = false
    let isStationsOnly = false
    for (const purpose of purposesOf(isRunning, isAlone)) {
      // For the whole station only where nothing else was taken, or is not shown; from then on always, since the lowest of them holds.
      if (purpose === 'ChargePointMaxProfile' && isSome && !hidesDefault) continue
      const taken = await profiles.write(purpose, limit)
      if (taken.ok) {
        isStationsOnly = purpose === 'ChargePointMaxProfile' && !isSome
        isSome = true
        if (purpose === 'TxProfile') wroteTransaction = true
      } else {
        whys.push(`${purpose}: ${taken.why}`)
        if (!taken.isRefusal) break
      }
    }
    return { isSome, isStationsOnly, whys }
  }
  /** Once a connection each, behind the first limit that was taken. */
  const tidy = (isStationsOnly: boolean): void => {
    // What an earlier run may have left for the whole station would hold its limits down.
    if (!hasCleared && !hidesDefault && !isStationsOnly) {
      hasCleared = true
      void clear('ChargePointMaxProfile', false)
    }
    // Below all: what is left if every other profile is lost.
    if (!hasSafe && (profiles.learnt()?.stackLevel ?? 0) > 0) {
      hasSafe = true
      void profiles.writeSafe(charger.fallback)
    }
  }

  const read = async (isUrgent: boolean): Promise<ReadLimit> => {
    const state = station.state()
    const asked = profiles.learnt()?.unit ?? connection.unit ?? options.capabilities().units[0] ?? 'A'
    const payload = getCompositeSchedule(state.version, connector, expiresAfter + 30, asked)
    const outcome = await station.call({ action: 'GetCompositeSchedule', payload }, isUrgent)
    if (!outcome.ok) return refuse(outcome.why)
    const [supply, chargerMs] = [supplyFor(asked), chargerUtcMs(state, utcMs())]
    const shown = readCompositeSchedule(state.version, outcome.payload, { connector, supply, asked, chargerMs })
    if (!shown.ok) return refuse(shown.why)
    const limitA = limitNow(shown.steps)
    if (limitA === null && isHeld() && connectorOf(state, connector).transaction === null) hidesDefault = isAlone
    switched?.shown(phasesNow(shown.steps))
    return { ...done(), limitA: limitA ?? charger.maximum, steps: shown.steps }
  }
  return {
    /** What it was seen to take is known: it need not be asked for its abilities. */
    isLearnt: (): boolean => profiles.learnt() !== null,
    read,
    write: async (limitA: number): Promise<ChargerOutcome<unknown>> => {
      // Where it was before this program began it stays: the first limit must not move its contactor under load. One that does not
      // show it is limited all the same, without a word about phases.
      if (switched?.now() === null) await read(true)
      const limit: EndingLimit = { limitA, then: { fallbackA: charger.fallback, validS: expiresAfter } }
      const { isSome, isStationsOnly, whys } = await writeAll(limit)
      if (!isSome)
        return refuse(
          `no limit is in force, ${modelName(ocppAbilities(connection))} takes no charging profile (${whys.join('; ')}); count it at its full rating and see its settings for smart charging`,
        )
      takenMs = clock.monotonicMs()
      tidy(isStationsOnly)
      return done()
    },
    writeFallback: async (limitA: number): Promise<ChargerOutcome<unknown>> => {
      const stackLevel = profiles.learnt()?.stackLevel ?? 0
      // On the only stack level it has a limit stands that ends in the fallback: the same place must not be taken from it.
      if (stackLevel === 0 && isHeld() && limitA === charger.fallback) return done()
      const taken = await profiles.writeSafe(limitA)
      return taken.ok ? done() : refuse(taken.why)
    },
    /** A new connection, a restart, another transaction: what was refused is tried again. */
    forgive: (): void => profiles.forgive(),
    reconnected: (): void => {
      profiles.forgive()
      hasSafe = false
      hasCleared = false
    },
    /** The profile that lies below all says the number of phases too: it is written again behind the next limit. */
    renewSafe: (): void => {
      hasSafe = false
    },
    /** The last word at an orderly exit: the profile of the transaction goes, what control left as the charger's fallback stays. */
    leave: async (): Promise<void> => {
      if (!wroteTransaction || profiles.isRefused('TxDefaultProfile')) return
      await clear('TxProfile', true)
    },
  }
}

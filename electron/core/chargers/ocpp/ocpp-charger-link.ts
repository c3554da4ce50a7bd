import { modelName } from '../../../../shared/charger/abilities.ts'
import { ocppAbilities } from '../../../../shared/charger/ocpp-abilities.ts'
import {
  getCompositeSchedule,
  limitAtLast,
  limitNow,
  readCompositeSchedule,
  type ScheduleStep,
} from '../../../../shared/ocpp/composite-schedule.ts'
import { limitToSend, readNumber } from '../../../../shared/ocpp/numbers.ts'
import { clearChargingProfile, type EndingLimit, type Supply } from '../../../../shared/ocpp/profile.ts'
import type { OcppConnection } from '../../../../shared/site/ocpp-connection.ts'
import type { SiteCharger } from '../../../../shared/site/site.ts'
import type { ChargerLink, ChargerOutcome, Clock } from '../../ports.ts'
import { isTaken, readCapabilities, settingStatus, type Capabilities } from './capabilities.ts'
import { profileIdOf, purposesOf } from './manners.ts'
import { createProfileWriter } from './profile-writer.ts'
import type { Station } from './station.ts'
import { chargerUtcMs } from './station-clock.ts'
import { connectorOf } from './station-state.ts'

export interface OcppChargerLinkOptions {
  readonly charger: SiteCharger
  readonly connection: OcppConnection
  readonly station: Station
  /** Nothing else of the site is on this station. */
  readonly isAlone: boolean
  readonly nominalV: number
  readonly clock: Clock
  readonly utcMs: () => number
  /** Resolves when the charger was asked what it can do, or did not answer. */
  readonly ready: () => Promise<Capabilities>
  readonly capabilities: () => Capabilities
  /** On how many phases its car draws; null: not known now. */
  readonly phasesUsed: () => number | null
  /** What it grants its car by its own meter values, A; null: it does not say, or not lately. */
  readonly offeredA: () => number | null
}

export type ReadLimit = ChargerOutcome<{ readonly limitA: number; readonly steps: readonly ScheduleStep[] | null }>

/** A charger over OCPP: its limit is a schedule that ends in the safe current, and is done when the charger shows it. */
export const createOcppChargerLink = (options: OcppChargerLinkOptions) => {
  const { charger, connection, station, isAlone, clock, utcMs } = options
  const { connector, limitKey, expiresAfter } = connection
  const abilities = ocppAbilities(connection)
  const model = modelName(abilities)
  const now = clock.nowMs
  const refuse = (why: string) => ({ ok: false, why, atMs: now() }) as const
  const done = () => ({ ok: true, atMs: now() }) as const
  const supplyFor = (unit: 'A' | 'W'): Supply => ({
    nominalV: options.nominalV,
    // Watts are of the whole charger and shared by the phases its car uses; amperes are of each.
    phases: unit === 'W' ? (options.phasesUsed() ?? charger.phases.length) : charger.phases.length,
  })
  const profiles = createProfileWriter({
    station,
    connector,
    declaredUnit: connection.unit,
    capabilities: options.capabilities,
    supplyFor,
    nowMs: now,
    utcMs,
  })
  let hasSafe = false
  let hasCleared = false
  let wroteTransaction = false
  /** Without a car it does not show the profile it will begin under (MicroOcpp): the station's own profile is written beside, which it shows. */
  let hidesDefault = false
  /** Monotonic, when a limit was last taken; null: never. */
  let takenMs: number | null = null

  /** A limit was taken, and its time is not over. */
  const isHeld = (): boolean => takenMs !== null && clock.monotonicMs() - takenMs < expiresAfter * 1000

  const ending = (limitA: number): EndingLimit => ({
    limitA,
    then: { fallbackA: charger.fallback, validS: expiresAfter },
  })

  const byKey = async (limitA: number): Promise<ChargerOutcome<unknown>> => {
    if (limitKey === undefined) return refuse('no key')
    const value = limitKey.unit === 'mA' ? Math.floor(limitA * 1000 + 1e-6) : limitToSend(limitA)
    const outcome = await station.call(
      { action: 'ChangeConfiguration', payload: { key: limitKey.name, value: String(value) } },
      true,
    )
    if (!outcome.ok) return refuse(outcome.why)
    const status = settingStatus('1.6', outcome.payload)
    return isTaken(status) ? done() : refuse(`it answers "${status}" to ${limitKey.name} = ${value}`)
  }

  const byProfile = async (limitA: number): Promise<ChargerOutcome<unknown>> => {
    const { transaction } = connectorOf(station.state(), connector)
    const isRunning = transaction !== null && !transaction.isLate
    const whys: string[] = []
    let isTakenBySome = false
    let isStationsOnly = false
    for (const purpose of purposesOf(isRunning, isAlone)) {
      // For the whole station only where nothing else was taken, or is not shown; from then on always, since the lowest of them holds.
      if (purpose === 'ChargePointMaxProfile' && isTakenBySome && !hidesDefault) continue
      const taken = await profiles.write(purpose, ending(limitA))
      if (taken.ok) {
        isStationsOnly = purpose === 'ChargePointMaxProfile' && !isTakenBySome
        isTakenBySome = true
        if (purpose === 'TxProfile') wroteTransaction = true
      } else {
        whys.push(`${purpose}: ${taken.why}`)
        if (!taken.isRefusal) break
      }
    }
    if (!isTakenBySome)
      return refuse(
        `no limit is in force, ${model} takes no charging profile (${whys.join('; ')}); count it at its full rating and see its settings for smart charging`,
      )
    takenMs = clock.monotonicMs()
    // Once a connection: what an earlier run may have left for the whole station would hold its limits down.
    if (!hasCleared && !hidesDefault && !isStationsOnly) {
      hasCleared = true
      const { version } = station.state()
      void station.call({
        action: 'ClearChargingProfile',
        payload: clearChargingProfile(version, profileIdOf(connector, 'ChargePointMaxProfile')),
      })
    }
    // Once a connection, below all: what is left if every other profile is lost.
    if (!hasSafe && (profiles.learnt()?.stackLevel ?? 0) > 0) {
      hasSafe = true
      void profiles.writeSafe(charger.fallback)
    }
    return done()
  }

  const readSchedule = async (isUrgent: boolean): Promise<ReadLimit> => {
    const state = station.state()
    const asked = profiles.learnt()?.unit ?? connection.unit ?? options.capabilities().units[0] ?? 'A'
    const outcome = await station.call(
      {
        action: 'GetCompositeSchedule',
        payload: getCompositeSchedule(state.version, connector, expiresAfter + 30, asked),
      },
      isUrgent,
    )
    if (!outcome.ok) return refuse(outcome.why)
    const read = readCompositeSchedule(state.version, outcome.payload, {
      supply: supplyFor(asked),
      asked,
      chargerMs: chargerUtcMs(state, utcMs()),
    })
    if (read.ok && limitNow(read.steps) === null && isHeld() && connectorOf(state, connector).transaction === null)
      hidesDefault = isAlone
    return read.ok
      ? { ok: true, limitA: limitNow(read.steps) ?? charger.maximum, steps: read.steps, atMs: now() }
      : refuse(read.why)
  }

  const readKey = async (): Promise<ReadLimit> => {
    if (limitKey === undefined) return refuse('no key')
    const outcome = await station.call({ action: 'GetConfiguration', payload: { key: [limitKey.name] } }, true)
    if (!outcome.ok) return refuse(outcome.why)
    const value = readNumber(readCapabilities('1.6', outcome.payload).keys.get(limitKey.name))
    return value === null
      ? refuse(`it gives no number for ${limitKey.name}`)
      : { ok: true, limitA: limitKey.unit === 'mA' ? value / 1000 : value, steps: null, atMs: now() }
  }

  const readLimit = async (isUrgent: boolean): Promise<ReadLimit> => {
    if (limitKey !== undefined) return readKey()
    if (connection.readBack === 'schedule') return readSchedule(isUrgent)
    const offered = options.offeredA()
    return offered === null
      ? refuse('it does not say what it offers (Current.Offered in its meter values)')
      : { ok: true, limitA: offered, steps: null, atMs: now() }
  }

  const writeLimit = async (limitA: number): Promise<ChargerOutcome<unknown>> => {
    if (station.connected() === null)
      return refuse(`${model} is not connected: see that it is on and that its address is set`)
    if (limitA > 0 && limitA < abilities.limit.minimumA)
      return refuse(
        `${limitA} A is below ${abilities.limit.minimumA} A, the smallest limit of this charger; write 0 to pause`,
      )
    if (limitA <= 0 && !abilities.canPause) return refuse(`${model} cannot be paused by ${limitKey?.name ?? 'its key'}`)
    if (limitKey !== undefined) return byKey(limitA)
    const { hasSmartCharging, keys } = profiles.learnt() === null ? await options.ready() : options.capabilities()
    if (hasSmartCharging === false)
      return refuse(
        `${model} says it has no smart charging${keys.has('SetCurrent') ? "; it has a key SetCurrent: add 'limitKey: { name: SetCurrent, unit: mA }' to its ocpp" : ''}`,
      )
    return byProfile(limitA)
  }

  const link: ChargerLink = {
    chargerId: charger.id,
    abilities,
    writeLimit,
    readBackLimit: () => readLimit(true),
    ...(abilities.writableFallback === null
      ? {}
      : {
          setOwnFallback: async ({ limitA }) => {
            if (station.connected() === null) return refuse(`${model} is not connected`)
            await options.ready()
            const stackLevel = profiles.learnt()?.stackLevel ?? 0
            // On the only stack level it has a limit stands that ends in the fallback: the same place must not be taken from it.
            if (stackLevel === 0 && isHeld() && limitA === charger.fallback) return done()
            const taken = await profiles.writeSafe(limitA)
            return taken.ok ? done() : refuse(taken.why)
          },
          readOwnFallback: async () => {
            const read = await readLimit(true)
            if (!read.ok) return read
            const { steps } = read
            return { ...fallbackOf(steps, charger.maximum, expiresAfter), ok: true as const, atMs: read.atMs }
          },
        }),
    // Fed by the limit itself: nothing else to send.
    feedWatchdog: async () => done(),
  }

  return {
    link,
    readLimit,
    /** A new connection, a restart, another transaction. */
    forgive: (): void => profiles.forgive(),
    reconnected: (): void => {
      profiles.forgive()
      hasSafe = false
      hasCleared = false
    },
    /** The last word at an orderly exit: the profile of the transaction goes, what control left as the charger's fallback stays. */
    leave: async (): Promise<void> => {
      if (!wroteTransaction || profiles.isRefused('TxDefaultProfile')) return
      const payload = clearChargingProfile(station.state().version, profileIdOf(connector, 'TxProfile'))
      await station.call({ action: 'ClearChargingProfile', payload }, true)
    },
  }
}
export type OcppChargerLink = ReturnType<typeof createOcppChargerLink>

/** What it falls to if nobody writes again, and when, as its own schedule says; without a schedule nobody knows. */
export const fallbackOf = (
  steps: readonly ScheduleStep[] | null,
  maximumA: number,
  expiresAfterS: number,
): { readonly fallbackA: number | null; readonly timeoutS: number | null } => {
  if (steps === null) return { fallbackA: null, timeoutS: null }
  const last = steps.at(-1)
  return {
    fallbackA: limitAtLast(steps) ?? maximumA,
    // One step alone is in force already and stays.
    timeoutS: last === undefined || steps.length === 1 ? expiresAfterS : Math.ceil(last.fromS),
  }
}

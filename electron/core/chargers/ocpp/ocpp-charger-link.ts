import { modelName } from '../../../../shared/charger/abilities.ts'
import { ocppAbilities } from '../../../../shared/charger/ocpp-abilities.ts'
import type { PhaseCount } from '../../../../shared/model/phase-switch.ts'
import type { ChargerLink, ChargerOutcome } from '../charger-link.ts'
import { createLimitKey } from './limit-key.ts'
import { createLimitProfiles } from './limit-profiles.ts'
import { createAnswers, type OcppChargerLinkOptions, type ReadLimit } from './link-options.ts'
import { fallbackOf } from './own-fallback.ts'
import { createPhaseChoice } from './phase-choice.ts'

/** Why a limit is not even sent; null: it may be. */
const hindrance = ({ connection, station }: OcppChargerLinkOptions, limitA: number): string | null => {
  const abilities = ocppAbilities(connection)
  const { limit, canPause } = abilities
  const model = modelName(abilities)
  if (station.connected() === null) return `${model} is not connected: see that it is on and that its address is set`
  if (limitA > 0 && limitA < limit.minimumA)
    return `${limitA} A is below ${limit.minimumA} A, the smallest limit of this charger; write 0 to pause`
  if (limitA <= 0 && !canPause) return `${model} cannot be paused by ${connection.limitKey?.name ?? 'its key'}`
  return null
}

/** Below this nothing flows but what a charger itself takes, A. */
const idleA = 1

/** Why it may not be switched now; null: it may. */
const whyNotSwitched = (
  { connection: { phaseSwitch }, station, drawnA }: OcppChargerLinkOptions,
  switchesPhases: boolean | null,
): string | null => {
  if (station.connected() === null) return 'it is not connected'
  const amperes = drawnA()
  if (amperes === null) return 'it says no current, so nothing shows that its vehicle has stopped'
  if (amperes >= idleA) return 'its vehicle draws current: no contactor may move under load'
  if (switchesPhases === false) return 'it says that it cannot go from three phases to one'
  return switchesPhases === null && phaseSwitch === undefined
    ? 'it does not say that it can go from three phases to one (SmartChargingCtrlr.Phases3to1)'
    : null
}

/** A charger over OCPP: its limit is a schedule that ends in the safe current, and is done when the charger shows it. */
export const createOcppChargerLink = (options: OcppChargerLinkOptions) => {
  const { charger, connection, station, clock } = options
  const { limitKey, expiresAfter } = connection
  const abilities = ocppAbilities(connection)
  const model = modelName(abilities)
  const answers = createAnswers(clock.nowMs)
  const { refuse, done } = answers
  const isSwitched = abilities.phaseSwitch?.steered != null && charger.phaseSwitching?.phases === 'auto'
  const choice = isSwitched ? createPhaseChoice() : null
  const profiles = createLimitProfiles(options, answers, choice)
  const key = limitKey === undefined ? null : createLimitKey(limitKey, station, answers)

  const readLimit = async (isUrgent: boolean): Promise<ReadLimit> => {
    if (key !== null) return key.read()
    if (connection.readBack === 'schedule') return profiles.read(isUrgent)
    const offered = options.offeredA()
    return offered === null
      ? refuse('it does not say what it offers (Current.Offered in its meter values)')
      : { ...done(), limitA: offered, steps: null }
  }

  const writeLimit = async (limitA: number): Promise<ChargerOutcome<unknown>> => {
    const why = hindrance(options, limitA)
    if (why !== null) return refuse(why)
    if (key !== null) return key.write(limitA)
    const { hasSmartCharging, keys } = profiles.isLearnt() ? options.capabilities() : await options.ready()
    if (hasSmartCharging !== false) return profiles.write(limitA)
    const advice = keys.has('SetCurrent')
      ? "; it has a key SetCurrent: add 'limitKey: { name: SetCurrent, unit: mA }' to its ocpp"
      : ''
    return refuse(`${model} says it has no smart charging${advice}`)
  }

  const ownFallback: Pick<ChargerLink, 'setOwnFallback' | 'readOwnFallback'> = {
    setOwnFallback: async ({ limitA }) => {
      if (station.connected() === null) return refuse(`${model} is not connected`)
      await options.ready()
      return profiles.writeFallback(limitA)
    },
    readOwnFallback: async () => {
      const read = await readLimit(true)
      if (!read.ok) return read
      return { ...fallbackOf(read.steps, charger.maximum, expiresAfter), ok: true as const, atMs: read.atMs }
    },
  }
  /** Paused, with the other number of phases in every schedule from now on. */
  const switchPhases = async (phases: PhaseCount): Promise<ChargerOutcome<unknown>> => {
    const { switchesPhases } = await options.ready()
    const why = whyNotSwitched(options, switchesPhases)
    if (choice === null || why !== null) return refuse(why ?? `${model} is not switched by this program`)
    const before = choice.now()
    choice.order(phases)
    const outcome = await writeLimit(0)
    if (outcome.ok) profiles.renewSafe()
    else choice.order(before)
    return outcome
  }
  const link: ChargerLink = {
    chargerId: charger.id,
    abilities,
    writeLimit,
    readBackLimit: () => readLimit(true),
    ...(abilities.writableFallback === null ? {} : ownFallback),
    ...(choice === null ? {} : { switchPhases }),
    // Fed by the limit itself: nothing else to send.
    feedWatchdog: async () => done(),
  }
  const { forgive, reconnected, leave } = profiles
  return { link, choice, readLimit, forgive, reconnected, leave }
}
export type OcppChargerLink = ReturnType<typeof createOcppChargerLink>

import type { ChargerStatus, Image } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { own } from '../../../shared/own.ts'
import type { SiteCharger, SiteCircuit } from '../../../shared/site/site.ts'
import { voltageKey } from '../derive/phase-keys.ts'
import { type Setup, type UsedNumber } from './detector.ts'
import { nameOf, seconds, used } from './wording.ts'

export type PhaseCurrents = Readonly<Partial<Record<Phase, number>>>

/** What a circuit carried when it was last seen with a load. */
export interface Load {
  readonly atMs: number
  readonly currents: PhaseCurrents
  readonly charging: readonly string[]
  /** On which phases each of them drew; only what was read. */
  readonly drew: Readonly<Record<string, readonly Phase[]>>
  /** When the oldest of these currents was read: what is shown again because nothing newer came is no news. */
  readonly readMs: number | null
  readonly upstream: PhaseCurrents | null
}
export interface Fall {
  readonly load: Load
  readonly atMs: number
  /** The phases that fell where others went on; null: all that were loaded. */
  readonly poles: readonly Phase[] | null
  readonly raised: boolean
}

/** A charger or a meter below half of its nominal voltage has none that could feed a car; above 80 % it is fed. Editable assumptions. */
const deadShare = 0.1
const fedShare = 0.8

/** Voltages of a meter on the circuit's phases; null where one is missing. */
export const voltagesOf = (
  image: Image,
  meterId: string | undefined,
  phases: readonly Phase[],
): readonly number[] | null => {
  if (meterId === undefined) return null
  const values = phases.map((phase) => own(image.meters, meterId)?.samples[voltageKey[phase]]?.value ?? null)
  return values.every((value): value is number => value !== null) ? values : null
}

/** A charger that says no state tells by its currents alone that a car draws, A. Editable assumption. */
const drawsAbove = 2

/** What its state says; null: it says none, or nothing new. */
const stateOf = (image: Image, chargerId: string): ChargerStatus | null => {
  const status = own(image.chargers, chargerId)?.status
  return status?.quality === 'good' ? status.value : null
}
/** The highest of its currents that were read; null: none was. */
const drawnA = (image: Image, chargerId: string): number | null => {
  const currents = own(image.chargers, chargerId)?.siteCurrentA
  const read = phases.flatMap((phase) => currents?.[phase].value ?? [])
  return read.length === 0 ? null : Math.max(...read)
}
/** It says that it charges; where it says no state at all, it draws what only a car draws. */
export const isCharging = (image: Image, chargerId: string): boolean => {
  const state = stateOf(image, chargerId)
  return state === null ? (drawnA(image, chargerId) ?? 0) >= drawsAbove : state === 'charging'
}
const saysState = (image: Image, chargerId: string): boolean => stateOf(image, chargerId) !== null
/** Of one that says no state, a current that is only old tells no silence: nobody has asked since. */
const isOnlyOld = (image: Image, chargerId: string): boolean => {
  const charger = own(image.chargers, chargerId)
  return (
    charger !== undefined &&
    charger.status.quality !== 'stale' &&
    phases.some((phase) => charger.siteCurrentA[phase].quality === 'stale')
  )
}
/** Neither a state nor a current is read of it. */
const silent = (image: Image, chargerId: string): boolean =>
  !saysState(image, chargerId) && drawnA(image, chargerId) === null && !isOnlyOld(image, chargerId)
const faulted = (image: Image, chargerId: string): boolean =>
  ['fault', 'unavailable'].includes(own(image.chargers, chargerId)?.status.value ?? '')
/** Told to pause: its own read back limit is below any charging current. */
export const isPaused = (image: Image, chargerId: string): boolean => {
  const limit = own(image.chargers, chargerId)?.samples['limit']?.value
  return limit != null && limit < 6
}
/** It says that a car is there and does not draw, or is gone: charging came to an end, whatever ended it. */
const ended = (image: Image, chargerId: string): boolean =>
  ['available', 'connected', 'ready', 'suspended'].includes(own(image.chargers, chargerId)?.status.value ?? '')
/** Highest voltage at its socket or supply, read after a time; null: it does not say. */
const socketVoltage = (image: Image, chargerId: string, afterMs: number): number | null => {
  const samples = own(image.chargers, chargerId)?.samples ?? {}
  const values = (['u_t1', 'u_t2', 'u_t3'] as const).flatMap((key) => {
    const sample = samples[key]
    return sample?.value == null || sample.atMs === null || sample.atMs <= afterMs ? [] : [sample.value]
  })
  return values.length === 0 ? null : Math.max(...values)
}
/** Chargers below that drew after a time: what they feed on is not open. */
export const stillDrawing = (
  image: Image,
  chargers: readonly SiteCharger[],
  phases: readonly Phase[],
  afterMs: number,
): readonly string[] =>
  chargers.flatMap(({ id }) => {
    const currents = own(image.chargers, id)?.siteCurrentA
    const draws = phases.some((phase) => {
      const sample = currents?.[phase]
      return sample?.value != null && sample.atMs !== null && sample.atMs > afterMs && sample.value > 1
    })
    return draws ? [id] : []
  })

/** Its limit was read after a time and lets it charge: nobody told it to stop. */
const isUntold = (image: Image, chargerId: string, afterMs: number): boolean => {
  const limit = own(image.chargers, chargerId)?.samples['limit']
  return limit?.value != null && limit.atMs !== null && limit.atMs > afterMs && limit.value >= 6
}

export interface Weighing {
  readonly for: readonly string[]
  readonly against: readonly string[]
  readonly numbers: readonly UsedNumber[]
  /** The circuit's own meter has no voltage on the phases that fell. */
  readonly isVoltageLost: boolean
  /** Every charger has said since that charging ended in order: whatever falls silent later is something else. */
  readonly isOrderly: boolean
  /** Whether it is enough to say that the breaker may be open. */
  readonly isEnough: boolean
}

/** What speaks for and against an open breaker after the load of a circuit fell. */
export const weighFall = (
  setup: Setup,
  image: Image,
  circuit: SiteCircuit,
  fall: Fall,
  now: PhaseCurrents | null,
): Weighing => {
  const { nominalVoltage } = setup.site.grid
  const { charging } = fall.load
  const names = (ids: readonly string[]) => ids.map((id) => nameOf(setup.site.chargers, id)).join(', ')
  const plural = (ids: readonly string[], one: string, many: string) => (ids.length === 1 ? one : many)
  const supporting: string[] = []
  const opposing: string[] = []
  const gone = charging.filter((id) => silent(image, id))
  const fault = charging.filter((id) => faulted(image, id))
  const answering = charging.filter((id) => !silent(image, id) && !faulted(image, id))
  const told = charging.filter((id) => isPaused(image, id))
  const over = answering.filter((id) => !told.includes(id) && ended(image, id))
  const dead = charging.filter((id) => (socketVoltage(image, id, fall.atMs) ?? Infinity) < deadShare * nominalVoltage)
  const fed = charging.filter(
    (id) => !silent(image, id) && (socketVoltage(image, id, fall.atMs) ?? 0) >= fedShare * nominalVoltage,
  )
  if (gone.length > 0) supporting.push(`${names(gone)} no longer ${plural(gone, 'answers', 'answer')}`)
  if (fault.length > 0) supporting.push(`${names(fault)} ${plural(fault, 'reports', 'report')} a fault`)
  if (dead.length > 0) supporting.push(`${names(dead)} ${plural(dead, 'has', 'have')} no voltage`)
  const voltages = voltagesOf(image, circuit.meter, fall.poles ?? circuit.phases)
  const isDeadBelow = voltages !== null && voltages.every((value) => value < deadShare * nominalVoltage)
  if (isDeadBelow)
    supporting.push(`its meter sees no voltage (${voltages.map((value) => value.toFixed(0)).join('/')} V)`)
  // A limit that was read before the fall says nothing of a command that came since: the meter is often the first to tell of a stop.
  const notTold = charging.every((id) => silent(image, id) || isUntold(image, id, fall.atMs))
  const isTogether = charging.length > 1 && notTold
  /** An end of charging that is in order shows in what a charger says of itself: who says nothing may have ended so. */
  const isStated = charging.every((id) => silent(image, id) || saysState(image, id))
  if (isTogether)
    supporting.push(
      `${charging.length} sessions fell together within ${seconds(fall.atMs - fall.load.atMs)}, none told to pause`,
    )
  if (now === null) supporting.push('its own meter fell silent with it')
  if (told.length > 0) opposing.push(`${names(told)} had been told to pause`)
  const talking = answering.filter((id) => !told.includes(id))
  if (talking.length > 0) opposing.push(`${names(talking)} still ${plural(talking, 'answers', 'answer')}`)
  if (over.length > 0) opposing.push(`${names(over)} ${plural(over, 'says', 'say')} that charging ended`)
  if (fed.length > 0) opposing.push(`${names(fed)} ${plural(fed, 'has', 'have')} voltage`)
  // Together alone is not enough where all say that they ended in order: a tariff or a back office stops them so.
  const isOrderly =
    answering.length === charging.length && over.length + told.length >= charging.length && fault.length === 0
  const isStrong = isDeadBelow || dead.length > 0 || gone.length * 2 >= Math.max(1, charging.length)
  // One with a fault of its own is no open breaker; several at once are.
  const isSupported =
    isStrong || fault.length > 1 || (isTogether && isStated && !isOrderly) || (now === null && gone.length > 0)
  return {
    for: supporting,
    against: opposing,
    numbers: [
      ...Object.entries(fall.load.currents).map(([phase, value]) => used(`before ${phase}`, value, 'A')),
      ...Object.entries(now ?? {}).map(([phase, value]) => used(`after ${phase}`, value, 'A')),
      used('fell within', (fall.atMs - fall.load.atMs) / 1000, 's'),
      used('sessions before', charging.length, '1'),
      used('chargers silent', gone.length, '1'),
    ],
    isVoltageLost: isDeadBelow,
    isOrderly:
      isOrderly &&
      charging.length > 0 &&
      charging.every((id) => saysState(image, id) && (own(image.chargers, id)?.status.atMs ?? 0) > fall.atMs),
    isEnough:
      supporting.length > 0 &&
      isSupported &&
      (isDeadBelow || fed.length === 0) &&
      told.length < Math.max(1, charging.length),
  }
}

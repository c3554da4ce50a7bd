import type { ChargerReading, ChargerStatus, Image } from '../../../shared/model/image.ts'
import { phases, type PerPhase, type Phase } from '../../../shared/model/phase.ts'
import type { CountedPhases } from '../../../shared/said/counted-phases.ts'
import type { Clock } from '../ports.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import { createSight, type SightEntry } from './sight.ts'
import { own } from '../../../shared/own.ts'
import { chargerSilenceMs, skewMs, steadyMs, worstWindowMs } from './timing.ts'
import { forgetful, type Memory } from '../site/memory.ts'

/** A measured current per site phase at one moment; 0 on phases the charger is not wired to. */
export interface CurrentPoint {
  readonly atMs: number
  readonly currentA: PerPhase<number>
}

/** What is known of one charger in one cycle. */
export interface ChargerView {
  readonly charger: ControlledCharger
  /** Age of the newest thing it said, ms; null when it never said anything. */
  readonly ageMs: number | null
  readonly readable: boolean
  readonly wants: boolean
  readonly status: ChargerStatus | null
  /** Newest first; empty when it measures no current or cannot be read. */
  readonly points: readonly CurrentPoint[]
  /** Phases its own meter measures; of the others it says nothing. */
  readonly measuredOn: readonly Phase[]
  /** Its own meter shows no current there while it charges; or measures nothing there, which is no evidence by itself. */
  readonly idleOn: readonly Phase[]
  /** The declared phases, or the one it was switched to (phase-switch/). */
  readonly activePhases: readonly Phase[]
  /** It may be on this phase alone, and does not say; left out where it can't be. */
  readonly perhapsAloneOn?: Phase
  /** Site phases it is counted on (phase-map.ts). */
  readonly countedOn: readonly Phase[]
  /** Why it is counted where one would not look for it. */
  readonly whyCounted: readonly CountedPhases[]
  /** Every phase it may be on: the declared ones, and those where it was seen. */
  readonly mayUse: readonly Phase[]
  /** By circuit id: phases where its own meter shows a current that the circuit's meter did not show in its steps (phase-map.ts). */
  readonly missedOn: ReadonlyMap<string, readonly Phase[]>
  /** By circuit id: phases on which it is there for certain (phase-map.ts). */
  readonly shownOn: ReadonlyMap<string, readonly Phase[]>
  /** Declared for it, but not wired as far as it says. */
  readonly unwired: readonly Phase[]
  /** Limit it says is in force, A, with the time it said so. */
  readonly limit: { readonly value: number; readonly atMs: number } | null
  /** What it says it falls to by itself, A; null when it does not say. A setting: as long as it was read once it stands. */
  readonly ownFallbackA: number | null
}

const withVehicle: readonly ChargerStatus[] = ['connected', 'ready', 'charging', 'suspended']
const nowhere: ReadonlyMap<string, readonly Phase[]> = new Map()

/** Where a charger's values are remembered. */
type Entries = Readonly<Record<Phase | 'status' | 'limit' | 'fallback', SightEntry>>
const entriesFor = ({ id }: ControlledCharger, entryOf: (key: string) => SightEntry): Entries => ({
  L1: entryOf(`${id} L1`),
  L2: entryOf(`${id} L2`),
  L3: entryOf(`${id} L3`),
  status: entryOf(`${id} status`),
  limit: entryOf(`${id} limit`),
  fallback: entryOf(`${id} fallback`),
})

interface Watched {
  /** Newest first; made anew with each reading, for views keep it. */
  points: readonly CurrentPoint[]
  status: ChargerStatus | null
  statusAtMs: number | null
  quietSince: Map<Phase, number>
  /** Phases on which it ever measured a current, and how many readings said of the others that there is no such terminal. */
  measured: Set<Phase>
  absent: Map<Phase, { atMs: number | null; readings: number }>
}

/** A charger with what is remembered of it. */
interface Followed {
  readonly charger: ControlledCharger
  readonly memory: Watched
  readonly entries: Entries
}

export const largest = (point: CurrentPoint | undefined): number =>
  point === undefined ? 0 : Math.max(point.currentA.L1, point.currentA.L2, point.currentA.L3)
/** A phase draws above 1 A and a fifth of the largest: what tells a one-phase car from three-phase standby currents. */
export const draws = (point: CurrentPoint, phase: Phase): boolean =>
  point.currentA[phase] > Math.max(1, 0.2 * largest(point))

const none: readonly Phase[] = []
/** One reading may be odd; three in a row of a terminal that never had a value are a terminal that is not wired. */
const absentReadings = 3
const terminals = ['i_t1', 'i_t2', 'i_t3'] as const

/**
 * Phases the site file declares and the charger does not have: it answers "not available" for their terminals and never
 * anything else, while another terminal is measured. A profile that has a register for some terminals only tells nothing of
 * the rest, and a current ever measured there ends it.
 */
const notWired = (
  charger: ControlledCharger,
  reading: ChargerReading | undefined,
  memory: Watched,
): readonly Phase[] => {
  const of = (phase: Phase) => reading?.siteCurrentA[phase]
  let isAnyAbsent = memory.absent.size > 0
  for (const phase of charger.phases) {
    const quality = of(phase)?.quality
    if (quality === 'good') memory.measured.add(phase)
    else if (quality === 'absent') isAnyAbsent = true
  }
  if (!isAnyAbsent) return none
  const { says } = charger.abilities
  const reads = (phase: Phase): boolean => {
    const key = terminals[charger.phases.indexOf(phase)]
    return key !== undefined && (says.has(key) || terminals.every((other) => !says.has(other)))
  }
  for (const phase of charger.phases) {
    const sample = of(phase)
    const isAbsent = sample?.quality === 'absent' && reads(phase) && !memory.measured.has(phase)
    if (!isAbsent) memory.absent.delete(phase)
    else if (charger.phases.some((other) => of(other)?.quality === 'good')) {
      const before = memory.absent.get(phase)
      const newest = Math.max(...charger.phases.map((other) => of(other)?.atMs ?? -Infinity))
      if (before?.atMs !== newest) memory.absent.set(phase, { atMs: newest, readings: (before?.readings ?? 0) + 1 })
    }
  }
  return charger.phases.filter((phase) => (memory.absent.get(phase)?.readings ?? 0) >= absentReadings)
}

const idleOf = (
  charger: ControlledCharger,
  memory: Watched,
  used: readonly Phase[],
  newest: CurrentPoint | undefined,
  nowMs: number,
): readonly Phase[] => {
  if (newest === undefined || largest(newest) < 3) {
    memory.quietSince.clear()
    return none
  }
  for (const phase of charger.phases) {
    if (draws(newest, phase)) memory.quietSince.delete(phase)
    else if (!memory.quietSince.has(phase)) memory.quietSince.set(phase, nowMs)
  }
  if (memory.quietSince.size === 0 && used.length === charger.phases.length) return none
  return charger.phases.filter(
    (phase) => !used.includes(phase) || nowMs - (memory.quietSince.get(phase) ?? nowMs) >= steadyMs,
  )
}

/**
 * Follows every charger from image to image. A phase is idle when the car has charged with at least 3 A for 20 s without drawing on it
 * as far as the charger's own meter shows; the first current on it ends that at once, and any pause or new car starts over. Whether an
 * idle phase is given to others is not for the charger's meter to say alone: phase-map.ts.
 */
export const createChargerWatch = (
  chargers: readonly ControlledCharger[],
  clock: Clock,
  memory: Memory = forgetful,
) => {
  const sight = createSight(clock, memory)
  const watched = memory.keep(
    'charger-watch',
    new Map<string, Watched>(
      chargers.map((charger) => [
        charger.id,
        { points: [], status: null, statusAtMs: null, quietSince: new Map(), measured: new Set(), absent: new Map() },
      ]),
    ),
  )

  const statusAge = (entries: Entries, memory: Watched, reading: ChargerReading | undefined): number | null => {
    const status = reading?.status
    if (status === undefined || status.value === null) return sight.look(entries.status, undefined)?.ageMs ?? null
    memory.status = status.value
    return sight.look(entries.status, { value: 0, quality: 'good', atMs: status.atMs })?.ageMs ?? null
  }

  /** Takes the newest currents into the points; the age of the oldest of them, null where one was never measured. */
  const currentAge = (
    entries: Entries,
    memory: Watched,
    used: readonly Phase[],
    reading: ChargerReading | undefined,
  ): number | null => {
    let ageMs = 0
    let atMs = Infinity
    let isWhole = true
    const currentA = { L1: 0, L2: 0, L3: 0 }
    for (const phase of phases) {
      const isUsed = used.includes(phase)
      const seen = sight.look(entries[phase], isUsed ? reading?.siteCurrentA[phase] : undefined)
      if (seen !== null) currentA[phase] = Math.abs(seen.value)
      if (!isUsed) continue
      if (seen === null) isWhole = false
      else {
        ageMs = Math.max(ageMs, seen.ageMs)
        atMs = Math.min(atMs, seen.atMs)
      }
    }
    if (!isWhole) return null
    if (memory.points[0]?.atMs === atMs) return ageMs
    const points = [{ atMs, currentA }]
    for (const point of memory.points) {
      points.push(point)
      // One point older than the window stays, so that there is always one before the window begins.
      if (point.atMs < atMs - worstWindowMs - skewMs) break
    }
    memory.points = points
    return ageMs
  }

  const followed = chargers.map((charger) => ({
    charger,
    memory: watched.get(charger.id) as Watched,
    entries: entriesFor(charger, sight.entryOf),
  }))

  const look = ({ charger, memory, entries }: Followed, reading: ChargerReading | undefined): ChargerView => {
    const statusAgeMs = statusAge(entries, memory, reading)
    const unwired = notWired(charger, reading, memory)
    const isAllMeasured = memory.measured.size === charger.phases.length
    const measuredOn = isAllMeasured ? charger.phases : charger.phases.filter((phase) => memory.measured.has(phase))
    const used = measuredOn.length > 0 ? measuredOn : charger.phases
    const currentAgeMs = currentAge(entries, memory, used, reading)
    const ageMs =
      statusAgeMs === null || currentAgeMs === null
        ? (statusAgeMs ?? currentAgeMs)
        : Math.min(statusAgeMs, currentAgeMs)
    const readable = ageMs !== null && ageMs <= chargerSilenceMs
    const measured = readable && currentAgeMs !== null && currentAgeMs <= chargerSilenceMs
    const newest = measured ? memory.points[0] : undefined
    const limit = sight.look(entries.limit, reading?.samples['limit'])
    return {
      charger,
      ageMs,
      readable,
      wants: readable && ((memory.status !== null && withVehicle.includes(memory.status)) || largest(newest) > 1),
      status: memory.status,
      points: measured ? memory.points : [],
      measuredOn,
      idleOn: idleOf(charger, memory, used, newest, clock.monotonicMs()),
      activePhases: charger.phases,
      countedOn: charger.phases,
      whyCounted: [],
      mayUse: charger.phases,
      missedOn: nowhere,
      shownOn: nowhere,
      unwired,
      ownFallbackA: sight.look(entries.fallback, reading?.samples['fallback_limit'])?.value ?? null,
      limit: limit === null || limit.ageMs > chargerSilenceMs ? null : limit,
    }
  }

  return {
    /** Nobody watched for a while: no car is known to have charged steadily. */
    interrupt: (): void => {
      for (const each of watched.values()) each.quietSince.clear()
    },
    look: (image: Image): readonly ChargerView[] =>
      followed.map((each) => look(each, own(image.chargers, each.charger.id))),
  }
}

export const drawnA = (view: ChargerView, phase: Phase): number => view.points[0]?.currentA[phase] ?? 0

import type { SiteCharger, SiteCircuit } from '../../../shared/site/site.ts'
import { chargersUnder, circuitsUnder, meteredAbove } from '../detectors/circuit-tree.ts'
import { chargerColumns, circuitColumns, type Frame } from './frame.ts'
import { chargerLook, circuitLook, meterLook, type History } from './history.ts'

/**
 * A circuit that went dark: all that it feeds and that talks fell silent, and the meter above lost just its load in the same moment. It
 * needs no meter at the circuit itself, so that it is seen at sites with one main meter, and where a meter is fed by what it measures.
 */
export interface Dark {
  readonly circuit: SiteCircuit
  readonly fromMs: number
  readonly chargers: readonly SiteCharger[]
}

/** Editable assumptions: A, shares, ms. */
const loadedA = 3
const lostShare = 0.6
const inAllWithin = { doubted: 0.25, usual: 0.12 } as const
const liveShare = 0.5
const deadShare = 0.1
/** How long before the silence the load may have been seen last: a slow poll and its deadline. */
const seenWithinMs = 25_000
/** A charger that is read every ten seconds still shows its current so long after it has gone. */
const heldMs = 15_000
/** What is lost above must be lost by then: a network that fails while a car happens to leave later is none. */
const lateMs = 3500
/** Two meters may show the same moment so far apart: averaging windows, ms. */
const earlyMs = 1500
/** Who answers without a current so long before it falls silent had ended by itself, A and ms. */
const idleA = 1
const endedMs = 5000
/** An interruption so long before the silence of the chargers may have brought it, ms. */
const interruptionMs = 5000

const highestOf = (values: readonly number[]): number => Math.max(0, ...values.filter((value) => !Number.isNaN(value)))

const membersOf = (history: History, circuit: SiteCircuit) => ({
  meters: circuitsUnder(history.site, circuit.id).flatMap(({ meter }) => meter ?? []),
  chargers: chargersUnder(history.site, circuit.id),
})

/** Currents of a circuit: as they are known, else the sum of its chargers. */
const loadOf = (history: History, frame: Frame, circuit: SiteCircuit): readonly number[] => {
  const { layout } = history.columnsOf
  const { currents } = circuitLook(layout, frame, circuit.id)
  if (currents.some((value) => !Number.isNaN(value))) return currents.map((value) => (Number.isNaN(value) ? 0 : value))
  const looks = chargersUnder(history.site, circuit.id).map(({ id }) => chargerLook(layout, frame, id).currents)
  return [0, 1, 2].map((phase) =>
    looks.reduce((sum, own) => sum + (Number.isNaN(own[phase] ?? NaN) ? 0 : (own[phase] ?? 0)), 0),
  )
}

/** Something below still has voltage. Chargers fed from elsewhere may talk, as long as they draw nothing. */
const hasLife = (history: History, frame: Frame, circuit: SiteCircuit): boolean => {
  const { layout } = history.columnsOf
  const nominalV = history.site.grid.nominalVoltage
  const { meters, chargers } = membersOf(history, circuit)
  return (
    meters.some((id) => {
      const { trust, highestV } = meterLook(layout, frame, id)
      return trust !== 'silent' && (highestV === null || highestV >= deadShare * nominalV)
    }) ||
    chargers.some(({ id }) => {
      const look = chargerLook(layout, frame, id)
      // One that measures nothing says by its state whether it draws.
      const draws = look.highest === null ? look.status === 'charging' : look.highest >= 1
      return look.answers && (draws || (look.voltageV ?? 0) >= liveShare * nominalV)
    })
  )
}

/** Nothing below talks any more that would if it had voltage; `drew`: the chargers that drew before. */
const isDark = (history: History, frame: Frame, circuit: SiteCircuit, drew: readonly SiteCharger[]): boolean => {
  const { layout } = history.columnsOf
  if (hasLife(history, frame, circuit)) return false
  if (drew.length === 0) return circuitsUnder(history.site, circuit.id).some(({ meter }) => meter !== undefined)
  const silent = drew.filter(({ id }) => !chargerLook(layout, frame, id).answers)
  return silent.length * 2 >= drew.length
}

/** When the load of a circuit was last read, which is not when it was last shown. */
const readMsOf = (history: History, frame: Frame, circuit: SiteCircuit): number => {
  const { layout } = history.columnsOf
  const own = layout.circuits.get(circuit.id)
  const age = (at: number | undefined, column: number): number => frame.values[(at ?? -1) + column] ?? NaN
  const isOwn = circuitLook(layout, frame, circuit.id).highest !== null
  const ages = isOwn
    ? [age(own, circuitColumns.age)]
    : chargersUnder(history.site, circuit.id)
        .filter(({ id }) => (chargerLook(layout, frame, id).highest ?? 0) >= 1)
        .map(({ id }) => age(layout.chargers.get(id), chargerColumns.age))
  const known = ages.filter((seconds) => !Number.isNaN(seconds))
  return frame.atMs - 1000 * (known.length === 0 ? 0 : Math.min(...known))
}

/** Whether the metered circuit above lost this load, phase by phase, and until when at the latest it still had it; null: not so. */
const lostAbove = (
  history: History,
  above: SiteCircuit,
  load: readonly number[],
  frames: readonly Frame[],
  seenMs: number,
  isMapDoubted: boolean,
): number | null => {
  const { layout } = history.columnsOf
  const of = (frame: Frame): readonly number[] => circuitLook(layout, frame, above.id).currents
  const isKnown = (frame: Frame): boolean => of(frame).every((value) => !Number.isNaN(value))
  const before = frames.filter((frame) => frame.atMs <= seenMs && seenMs - frame.atMs <= heldMs && isKnown(frame))
  const later = frames.filter((frame) => frame.atMs > seenMs - heldMs && isKnown(frame))
  const newest = later.at(-1)
  if (before.length === 0 || newest === undefined) return null
  const was = [0, 1, 2].map((phase) => Math.max(...before.map((frame) => of(frame)[phase] ?? 0)))
  const loaded = [0, 1, 2].filter((phase) => (load[phase] ?? 0) >= loadedA)
  const lostOn = (frame: Frame, phase: number): number => (was[phase] ?? 0) - (of(frame)[phase] ?? 0)
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)
  /** As much in all, wherever it is counted: nobody may have found out yet that the chargers are on other phases than declared. */
  const within = isMapDoubted ? inAllWithin.doubted : inAllWithin.usual
  const isLostInAll = (frame: Frame): boolean => {
    const lost = total([0, 1, 2].map((phase) => Math.max(0, lostOn(frame, phase))))
    return lost >= (1 - within) * total(load) && lost <= (1 + within) * total(load)
  }
  const isLost = (frame: Frame): boolean =>
    loaded.length > 0 &&
    (loaded.every((phase) => lostOn(frame, phase) >= lostShare * (load[phase] ?? 0)) || isLostInAll(frame))
  if (!isLost(newest)) return null
  return later.findLast((frame) => !isLost(frame))?.atMs ?? seenMs
}

const hasPhaseMapFinding = (history: History, chargers: readonly SiteCharger[]): boolean =>
  history
    .activeFindings()
    .some(({ detector, subject }) => detector === 'phase-map' && chargers.some(({ id }) => id === subject.id))

/**
 * The meter above has voltage, and had it all the time since just before: chargers are silent for half a minute after every interruption
 * of the supply, however short, while the meters are back at once. One look without it is a reply that got lost.
 */
const isSupplied = (history: History, meterId: string, frames: readonly Frame[], fromMs: number): boolean => {
  const { layout } = history.columnsOf
  const least = liveShare * history.site.grid.nominalVoltage
  const around = frames.filter(({ atMs }) => atMs >= fromMs - interruptionMs)
  const isLive = around.map((frame) => (meterLook(layout, frame, meterId).highestV ?? 0) >= least)
  return isLive.at(-1) === true && !isLive.some((live, at) => !live && isLive[at + 1] === false)
}

/** All that drew when the load was last seen answered without a current well before they fell silent: charging ended, and the silence is another matter. */
const hasEnded = (
  history: History,
  drew: readonly SiteCharger[],
  past: readonly Frame[],
  seen: Frame,
  fromMs: number,
) => {
  const { layout } = history.columnsOf
  const between = past.filter(({ atMs }) => atMs > seen.atMs && atMs <= fromMs - endedMs)
  const loaded = drew.filter(({ id }) => (chargerLook(layout, seen, id).highest ?? 0) >= idleA)
  const isIdle = (frame: Frame, id: string): boolean => {
    const { answers, highest } = chargerLook(layout, frame, id)
    return answers && highest !== null && highest < idleA
  }
  return loaded.length > 0 && loaded.every(({ id }) => between.some((frame) => isIdle(frame, id)))
}

const darkCircuit = (history: History, circuit: SiteCircuit, frames: readonly Frame[]): Dark | null => {
  const { layout } = history.columnsOf
  const above = meteredAbove(history.site, circuit)
  const newest = frames.at(-1)
  if (above?.meter === undefined || circuit.breaker === undefined || newest === undefined) return null
  if (hasLife(history, newest, circuit)) return null
  const { chargers } = membersOf(history, circuit)
  const drewIn = (some: readonly Frame[]): readonly SiteCharger[] =>
    chargers.filter(({ id }) => some.some((frame) => (chargerLook(layout, frame, id).highest ?? 0) >= 2))
  const drew = drewIn(frames)
  let first = frames.length
  while (first > 0 && isDark(history, frames[first - 1] as Frame, circuit, drew)) first -= 1
  const from = frames[first]
  // Seen for at least two images, so that one late reply is none.
  if (from === undefined || first === 0 || newest.atMs - from.atMs < 900) return null
  if (!isSupplied(history, above.meter, frames, from.atMs)) return null
  const past = frames.filter((frame) => frame.atMs < from.atMs && from.atMs - frame.atMs <= seenWithinMs)
  const seen = past.findLast((frame) => highestOf(loadOf(history, frame, circuit)) >= loadedA)
  if (seen === undefined) return null
  const wasTold = drew.some(({ id }) =>
    past.some((frame) => from.atMs - frame.atMs <= 15_000 && (chargerLook(layout, frame, id).limitA ?? 6) < 6),
  )
  if (wasTold || hasEnded(history, drew, past, seen, from.atMs)) return null
  const isMapDoubted =
    hasPhaseMapFinding(history, chargers) ||
    (circuit.meter !== undefined && meterLook(layout, seen, circuit.meter).trust === 'doubted')
  const lastMs = lostAbove(history, above, loadOf(history, seen, circuit), frames, seen.atMs, isMapDoubted)
  // What was lost above while this circuit was still read with its load was another's.
  const isOther = lastMs !== null && lastMs < readMsOf(history, seen, circuit) - earlyMs
  return lastMs === null || isOther || lastMs > from.atMs + lateMs
    ? null
    : { circuit, fromMs: from.atMs, chargers: drew }
}

const carriedLoad = (history: History, circuit: SiteCircuit, frames: readonly Frame[]): number =>
  Math.max(0, ...frames.map((frame) => highestOf(loadOf(history, frame, circuit))))

/** Of a dark circuit without a meter, all whose load lay in one below: that one's breaker is as likely, and nearer. */
const narrowed = (history: History, dark: Dark, all: readonly Dark[], frames: readonly Frame[]): Dark => {
  if (dark.circuit.meter !== undefined) return dark
  const children = history.site.circuits.filter(({ parent }) => parent === dark.circuit.id)
  const loaded = children.filter((child) => carriedLoad(history, child, frames) >= loadedA)
  const [only] = loaded
  const own = loaded.length === 1 && only !== undefined ? all.find(({ circuit }) => circuit.id === only.id) : undefined
  return own === undefined ? dark : narrowed(history, own, all, frames)
}

/** Circuits that went dark within these frames, the uppermost of those that went together. */
export const darkCircuits = (history: History, frames: readonly Frame[]): readonly Dark[] => {
  const all = history.site.circuits.flatMap((circuit) => darkCircuit(history, circuit, frames) ?? [])
  const uppermost = all.filter(
    ({ circuit }) =>
      !all.some(
        (other) =>
          other.circuit.id !== circuit.id &&
          circuitsUnder(history.site, other.circuit.id).some(({ id }) => id === circuit.id),
      ),
  )
  return uppermost.map((dark) => narrowed(history, dark, all, frames))
}

/**
 * Where a circuit is said to be open and something below it still has voltage, it is not: the one circuit below that carried the load and
 * went dark is. `circuitId` again where nothing says better.
 */
export const nearestOpen = (history: History, circuitId: string, atMs: number): string => {
  const { site } = history
  const { layout } = history.columnsOf
  const frames = history.frames(atMs - 15_000, atMs + 20_000)
  const newest = frames.at(-1)
  const children = site.circuits.filter(({ parent, breaker }) => parent === circuitId && breaker !== undefined)
  if (newest === undefined || newest.atMs < atMs + 900 || children.length === 0) return circuitId
  const nominalV = site.grid.nominalVoltage
  const isLive = (circuit: SiteCircuit): boolean => {
    const { meters, chargers } = membersOf(history, circuit)
    return (
      meters.some((id) => (meterLook(layout, newest, id).highestV ?? 0) >= liveShare * nominalV) ||
      chargers.some(({ id }) => (chargerLook(layout, newest, id).highest ?? 0) >= 1) ||
      // One may have a supply of its own; half of them have not.
      (chargers.length > 0 &&
        chargers.filter(({ id }) => chargerLook(layout, newest, id).answers).length * 2 >= chargers.length)
    )
  }
  if (!children.some(isLive)) return circuitId
  const before = frames.filter((frame) => frame.atMs <= atMs)
  const dark = children.filter((child) => {
    const drew = chargersUnder(site, child.id).filter(({ id }) =>
      before.some((frame) => (chargerLook(layout, frame, id).highest ?? 0) >= 2),
    )
    return carriedLoad(history, child, before) >= loadedA && isDark(history, newest, child, drew)
  })
  const [only] = dark
  return dark.length === 1 && only !== undefined ? nearestOpen(history, only.id, atMs) : circuitId
}

import { isDoubted, type Doubt } from '../../../shared/model/doubt.ts'
import type { Image } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import type { Site, SiteCircuit } from '../../../shared/site/site.ts'
import { longestMeterSilenceMs } from '../../../shared/site/check-electrical.ts'
import { controlLimitA } from '../../../shared/site/circuit-limit.ts'
import type { Clock } from '../ports.ts'
import { pathOf, usableLimitA } from './controlled-charger.ts'
import type { Around, DrawnTable } from './drawn-table.ts'
import { createSight, type Seen, type Sight, type SightEntry } from './sight.ts'
import { directionSkewMs, lateReadingMs, worstWindowMs } from './timing.ts'
import { own } from '../../../shared/own.ts'
import type { Memory } from '../site/memory.ts'
import type { ChargerView } from './charger-watch.ts'

const keys = {
  L1: { current: 'i_l1', power: 'p_l1' },
  L2: { current: 'i_l2', power: 'p_l2' },
  L3: { current: 'i_l3', power: 'p_l3' },
} as const

/** Other load of one circuit in one cycle, A per phase; null where it is not known. */
export interface OtherLoad {
  /** What it is now, by the latest reading: targets must fit beside it. */
  readonly nowA: Partial<Record<Phase, number | null>>
  /** The most it was in the last seconds, skew counted against us: raising must fit beside it. */
  readonly worstA: Partial<Record<Phase, number | null>>
  /** Age of the oldest reading used, ms; null when nothing measured was used. */
  readonly ageMs: number | null
  readonly meter: 'fresh' | 'late' | 'silent' | 'none'
  /** How long its meter has shown more than may be used, ms; absent where it does not. */
  readonly overForMs: Partial<Record<Phase, number>>
  /** Phases whose power says export although nothing is declared to feed in below: counted as load. */
  readonly unlikelyExport: readonly Phase[]
  /** Phases whose export, declared possible, was found to be load. */
  readonly hiddenLoad: readonly Phase[]
  /** Why the meter is not believed although it answers, as what it does ("shows ..."); null while it is. */
  readonly notBelieved: string | null
}

interface Point {
  readonly atMs: number
  readonly amperes: number
}

export const meterTimeoutMs = (site: Site): number => Math.min(site.control.meterTimeout * 1000, longestMeterSilenceMs)

/** Below this, power and its sign are noise, A. */
const leastExportA = 1

/**
 * Whether power says that this current flows out. Only a power clearly negative against the current (below -0.5 of U x I) says
 * so; reactive current, noise near zero or a meter without per-phase power count as load, the safe side.
 */
const flowsOut = (site: Site, amperes: number, powerW: number | null): boolean =>
  powerW !== null && Math.abs(amperes) >= leastExportA && powerW < -0.5 * site.grid.nominalVoltage * Math.abs(amperes)

/** The chargers below a circuit by their place in the table, in the order of the views. */
export interface Below {
  readonly table: DrawnTable
  readonly places: readonly number[]
}

/** What is left of a metered current when what the chargers drew then is taken off, never below 0. */
const restA = (point: Point, phase: Phase, side: Around, { table, places }: Below): number =>
  Math.max(0, point.amperes - table.sumAround(places, phase, point.atMs, side))

/** Sums of the same currents in another order differ by less, A. */
const roundingA = 1e-9

/**
 * The most that was left at any of the recent points. The chargers took off at least the least they showed: a point that can't come above
 * what was found already is not looked at closer.
 */
const mostRestA = (recent: readonly Point[], phase: Phase, below: Below): number => {
  const leastSum = below.table.sumLeast(below.places, phase)
  let most = 0
  const highest = recent.reduce((one, other) => (other.amperes > one.amperes ? other : one))
  if (highest.amperes > 0) most = restA(highest, phase, 'low', below)
  for (const point of recent)
    if (point !== highest && point.amperes - leastSum + roundingA > most)
      most = Math.max(most, restA(point, phase, 'low', below))
  return most
}

/** How one phase of a metered circuit flows, before anything is taken off. */
interface Flow {
  readonly magnitude: number
  readonly isExport: boolean
  readonly isUnlikely: boolean
  readonly isHiddenLoad: boolean
}

interface PhaseKeys {
  readonly current: SightEntry
  readonly power: SightEntry
  readonly circuit: string
}
/** What the site file says of one circuit, and where its values are remembered: worked out once. */
interface Facts {
  readonly usableA: number
  readonly controlA: number
  readonly isFedIn: boolean
  readonly keys: Readonly<Record<Phase, PhaseKeys>>
}
type Sums = Pick<OtherLoad, 'nowA' | 'worstA' | 'overForMs'>
type MeterImage = Image['meters'][string] | undefined

const hiddenOn = (doubts: readonly Doubt[] | undefined, phase: Phase): boolean =>
  doubts?.some((doubt) => doubt.kind === 'hidden-overload' && doubt.phase?.includes(phase) === true) === true

/** Whoever is there for certain helps against an excess that outlasts the meter time-out; whose steps were missed there is not taken off. */
const takenOff = (circuit: SiteCircuit, phase: Phase, below: Below, outlasts: boolean) => {
  const { table } = below
  const views = table.views()
  const among = (places: readonly number[], isThere: (view: ChargerView) => boolean): Below => ({
    table,
    places: places.filter((place) => isThere(views[place] as ChargerView)),
  })
  const counted = outlasts
    ? among(below.places, ({ shownOn }) => shownOn.get(circuit.id)?.includes(phase) === true)
    : below
  const certain = table.isAnyMissed()
    ? among(counted.places, ({ missedOn }) => missedOn.get(circuit.id)?.includes(phase) !== true)
    : counted
  return { counted, certain }
}

const findFacts = (site: Site, { entryOf }: Sight): ReadonlyMap<string, Facts> => {
  const feeding = site.circuits.filter((circuit) => circuit.generation)
  const fedIn = new Set(feeding.flatMap((circuit) => pathOf(site, circuit.id).map(({ id }) => id)))
  const factsOf = (circuit: SiteCircuit): Facts => {
    const of = (phase: Phase): PhaseKeys => ({
      current: entryOf(`${circuit.meter ?? ''} ${phase}`),
      power: entryOf(`${circuit.meter ?? ''} p ${phase}`),
      circuit: `${circuit.id} ${phase}`,
    })
    return {
      usableA: usableLimitA(site, circuit),
      controlA: controlLimitA(site, circuit),
      isFedIn: fedIn.has(circuit.id),
      keys: { L1: of('L1'), L2: of('L2'), L3: of('L3') },
    }
  }
  return new Map(site.circuits.map((circuit) => [circuit.id, factsOf(circuit)]))
}

const flowOf = (site: Site, { usableA, isFedIn }: Facts, seen: Seen, power: Seen | null, turned: boolean): Flow => {
  const isPowerOfIt = power !== null && Math.abs(power.atMs - seen.atMs) <= directionSkewMs
  const magnitude = Math.abs(seen.value)
  const out = flowsOut(site, magnitude, isPowerOfIt ? power.value : null)
  return {
    magnitude,
    // More than the circuit may carry is an overload whichever way a power register says it flows.
    isExport: out && !turned && isFedIn && magnitude <= usableA,
    isUnlikely: out && !isFedIn,
    isHiddenLoad: out && isFedIn && turned,
  }
}

/** What a circuit's own meter shows beside the chargers below it; see other-load.ts. */
export const createMeteredLoad = (site: Site, clock: Clock, memory: Memory) => {
  const sight = createSight(clock, memory)
  const history = memory.keep('history', new Map<string, Point[]>())
  const overSince = memory.keep('overSince', new Map<string, number>())
  /** The last reading that was not above what may be used: an excess may have begun right after it. */
  const insideAt = memory.keep('insideAt', new Map<string, number>())
  const timeoutMs = meterTimeoutMs(site)
  const periodMs = new Map(site.meters.map((meter) => [meter.id, meter.periodMs]))
  const factsOf = findFacts(site, sight)

  /** Follows how long the phase has been above what may be used; whether that outlasts the meter time-out. */
  const followExcess = (
    { usableA, controlA }: Facts,
    phase: Phase,
    key: string,
    { magnitude, isExport }: Flow,
    atMs: number,
    overForMs: OtherLoad['overForMs'],
  ): boolean => {
    if (isExport || magnitude <= usableA) {
      overSince.delete(key)
      insideAt.set(key, atMs)
      return false
    }
    const sinceMs = overSince.get(key) ?? atMs
    overSince.set(key, sinceMs)
    overForMs[phase] = atMs - sinceMs
    return magnitude > controlA && atMs - (insideAt.get(key) ?? sinceMs) >= timeoutMs
  }

  const remember = (key: string, point: Point): readonly Point[] => {
    const points = history.get(key) ?? []
    // The power of a current may come with a later image than the current itself.
    if (points[0]?.atMs === point.atMs) points.shift()
    points.unshift(point)
    const recent = points.filter(({ atMs }) => Math.abs(atMs - point.atMs) <= worstWindowMs)
    history.set(key, recent)
    return recent
  }

  const sumUp = (
    circuit: SiteCircuit,
    facts: Facts,
    phase: Phase,
    seen: Seen,
    flow: Flow,
    below: Below,
    { nowA, worstA, overForMs }: Sums,
  ): void => {
    const key = facts.keys[phase].circuit
    const outlasts = followExcess(facts, phase, key, flow, seen.atMs, overForMs)
    const { magnitude, isExport } = flow
    const recent = remember(key, { atMs: seen.atMs, amperes: isExport ? -magnitude : magnitude })
    const { counted, certain } = takenOff(circuit, phase, below, outlasts)
    // Inside the limit nobody is reduced for a current that may be counted twice; above it the strict sum brings it down.
    nowA[phase] =
      magnitude <= facts.usableA
        ? restA(recent[0] as Point, phase, 'unseen', counted)
        : restA(recent[0] as Point, phase, 'high', certain)
    worstA[phase] = mostRestA(recent, phase, certain)
  }

  /** The last current and power of a phase; what a doubted meter said is forgotten. */
  const seenOf = ({ keys: of }: Facts, phase: Phase, meter: MeterImage, isBelieved: boolean) => {
    const key = of[phase]
    if (!isBelieved) {
      sight.forget(key.current)
      history.delete(key.circuit)
    }
    const seen = sight.look(key.current, meter?.samples[keys[phase].current])
    const power = sight.look(key.power, meter?.samples[keys[phase].power])
    const isKnown = seen !== null && seen.ageMs <= timeoutMs
    if (!isKnown) overSince.delete(key.circuit)
    return { seen, power, isKnown }
  }

  return (circuit: SiteCircuit, meterId: string, image: Image, below: Below): OtherLoad => {
    const facts = factsOf.get(circuit.id) as Facts
    const meter = own(image.meters, meterId)
    const sums: Sums = { nowA: {}, worstA: {}, overForMs: {} }
    let ageMs = 0
    let isMissing = false
    let isDisbelieved = false
    const unlikelyExport: Phase[] = []
    const hiddenLoad: Phase[] = []
    for (const phase of circuit.phases) {
      const isBelieved = !isDoubted(meter?.doubts, keys[phase].current)
      isDisbelieved ||= !isBelieved
      isMissing ||= meter?.samples[keys[phase].current]?.value == null
      const { seen, power, isKnown } = seenOf(facts, phase, meter, isBelieved)
      ageMs = Math.max(ageMs, seen?.ageMs ?? Infinity)
      if (seen === null || !isKnown) {
        sums.nowA[phase] = null
        sums.worstA[phase] = null
        continue
      }
      const flow = flowOf(site, facts, seen, power, hiddenOn(meter?.doubts, phase))
      if (flow.isUnlikely) unlikelyExport.push(phase)
      if (flow.isHiddenLoad) hiddenLoad.push(phase)
      sumUp(circuit, facts, phase, seen, flow, below, sums)
    }
    const isSilent = phases.some((phase) => sums.nowA[phase] === null)
    const expectedMs = Math.max(lateReadingMs, 1.5 * (periodMs.get(meterId) ?? 0))
    return {
      ...sums,
      ageMs: Number.isFinite(ageMs) ? ageMs : null,
      meter: isSilent ? 'silent' : isMissing || ageMs > expectedMs ? 'late' : 'fresh',
      unlikelyExport,
      hiddenLoad,
      notBelieved: isDisbelieved ? 'is not believed' : null,
    }
  }
}

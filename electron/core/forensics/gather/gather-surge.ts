import type { SurgeEvidence } from '../../../../shared/forensics/evidence.ts'
import { phases } from '../../../../shared/model/phase.ts'
import type { Site, SiteCircuit } from '../../../../shared/site/site.ts'
import { circuitsUnder } from '../../detectors/circuit-tree.ts'
import type { History } from '../history.ts'
import type { SampledRow } from '../sampled-currents.ts'
import { locateFall, type Fall } from './locate-fall.ts'

/** A front end's clock and a meter's reading may be so far apart, ms. Editable assumption. */
const clockMs = 2000
/** Levels before and after are those of so long, ms, and of at least so many tenths of a second. */
const levelMs = 600
const fewest = 2
/** What is lost above must be what the circuit carried, to this share of it and not worse than this, A: other loads change too. */
const lostShare = 0.35
const lostA = 3
/** Less than this was no load by which a fall could be told, A. */
const loadedA = 2
/** Two falls this close in the samples are one moment, ms: they can't be told apart in tenths of a second. */
const atOnceMs = 250

type Three = readonly (number | null)[]

const median = (values: readonly number[]): number | null => {
  const known = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  return known.length < fewest ? null : (known[Math.floor(known.length / 2)] ?? null)
}

/** What may have flowed on a phase just before a fall, A. */
interface Carried {
  readonly fromA: number
  readonly toA: number
}
type Load = readonly (Carried | null)[]

/**
 * What a circuit carried just before its fall, phase by phase; null: nothing, or not known. The last three readings bound it, since one may
 * have averaged a surge in, and a load that was rising may have gone on as far again.
 */
const carried = (history: History, circuitId: string, fall: Fall): Load =>
  phases.map((phase, index) => {
    if (fall.poles.find((pole) => pole.phase === phase)?.fell !== true) return null
    const values = history
      .circuitCurrent(circuitId, index, fall.beforeMs - 6000, fall.atMs - 1)
      .map(({ value }) => value)
      .filter((value) => value >= loadedA)
      .slice(-3)
    if (values.length === 0) return null
    const [fromA, toA] = [Math.min(...values), Math.max(...values)]
    const rise = (values.at(-1) ?? 0) - (values.at(-2) ?? values.at(-1) ?? 0)
    return { fromA, toA: toA + Math.max(0, rise) }
  })

interface FoundFall {
  readonly atMs: number
  /** What flowed before or after it, whichever is more: a load that came meanwhile is no surge. */
  readonly level: Three
  /** Highest values of the tenth in which it fell, and of that before. */
  readonly highest: Three
}

const levels = (rows: readonly SampledRow[]): Three =>
  [0, 1, 2].map((p) => median(rows.map(({ rmsA }) => rmsA[p] ?? NaN)))

interface Step {
  readonly before: Three
  readonly after: Three
}
/** Levels around a row, without it: in its tenth the load may have ended halfway. */
const stepAt = (rows: readonly SampledRow[], at: number, atMs: number): Step => ({
  before: levels(rows.slice(0, at).filter((row) => atMs - row.atMs <= levelMs)),
  after: levels(rows.slice(at + 1).filter((row) => row.atMs - atMs <= levelMs)),
})

/**
 * How far what was lost is from what the circuit carried; above 1 it is something else. Of three phases one may differ: what else begins or
 * ends there in the same half second hides it.
 */
const misfitOf = ({ before, after }: Step, load: Load): number => {
  const misfits = load.flatMap((one, p) => {
    const [was, is] = [before[p] ?? null, after[p] ?? null]
    if (one === null) return []
    if (was === null || is === null) return [Infinity]
    const beyond = Math.max(0, one.fromA - (was - is), was - is - one.toA)
    return [beyond / Math.max(lostA, lostShare * one.fromA)]
  })
  misfits.sort((a, b) => a - b)
  return misfits[misfits.length >= 3 ? misfits.length - 2 : misfits.length - 1] ?? Infinity
}

/** How little the rows around look like one level before this row and the other after it, A: least where the step is. */
const unlike = (rows: readonly SampledRow[], at: number, atMs: number, { before, after }: Step, load: Load): number =>
  rows.reduce((sum, row, index) => {
    if (index === at || Math.abs(row.atMs - atMs) > levelMs) return sum
    const level = index < at ? before : after
    const apart = load.map((one, p) =>
      // A surge within is no reason to look elsewhere: each row counts for no more than the load itself.
      one === null ? 0 : Math.min(one.toA, Math.abs((row.rmsA[p] ?? NaN) - (level[p] ?? NaN))),
    )
    return sum + apart.reduce<number>((all, one) => all + (Number.isNaN(one) ? 0 : one), 0)
  }, 0)

/** Where samples show that just this load ended, the tenth that fits best; null: they do not show it. */
const fallIn = (rows: readonly SampledRow[], load: Load): FoundFall | null => {
  let best: { readonly at: number; readonly step: Step; readonly cost: number } | null = null
  for (const [at, { atMs }] of rows.entries()) {
    const step = stepAt(rows, at, atMs)
    if (misfitOf(step, load) > 1) continue
    const cost = unlike(rows, at, atMs, step, load)
    if (cost < (best?.cost ?? Infinity)) best = { at, step, cost }
  }
  if (best === null) return null
  const { at, step } = best
  const around = rows.slice(Math.max(0, at - 1), at + 1)
  const highest = [0, 1, 2].map((p) => {
    const values = around.map(({ highestA }) => highestA[p] ?? NaN).filter((value) => !Number.isNaN(value))
    return values.length === 0 ? null : Math.max(...values)
  })
  const level = step.before.map((was, p) => {
    const is = step.after[p] ?? null
    return was === null || is === null ? null : Math.max(was, is)
  })
  return { atMs: rows[at]?.atMs ?? 0, level, highest }
}

const chainUp = (site: Site, circuit: SiteCircuit): readonly SiteCircuit[] => {
  const parent = site.circuits.find(({ id }) => id === circuit.parent)
  return parent === undefined ? [circuit] : [circuit, ...chainUp(site, parent)]
}

/** Circuits beside this one, below what is sampled, whose load fell in the same moment: the surge may be theirs. */
const fellAtOnce = (
  history: History,
  sampled: SiteCircuit,
  circuit: SiteCircuit,
  rows: readonly SampledRow[],
  { atMs }: FoundFall,
  fall: Fall,
): readonly string[] => {
  const { site } = history
  const own = new Set([...chainUp(site, circuit), ...circuitsUnder(site, circuit.id)].map(({ id }) => id))
  return circuitsUnder(site, sampled.id)
    .filter(({ id, breaker }) => breaker !== undefined && !own.has(id))
    .flatMap((other) => {
      const its = locateFall(history, other.id, fall.beforeMs - clockMs, fall.atMs + clockMs)
      // Meters share a clock: falls between readings that do not overlap are two moments.
      if (its === null || its.atMs < fall.beforeMs || its.beforeMs > fall.atMs) return []
      const shown = fallIn(rows, carried(history, other.id, its))
      return shown !== null && Math.abs(shown.atMs - atMs) > atOnceMs ? [] : [other.name ?? other.id]
    })
}

/**
 * The current that flowed in the moment in which the load of a circuit ended, where it is sampled: at the circuit itself or at the nearest
 * circuit above, through which a surge must pass. The moment is found in the samples by the load that was lost, phase by phase, so that
 * clocks that differ by less than two seconds do no harm. null: nothing is sampled there, or the samples do not show the fall.
 */
export const gatherSurge = (history: History, circuit: SiteCircuit, fall: Fall): SurgeEvidence | null => {
  const load = carried(history, circuit.id, fall)
  for (const sampled of chainUp(history.site, circuit)) {
    const rows = history.sampledOf(sampled.id, fall.beforeMs - clockMs - levelMs, fall.atMs + clockMs + levelMs)
    if (rows.length === 0) continue
    const found = fallIn(rows, load)
    if (found === null) return null
    // A surge need not come on a phase that carried a load, but on one of the circuit's own.
    const own = fall.poles.map(({ phase }) => phases.indexOf(phase))
    const heights = own.flatMap((p) => {
      const [highest, level] = [found.highest[p] ?? null, found.level[p] ?? null]
      return highest === null || level === null ? [] : [{ phase: phases[p] ?? 'L1', aboveA: highest - level }]
    })
    const tallest = heights.reduce((most, one) => (one.aboveA > (most?.aboveA ?? -Infinity) ? one : most), heights[0])
    if (tallest === undefined) return null
    return {
      circuitId: sampled.id,
      circuitName: sampled.name ?? sampled.id,
      isOwn: sampled.id === circuit.id,
      atMs: found.atMs,
      phase: tallest.phase,
      aboveA: Math.max(0, tallest.aboveA),
      fellAtOnce: fellAtOnce(history, sampled, circuit, rows, found, fall),
    }
  }
  return null
}

import type { DoubtKind } from '../../../shared/model/doubt.ts'
import { isQuantityKey, quantities, quantityKeys, type QuantityKind } from '../../../shared/quantities.ts'
import { habitMs, newestMs, trackOf, type Memory, type Track } from './memory.ts'
import type { MeterFacts } from './meter-facts.ts'

/**
 * A gateway that repeats old registers, or a meter that stopped measuring (electrical.md 6.4.8). On a live meter voltages,
 * currents and the frequency never repeat to the last bit for long, if it shows enough digits: so each value is weighed by how much
 * a quiet grid moves it from one second to the next against the step it shows. Values without digits weigh nothing; a coarse meter
 * on a quiet site is never called frozen by this, only by chargers that moved while it did not (below.ts).
 */

/** A quiet low-voltage grid moves by this from second to second: a share of a voltage (and so of currents and powers), and Hz. Assumptions. */
const quietShare = 0.0002
const quietHz = 0.002
/** Below this weight a value may well stand still. */
const leastWeight = 0.5
/** Readings that must repeat: 15 where many fine values stand, 60 where only one does (assumption, between the 10 to 20 of a fine meter and the reference's 60 s). */
const fewestReadings = 15
const mostReadings = 60
/** A meter refreshes its registers seldom enough to look frozen for a moment: this many times its longest habit must pass, ms. */
const habits = 2.5
const shortestMs = 4000
/** While nothing is known of its habit: the slowest gateways refresh every 10 s. */
const unknownHabitMs = 15_000

interface Live {
  readonly key: string
  readonly kind: QuantityKind
  readonly track: Track
  readonly weight: number
}

const live: readonly QuantityKind[] = ['voltage', 'current', 'power', 'frequency']

/** The keys that tell: phase quantities and frequency. Means and sums only repeat them. */
const tellingKeys: ReadonlySet<string> = new Set(
  quantityKeys.filter((key) => /^(u_l\dn|i_l\d|i_total|p_l\d|p_total|f|f_fine)$/.test(key)),
)
const isTelling = (key: string): boolean => tellingKeys.has(key)

const look = (memory: Memory, facts: MeterFacts): readonly Live[] => {
  const known = [...memory.tracks.keys()].flatMap((key) => {
    const track = trackOf(memory, key)
    if (track === undefined || !isQuantityKey(key)) return []
    const { kind } = quantities[key]
    return live.includes(kind) ? [{ key, kind, track }] : []
  })
  const steps = new Map<QuantityKind, number>()
  for (const { key, kind, track } of known) {
    if (!isTelling(key)) continue
    const step = facts.shownStepOf(key, track.value)
    steps.set(kind, Math.min(steps.get(kind) ?? Infinity, step))
  }
  return known.map(({ key, kind, track }) => {
    const movesBy = kind === 'frequency' ? quietHz : quietShare * Math.abs(track.value)
    const weight = isTelling(key) ? Math.min(1, movesBy / Math.max(steps.get(kind) ?? Infinity, facts.stepOf(key))) : 0
    return { key, kind, track, weight: weight < leastWeight ? 0 : weight }
  })
}

const readingsNeeded = (weight: number): number =>
  Math.min(mostReadings, Math.max(fewestReadings, Math.ceil(mostReadings / weight)))

const timeNeededMs = (facts: MeterFacts, tracks: readonly Track[]): number => {
  const own = Math.max(facts.refreshMs ?? 0, facts.windowMs ?? 0)
  const habit = habitMs(tracks)
  return Math.max(shortestMs, habits * own, habit === null ? unknownHabitMs : habits * habit)
}

/** Whether these stand still, by readings and by time. `weight` counts only what its digits would show. */
const standsStill = (group: readonly Live[], facts: MeterFacts, nowMs: number, fewest = 0): boolean => {
  const weighty = group.filter(({ weight }) => weight > 0)
  const weight = weighty.reduce((sum, each) => sum + each.weight, 0)
  if (weight < 1) return false
  const needed = Math.max(fewest, readingsNeeded(weight))
  const unchangedMs = nowMs - Math.max(...group.map(({ track }) => track.sinceMs))
  return (
    weighty.every(({ track }) => track.readings >= needed) &&
    unchangedMs >=
      timeNeededMs(
        facts,
        group.map(({ track }) => track),
      )
  )
}

export interface FrozenVerdict {
  readonly kind: Extract<DoubtKind, 'frozen' | 'frozen-partly'>
  readonly keys: readonly string[]
  /** Monotonic time of the last change. */
  readonly sinceMs: number
  readonly readings: number
}

const verdictOf = (kind: FrozenVerdict['kind'], group: readonly Live[]): FrozenVerdict => ({
  kind,
  keys: group.map(({ key }) => key),
  sinceMs: Math.max(...group.map(({ track }) => track.sinceMs)),
  readings: Math.min(...group.filter(({ weight }) => weight > 0).map(({ track }) => track.readings)),
})

/** Kinds that are judged for themselves while the others move. */
const groups: readonly QuantityKind[] = ['current', 'voltage', 'power']

/**
 * What of a meter stands still: all of it, a kind of quantity, or single currents. null: nothing does. `nowMs` is monotonic.
 */
export const judgeFrozen = (memory: Memory, facts: MeterFacts, nowMs: number): FrozenVerdict | null => {
  const all = look(memory, facts)
  // Power shows digits that voltage and current do not have: alone it tells nothing of the whole.
  const whole = all.map((each) => (each.kind === 'power' ? { ...each, weight: 0 } : each))
  if (standsStill(whole, facts, nowMs)) return verdictOf('frozen', whole)
  for (const kind of groups) {
    const group = all.filter((each) => each.kind === kind)
    if (group.length > 0 && standsStill(group, facts, nowMs, 20) && othersMove(all, group))
      return verdictOf('frozen-partly', group)
  }
  const single = all.filter(({ kind, key, weight }) => kind === 'current' && weight > 0 && /^i_l\d$/.test(key))
  const stuck = single.filter((each) => standsStill([each], facts, nowMs) && othersMove(all, [each]))
  return stuck.length > 0 && stuck.length < single.length ? verdictOf('frozen-partly', stuck) : null
}

/** Something else of the meter changed in the second half of the time these stood still. */
const othersMove = (all: readonly Live[], group: readonly Live[]): boolean => {
  const sinceMs = Math.max(...group.map(({ track }) => track.sinceMs))
  const newest = Math.max(...group.map(({ track }) => newestMs(track)))
  return all.some(
    ({ key, kind, track }) =>
      isTelling(key) &&
      kind !== 'frequency' &&
      !group.some((each) => each.key === key) &&
      track.sinceMs > (sinceMs + newest) / 2,
  )
}

/** Whether the newest reading of the meter brought a change in any of these. */
export const hasMoved = (memory: Memory, keys: readonly string[]): boolean =>
  keys.some((key) => {
    const track = trackOf(memory, key)
    return track !== undefined && track.changes > 0 && track.readings === 1
  })

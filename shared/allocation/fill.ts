import type { AllocationCharger } from './problem.ts'
import type { Slot, SlotUse } from './slots.ts'

/** A charger while it is being filled; currents in whole milliamperes. */
export interface Entry {
  readonly charger: AllocationCharger
  readonly uses: readonly SlotUse[]
  readonly minimum: number
  readonly step: number
  /** Largest target this tier may give it, a multiple of the step. */
  readonly cap: number
  target: number
  /** Slots that refused it, the tightest first; empty when only its cap holds it. */
  refusedBy: readonly Slot[]
}

export interface Ranked {
  readonly charger: Pick<AllocationCharger, 'id' | 'priority' | 'turn'>
}
/** Paused later comes first: priority, then turn, then id by code unit. The same for every order of the input. */
export const byRank = (a: Ranked, b: Ranked): number =>
  b.charger.priority - a.charger.priority ||
  (b.charger.turn ?? 0) - (a.charger.turn ?? 0) ||
  (a.charger.id < b.charger.id ? -1 : a.charger.id > b.charger.id ? 1 : 0)

export const take = (entry: Entry, amount: number): void => {
  entry.target += amount
  for (const use of entry.uses) use.slot.room -= use.weight * amount
}

const refusals = (entry: Entry, amount: number): readonly Slot[] => {
  const level = entry.target + amount
  return (
    entry.uses
      .filter(({ slot, weight }) => slot.room < weight * amount || level > slot.closedAbove)
      // Stable: equal rooms keep the order from the charger's own circuit to the root, L1 before L2 before L3.
      .sort((a, b) => a.slot.room / a.weight - b.slot.room / b.weight)
      .map(({ slot }) => slot)
  )
}

const lowest = (entries: readonly Entry[]): Entry =>
  entries.reduce((best, entry) => (entry.target < best.target ? entry : best))

/**
 * Raises the worst-off first, one step at a time, until each is stopped by its cap or by a slot. A charger with a fine
 * resolution climbs in strides of about 1 A while there is a stride for everybody on its slots, then in its own steps.
 */
const raise = (entries: readonly Entry[]): void => {
  const stride = new Map(entries.map((entry) => [entry, entry.step * Math.max(1, Math.floor(1000 / entry.step))]))
  const longest = Math.max(0, ...stride.values())
  const rising = [...entries]
  const wanting = new Map<Slot, number>()
  for (const entry of rising)
    for (const { slot, weight } of entry.uses) wanting.set(slot, (wanting.get(slot) ?? 0) + weight)
  while (rising.length > 0) {
    const entry = lowest(rising)
    const amount = stride.get(entry) ?? entry.step
    if (amount > entry.step) {
      const roomy =
        entry.target + amount <= entry.cap &&
        entry.uses.every(({ slot }) => slot.room >= longest * (wanting.get(slot) ?? 0))
      if (roomy && refusals(entry, amount).length === 0) take(entry, amount)
      else stride.set(entry, entry.step)
      continue
    }
    const capped = entry.target + amount > entry.cap
    const refused = capped ? [] : refusals(entry, amount)
    if (!capped && refused.length === 0) {
      take(entry, amount)
      continue
    }
    rising.splice(rising.indexOf(entry), 1)
    entry.refusedBy = refused
    for (const { slot, weight } of entry.uses) wanting.set(slot, (wanting.get(slot) ?? 0) - weight)
    // The others on a slot that is full for one may still use its rest, but not run away from that one.
    for (const slot of refused) slot.closedAbove = Math.min(slot.closedAbove, entry.target + entry.step)
  }
}

/**
 * Max-min fair shares by discrete water-filling: in order of rank everyone who fits gets the minimum (the others are paused,
 * IEC 61851-1 knows nothing between 0 and 6 A), then the worst-off is raised step by step until a phase of a circuit is full.
 */
export const fill = (entries: readonly Entry[]): void => {
  const ranked = [...entries].sort(byRank)
  const admitted: Entry[] = []
  for (const entry of ranked) {
    const reserved = entry.target > 0
    if (!reserved) {
      if (entry.cap < entry.minimum) continue
      const refused = refusals(entry, entry.minimum)
      if (refused.length > 0) {
        entry.refusedBy = refused
        continue
      }
      take(entry, entry.minimum)
    }
    admitted.push(entry)
  }
  raise(admitted)
}

import { createHeap } from './heap.ts'
import type { AllocationCharger, ShareClass } from './problem.ts'
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
  /** While it is raised: how much at once, and its place in the order of rank. */
  stride: number
  order: number
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

const used = ({ weight, credit }: SlotUse, target: number): number =>
  credit === undefined ? weight * target : -Math.min(target, credit)

export const take = (entry: Entry, amount: number): void => {
  const before = entry.target
  entry.target += amount
  for (const use of entry.uses)
    use.slot.room -= use.credit === undefined ? use.weight * amount : used(use, entry.target) - used(use, before)
}

/** Whether nothing refuses it: asked at every step, so it makes nothing. */
const fits = (entry: Entry, amount: number): boolean => {
  const level = entry.target + amount
  for (const { slot, weight } of entry.uses)
    if (weight > 0 && (slot.room < weight * amount || level > slot.closedAbove)) return false
  return true
}

const refusals = (entry: Entry, amount: number): readonly Slot[] => {
  const level = entry.target + amount
  const refusing = entry.uses.filter(
    ({ slot, weight }) => weight > 0 && (slot.room < weight * amount || level > slot.closedAbove),
  )
  if (refusing.length <= 1) return refusing.map(({ slot }) => slot)
  return (
    refusing
      // Stable: equal rooms keep the order from the charger's own circuit to the root, L1 before L2 before L3.
      .sort((a, b) => a.slot.room / a.weight - b.slot.room / b.weight)
      .map(({ slot }) => slot)
  )
}

/** Those of the highest class of their group that still rise; the next class follows when the last of it has stopped. */
const classes = (entries: readonly Entry[]) => {
  const waiting = new Map<string, Map<number, Entry[]>>()
  const share = ({ charger }: Entry): ShareClass => charger.share ?? { group: '', rank: 0 }
  for (const entry of entries) {
    const { group, rank } = share(entry)
    const ranks = waiting.get(group) ?? new Map<number, Entry[]>()
    waiting.set(group, ranks)
    const same = ranks.get(rank)
    if (same === undefined) ranks.set(rank, [entry])
    else same.push(entry)
  }
  const rising = new Map<string, number>()
  const next = (group: string): readonly Entry[] => {
    const ranks = waiting.get(group)
    if (ranks === undefined || ranks.size === 0) return []
    const highest = Math.max(...ranks.keys())
    const entered = ranks.get(highest) ?? []
    ranks.delete(highest)
    rising.set(group, entered.length)
    return entered
  }
  return {
    first: (): readonly Entry[] => [...waiting.keys()].flatMap(next),
    /** Who begins to rise because this one has stopped. */
    stopped: (entry: Entry): readonly Entry[] => {
      const { group } = share(entry)
      const left = (rising.get(group) ?? 1) - 1
      rising.set(group, left)
      return left > 0 ? [] : next(group)
    },
  }
}

/** In less than so many strides nothing is won by climbing together. */
const leastClimb = 2

/**
 * How high all that rise get for certain before one of them is stopped or has to go in finer steps, mA: while a slot has a stride for each
 * of them, below every cap and below what is closed.
 */
const freeLevel = (rising: readonly Entry[], longest: number): number => {
  let lowest = Infinity
  for (const { target } of rising) if (target < lowest) lowest = target
  let level = Infinity
  for (const { uses, cap } of rising) {
    level = Math.min(level, cap - longest)
    for (const { slot, weight } of uses) {
      if (weight === 0) continue
      level = Math.min(level, slot.closedAbove - longest, lowest + Math.floor(slot.room / slot.wanting) - 2 * longest)
    }
  }
  return level - lowest >= leastClimb * longest ? level : -Infinity
}

/**
 * Raises all of them to the first step at or above a level at once. Below it nobody is in anybody's way: whoever goes one step at a time,
 * the worst-off first, comes to the same.
 */
const climb = (rising: readonly Entry[], level: number): void => {
  for (const entry of rising) {
    const strides = Math.ceil((level - entry.target) / entry.stride)
    if (strides > 0) take(entry, strides * entry.stride)
  }
}

/**
 * Raises the worst-off first, one step at a time, until each is stopped by its cap or by a slot. A charger with a fine
 * resolution climbs in strides of about 1 A while there is a stride for everybody on its slots, then in its own steps.
 */
const raise = (entries: readonly Entry[]): void => {
  let longest = 0
  for (const [index, entry] of entries.entries()) {
    entry.order = index
    entry.stride = entry.step * Math.max(1, Math.floor(1000 / entry.step))
    longest = Math.max(longest, entry.stride)
    for (const { slot } of entry.uses) slot.wanting = 0
  }
  const want = (entry: Entry, sign: 1 | -1): void => {
    for (const { slot, weight } of entry.uses) slot.wanting += sign * weight
  }
  const lowest = createHeap<Entry>((a, b) => a.target - b.target || a.order - b.order)
  const enter = (entered: readonly Entry[]): void => {
    for (const entry of entered) {
      want(entry, 1)
      lowest.push(entry)
    }
  }
  const byClass = classes(entries)
  enter(byClass.first())
  let steps = 0
  const climbAll = (): void => {
    steps = 0
    const rising = lowest.items()
    const level = freeLevel(rising, longest)
    if (level === -Infinity) return
    climb(rising, level)
    lowest.refill()
  }
  climbAll()
  for (let entry = lowest.pop(); entry !== undefined; entry = lowest.pop()) {
    // Looked for again once everybody had its turn twice: it costs as much as a turn of all.
    steps += 1
    if (steps > 2 * lowest.items().length + 2) {
      lowest.push(entry)
      climbAll()
      continue
    }
    const amount = entry.stride
    if (amount > entry.step) {
      const roomy =
        entry.target + amount <= entry.cap && entry.uses.every(({ slot }) => slot.room >= longest * slot.wanting)
      if (roomy && fits(entry, amount)) take(entry, amount)
      else entry.stride = entry.step
      lowest.push(entry)
      continue
    }
    const capped = entry.target + amount > entry.cap
    if (!capped && fits(entry, amount)) {
      take(entry, amount)
      lowest.push(entry)
      continue
    }
    const refused = capped ? [] : refusals(entry, amount)
    entry.refusedBy = refused
    want(entry, -1)
    // The others on a slot that is full for one may still use its rest, but not run away from that one.
    for (const slot of refused) slot.closedAbove = Math.min(slot.closedAbove, entry.target + entry.step)
    enter(byClass.stopped(entry))
  }
}

const isImbalance = ({ kind }: Slot): boolean => kind === 'phase-imbalance'
/** Who was let in later may load the other phase: those an imbalance refused are asked this often in all. Editable assumption. */
const mostPasses = 3

/**
 * Max-min fair shares by discrete water-filling: in order of rank everyone who fits gets the minimum (the others are paused,
 * IEC 61851-1 knows nothing between 0 and 6 A), then the worst-off is raised step by step until a phase of a circuit is full.
 */
export const fill = (entries: readonly Entry[]): void => {
  const ranked = [...entries].sort(byRank)
  let open: readonly Entry[] = ranked
  for (let pass = 0; pass < mostPasses && open.length > 0; pass += 1) {
    const admitted: Entry[] = []
    for (const entry of open) {
      entry.refusedBy = []
      const reserved = entry.target > 0
      if (!reserved) {
        if (entry.cap < entry.minimum) continue
        if (!fits(entry, entry.minimum)) {
          entry.refusedBy = refusals(entry, entry.minimum)
          continue
        }
        take(entry, entry.minimum)
      }
      admitted.push(entry)
    }
    raise(admitted)
    open = ranked.filter((entry) => entry.refusedBy.some(isImbalance))
    for (const { uses } of open) for (const { slot } of uses) if (isImbalance(slot)) slot.closedAbove = Infinity
  }
}

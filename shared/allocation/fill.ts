import { createHeap } from './heap.ts'
import type { AllocationCharger, ShareClass } from './problem.ts'
import type { Rooms, Slot, SlotUse, Uses } from './slots.ts'

/** A charger while it is being filled; currents in whole milliamperes. */
export interface Entry {
  readonly charger: AllocationCharger
  readonly uses: Uses
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

export const take = ({ room }: Rooms, entry: Entry, amount: number): void => {
  const before = entry.target
  entry.target += amount
  const { at, weights, list, isCredited } = entry.uses
  if (isCredited) {
    for (const use of list)
      room[use.slot.at] = (room[use.slot.at] as number) - (used(use, entry.target) - used(use, before))
    return
  }
  for (let index = 0; index < at.length; index += 1) {
    const slot = at[index] as number
    room[slot] = (room[slot] as number) - (weights[index] as number) * amount
  }
}

/** Whether nothing refuses it: asked at every step, so it makes nothing. */
const fits = ({ room, closedAbove }: Rooms, { target, uses: { at, weights } }: Entry, amount: number): boolean => {
  const level = target + amount
  for (let index = 0; index < at.length; index += 1) {
    const slot = at[index] as number
    const weight = weights[index] as number
    if (weight > 0 && ((room[slot] as number) < weight * amount || level > (closedAbove[slot] as number))) return false
  }
  return true
}

const refusals = ({ room, closedAbove }: Rooms, entry: Entry, amount: number): readonly Slot[] => {
  const level = entry.target + amount
  const roomOf = ({ slot }: SlotUse): number => room[slot.at] as number
  const refusing: SlotUse[] = []
  for (const use of entry.uses.list)
    if (use.weight > 0 && (roomOf(use) < use.weight * amount || level > (closedAbove[use.slot.at] as number)))
      refusing.push(use)
  // Stable: equal rooms keep the order from the charger's own circuit to the root, L1 before L2 before L3.
  if (refusing.length > 1) refusing.sort((a, b) => roomOf(a) / a.weight - roomOf(b) / b.weight)
  return refusing.map(({ slot }) => slot)
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
const freeLevel = (rooms: Rooms, rising: readonly Entry[], longest: number): number => {
  let lowest = Infinity
  let level = Infinity
  for (const { target, cap } of rising) {
    if (target < lowest) lowest = target
    if (cap - longest < level) level = cap - longest
  }
  const { room, closedAbove, wanting } = rooms
  for (let slot = 0; slot < room.length; slot += 1) {
    const wanted = wanting[slot] as number
    if (wanted === 0) continue
    const strides = Math.floor((room[slot] as number) / wanted)
    level = Math.min(level, (closedAbove[slot] as number) - longest, lowest + strides - 2 * longest)
  }
  return level - lowest >= leastClimb * longest ? level : -Infinity
}

/**
 * Raises all of them to the first step at or above a level at once. Below it nobody is in anybody's way: whoever goes one step at a time,
 * the worst-off first, comes to the same.
 */
const climb = (rooms: Rooms, rising: readonly Entry[], level: number): void => {
  for (const entry of rising) {
    const strides = Math.ceil((level - entry.target) / entry.stride)
    if (strides > 0) take(rooms, entry, strides * entry.stride)
  }
}

/**
 * Raises the worst-off first, one step at a time, until each is stopped by its cap or by a slot. A charger with a fine
 * resolution climbs in strides of about 1 A while there is a stride for everybody on its slots, then in its own steps.
 */
const raise = (entries: readonly Entry[], rooms: Rooms): void => {
  const { room, closedAbove, wanting } = rooms
  wanting.fill(0)
  let longest = 0
  let order = 0
  for (const entry of entries) {
    entry.order = order
    order += 1
    entry.stride = entry.step * Math.max(1, Math.floor(1000 / entry.step))
    longest = Math.max(longest, entry.stride)
  }
  const want = (entry: Entry, sign: 1 | -1): void => {
    const { at, weights } = entry.uses
    for (let index = 0; index < at.length; index += 1) {
      const slot = at[index] as number
      wanting[slot] = (wanting[slot] as number) + sign * (weights[index] as number)
    }
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
    const level = freeLevel(rooms, rising, longest)
    if (level === -Infinity) return
    climb(rooms, rising, level)
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
        entry.target + amount <= entry.cap &&
        entry.uses.at.every((slot) => (room[slot] as number) >= longest * (wanting[slot] as number))
      if (roomy && fits(rooms, entry, amount)) take(rooms, entry, amount)
      else entry.stride = entry.step
      lowest.push(entry)
      continue
    }
    const capped = entry.target + amount > entry.cap
    if (!capped && fits(rooms, entry, amount)) {
      take(rooms, entry, amount)
      lowest.push(entry)
      continue
    }
    const refused = capped ? [] : refusals(rooms, entry, amount)
    entry.refusedBy = refused
    want(entry, -1)
    // The others on a slot that is full for one may still use its rest, but not run away from that one.
    for (const { at } of refused) closedAbove[at] = Math.min(closedAbove[at] as number, entry.target + entry.step)
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
export const fill = (entries: readonly Entry[], rooms: Rooms): void => {
  const ranked = [...entries].sort(byRank)
  let open: readonly Entry[] = ranked
  for (let pass = 0; pass < mostPasses && open.length > 0; pass += 1) {
    const admitted: Entry[] = []
    for (const entry of open) {
      entry.refusedBy = []
      const reserved = entry.target > 0
      if (!reserved) {
        if (entry.cap < entry.minimum) continue
        if (!fits(rooms, entry, entry.minimum)) {
          entry.refusedBy = refusals(rooms, entry, entry.minimum)
          continue
        }
        take(rooms, entry, entry.minimum)
      }
      admitted.push(entry)
    }
    raise(admitted, rooms)
    open = ranked.filter((entry) => entry.refusedBy.some(isImbalance))
    for (const { uses } of open)
      for (const { slot } of uses.list) if (isImbalance(slot)) rooms.closedAbove[slot.at] = Infinity
  }
}

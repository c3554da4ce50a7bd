import type { Bound } from '../model/bound.ts'
import type { Phase } from '../model/phase.ts'
import { capBounds, minimumBound, sayA, saySlot, slotBound, type SlotLoad, type SlotSaid } from './bounds.ts'
import { fill, take, type Entry } from './fill.ts'
import type {
  AllocationCharger,
  AllocationKind,
  AllocationProblem,
  AllocationResult,
  ChargerAllocation,
  NodePhaseAllocation,
} from './problem.ts'
import { own } from '../own.ts'
import { down, indexSlots, up, type Rooms, type Slot, type Uses } from './slots.ts'

/** Who is served before whom; within a tier shares are max-min fair. */
const tiers = ['fallback', 'override', 'normal', 'idle'] as const
type Tier = (typeof tiers)[number]

/** A person's limit on an empty socket reserves nothing for nobody: a car that arrives may start, and is then served by it. */
const tierOf = (charger: AllocationCharger): Tier => {
  if (charger.fallback !== null) return 'fallback'
  if (!charger.wants) return 'idle'
  return charger.override !== null ? 'override' : 'normal'
}

/** Largest target by everything but the circuits, A. */
const capA = (charger: AllocationCharger, tier: Tier): number =>
  Math.min(
    charger.maximumA,
    charger.fallback?.limitA ?? Infinity,
    charger.override?.limitA ?? Infinity,
    tier === 'normal' || tier === 'override' ? (charger.demandCapA ?? Infinity) : Infinity,
    tier === 'normal' ? (charger.planned?.limitA ?? Infinity) : Infinity,
    tier === 'idle' ? charger.minimumA : Infinity,
  )

/** `seen`: the other load of every circuit above it is known. */
interface Placed {
  readonly entry: Entry
  readonly tier: Tier
  readonly seen: boolean
}

const place = (charger: AllocationCharger, uses: Uses): Placed => {
  const tier = tierOf(charger)
  const step = Math.max(1, down(charger.resolutionA))
  const minimum = Math.ceil(up(charger.minimumA) / step) * step
  const seen = tier === 'fallback' || uses.list.every(({ slot }) => !slot.unknown)
  const most = down(Math.min(charger.maximumA, charger.override?.limitA ?? Infinity))
  const allowed = tier === 'idle' ? Math.min(minimum, most) : down(capA(charger, tier))
  const cap = seen ? Math.floor(allowed / step) * step : 0
  return {
    tier,
    seen,
    entry: {
      charger,
      uses,
      minimum,
      step,
      cap: charger.canPause ? cap : Math.max(cap, minimum),
      target: 0,
      stride: step,
      order: 0,
      refusedBy: [],
    },
  }
}

/** What is said of each slot: how many share it and what is set aside on it, counted once over all chargers. */
const sayingOf = ({ placed, fixed, rooms }: Filled): ((slot: Slot) => SlotSaid) => {
  const load = loadsOf(placed, fixed)
  const said = new Map<Slot, SlotSaid>()
  return (slot) => {
    const known = said.get(slot)
    if (known !== undefined) return known
    const text = saySlot(slot, load(slot), rooms.room[slot.at] as number)
    said.set(slot, text)
    return text
  }
}

const loadsOf = (placed: readonly Placed[], fixed: readonly Fixed[]): ((slot: Slot) => SlotLoad) => {
  const loads = new Map<Slot, { sharers: number; fixed: number; fixedCount: number }>()
  const of = (slot: Slot) => {
    const known = loads.get(slot)
    if (known !== undefined) return known
    const found = { sharers: 0, fixed: 0, fixedCount: 0 }
    loads.set(slot, found)
    return found
  }
  for (const { entry } of placed) if (entry.target > 0) for (const { slot } of entry.uses.list) of(slot).sharers += 1
  for (const { uses, current } of fixed)
    for (const { slot, weight } of uses.list) {
      of(slot).fixed += current * weight
      of(slot).fixedCount += 1
    }
  return of
}

interface Fixed {
  readonly charger: AllocationCharger
  readonly uses: Uses
  readonly current: number
}

const boundsOf = ({ entry, tier, seen }: Placed, said: (slot: Slot) => SlotSaid): readonly Bound[] => {
  const { charger } = entry
  const targetA = entry.target / 1000
  const bounds: Bound[] = []
  if (!seen) for (const { slot } of entry.uses.list) if (slot.unknown) bounds.push(slotBound(slot, targetA, said(slot)))
  for (const slot of entry.refusedBy) bounds.push(slotBound(slot, targetA, said(slot)))
  for (const cap of capBounds(entry, tier)) bounds.push(cap)
  const needsMinimum =
    entry.target === 0
      ? entry.refusedBy.length > 0 || (entry.cap > 0 && entry.cap < entry.minimum)
      : !charger.canPause && entry.target === entry.minimum
  if (needsMinimum) bounds.push(minimumBound(charger))
  return bounds
}

const kindOf = ({ entry, tier }: Placed): AllocationKind => {
  if (tier === 'fallback') return 'fallback'
  if (tier === 'override') return 'override'
  if (tier === 'idle') return 'idle'
  return entry.target === 0 ? 'paused' : 'allocated'
}

/** Chargers that keep something on a slot although nothing is left there: those that cannot be paused. */
const kept = (slot: Slot, placed: readonly Placed[]): string => {
  const names = placed
    .filter(({ entry }) => entry.target > 0 && entry.uses.list.some((use) => use.slot === slot))
    .map(({ entry }) => entry.charger.name)
  const where = slot.phase === null ? 'there' : `on ${slot.phase} there`
  return names.length === 0
    ? `nothing is given to chargers ${where}`
    : `chargers ${where} have nothing, but for ${names.join(', ')}, which cannot be paused`
}

/** Only what is so: a charger that is counted on other phases may well charge below a circuit whose L2 is full. */
const sumNotes = ({ slots, placed, rooms }: Filled): readonly string[] =>
  slots.flatMap((slot) => {
    const room = rooms.room[slot.at] as number
    if (room >= 0 || slot.unknown || slot.kind === 'phase-imbalance') return []
    const where = slot.phase === null ? `the ${slot.label}` : `${slot.node.name}, ${slot.phase}`
    const limit = sayA(slot.limit / 1000)
    const rest = kept(slot, placed)
    return [
      slot.other > slot.limit
        ? `${where}: other load ${sayA(slot.other / 1000)} alone is above the ${limit} that may be used: ${rest}`
        : `${where}: other load and currents not under control exceed the ${limit} that may be used by ${sayA(-room / 1000)}: ${rest}`,
    ]
  })

interface Filled {
  readonly slots: readonly Slot[]
  readonly rooms: Rooms
  readonly placed: readonly Placed[]
  readonly fixed: readonly Fixed[]
}

const shareAll = (problem: AllocationProblem): Filled => {
  const { slots, rooms, usedBy } = indexSlots(problem)
  const fixed: Fixed[] = []
  const placed: Placed[] = []
  for (const charger of problem.chargers) {
    const uses = usedBy(charger)
    if (charger.fixed === null) {
      placed.push(place(charger, uses))
      continue
    }
    const current = up(charger.fixed.currentA)
    for (const { slot, weight, credit } of uses.list)
      if (credit === undefined) rooms.room[slot.at] = (rooms.room[slot.at] as number) - weight * current
    fixed.push({ charger, uses, current })
  }
  for (const { entry } of placed) if (!entry.charger.canPause) take(rooms, entry, entry.minimum)
  for (const tier of tiers) {
    const entries: Entry[] = []
    for (const item of placed) if (item.tier === tier) entries.push(item.entry)
    if (entries.length === 0) continue
    fill(entries, rooms)
    rooms.closedAbove.fill(Infinity)
  }
  return { slots, rooms, placed, fixed }
}

const nodesOf = (problem: AllocationProblem, { slots, rooms }: Filled): AllocationResult['nodes'] => {
  const nodes: Record<string, Partial<Record<Phase, NodePhaseAllocation>>> = {}
  for (const node of problem.nodes) nodes[node.id] = {}
  for (const slot of slots) {
    const phases = own(nodes, slot.node.id)
    if (slot.phase === null || phases === undefined || slot.node.limitA[slot.phase] === undefined) continue
    const room = rooms.room[slot.at] as number
    phases[slot.phase] = {
      limitA: slot.limit / 1000,
      otherLoadA: slot.unknown ? null : slot.other / 1000,
      allocatedA: (slot.limit - slot.other - room) / 1000,
      headroomA: slot.unknown ? null : room / 1000,
    }
  }
  return nodes
}

const setAside = ({ charger, current }: Fixed): ChargerAllocation => {
  const targetA = current / 1000
  const detail = charger.fixed?.why ?? 'not under control'
  return {
    kind: 'fixed',
    targetA,
    boundBy: [{ kind: 'fallback', circuitId: null, phase: null, limitA: targetA, detail }],
  }
}

/** The numbers of an allocation without its words: targets by charger id, A. */
export interface SharedOut extends Pick<AllocationResult, 'nodes'> {
  readonly targetsA: ReadonlyMap<string, number>
}

/** As `allocate`, where nobody asks why. */
export const shareOut = (problem: AllocationProblem): SharedOut => {
  const filled = shareAll(problem)
  const { placed, fixed } = filled
  const targetsA = new Map<string, number>()
  for (const { charger, current } of fixed) targetsA.set(charger.id, current / 1000)
  for (const { entry } of placed) targetsA.set(entry.charger.id, entry.target / 1000)
  return { targetsA, nodes: nodesOf(problem, filled) }
}

/**
 * Gives every charger its current for one frozen problem. Pure; the order of nodes and chargers does not matter.
 *
 * 1. Currents not under control, and the minimum of chargers that cannot pause, are set aside whatever the limits say.
 * 2. Then four tiers, each max-min fair within itself (see fill.ts): fallbacks, overrides, chargers with a vehicle, and from
 *    what is left one minimum for each charger without a vehicle, so that an arriving one starts inside every limit.
 * Every bound named was full when it stopped the charger and stays so: there is no room for one more step of somebody on it.
 */
export const allocate = (problem: AllocationProblem): AllocationResult => {
  const filled = shareAll(problem)
  const { placed, fixed } = filled
  const said = sayingOf(filled)
  const chargers = Object.create(null) as Record<string, ChargerAllocation>
  for (const item of fixed) chargers[item.charger.id] = setAside(item)
  for (const item of placed)
    chargers[item.entry.charger.id] = {
      kind: kindOf(item),
      targetA: item.entry.target / 1000,
      boundBy: boundsOf(item, said),
    }
  return { chargers, nodes: nodesOf(problem, filled), notes: sumNotes(filled) }
}

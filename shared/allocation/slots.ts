import type { BoundKind } from '../model/bound.ts'
import { phases, type Phase } from '../model/phase.ts'
import type { AllocationCharger, AllocationNode, AllocationProblem } from './problem.ts'

/**
 * One thing that can run out: a phase of a circuit (mA), a power below a circuit (mA summed over the phases), or how much more one phase
 * may carry than another (mA). Whole milliamperes throughout, so that sums are exact and a limit is never passed by a rounding error.
 */
export interface Slot {
  readonly node: AllocationNode
  /** The phase of a circuit's own limit; null for a power and for an imbalance. */
  readonly phase: Phase | null
  readonly kind: BoundKind
  /** What a power or an imbalance is, for a sentence. */
  readonly label: string
  readonly limit: number
  /** Rounded up; 0 where unknown (see `unknown`). */
  readonly other: number
  /** Other load is not known: nothing beyond reserved currents and fallbacks is given here. */
  readonly unknown: boolean
  /** Its place in `Rooms`. */
  readonly at: number
}

/** How the slots stand while currents are given away, by their place: asked at every step, so it is rows of numbers. */
export interface Rooms {
  /** What is left, mA. */
  readonly room: Float64Array
  /** Nobody on this slot may rise above this level, mA: somebody on it could not follow. */
  readonly closedAbove: Float64Array
  /** While chargers are raised: the weight of those on it that still rise. */
  readonly wanting: Float64Array
}

export interface SlotUse {
  readonly slot: Slot
  /** How much of the slot one milliampere per phase uses; 0 for one that only makes room. */
  readonly weight: number
  /**
   * It loads the other phase of an imbalance and so makes room, mA: as much as it is given, but no more than its vehicle is known to draw,
   * for a limit is no current.
   */
  readonly credit?: number
}

/** What one charger uses, from its own circuit to the root, and the same in rows. */
export interface Uses {
  readonly list: readonly SlotUse[]
  readonly at: Int32Array
  readonly weights: Float64Array
  /** Some of it makes room (`credit`). */
  readonly isCredited: boolean
}

const inRows = (list: readonly SlotUse[]): Uses => {
  const at = new Int32Array(list.length)
  const weights = new Float64Array(list.length)
  let isCredited = false
  for (let index = 0; index < list.length; index += 1) {
    const { slot, weight, credit } = list[index] as SlotUse
    at[index] = slot.at
    weights[index] = weight
    isCredited ||= credit !== undefined
  }
  return { list, at, weights, isCredited }
}

export const down = (amperes: number): number => Math.floor(amperes * 1000 + 1e-6)
export const up = (amperes: number): number => Math.ceil(amperes * 1000 - 1e-6) + 0

export interface SlotIndex {
  readonly slots: readonly Slot[]
  readonly rooms: Rooms
  readonly usedBy: (charger: AllocationCharger) => Uses
}

const slotOf = (node: AllocationNode, phase: Phase, at: number): Slot => {
  const limit = down(node.limitA[phase] ?? 0)
  const load = node.otherLoadA[phase]
  const other = up(Math.max(0, load ?? 0))
  const kind = node.phaseTexts?.[phase]?.kind ?? 'circuit-limit'
  return {
    node,
    phase,
    kind,
    label: '',
    limit,
    other,
    unknown: load === null,
    at,
  }
}

const powerSlots = (
  problem: AllocationProblem,
  nodes: ReadonlyMap<string, AllocationNode>,
  nextPlace: () => number,
): readonly Slot[] => {
  const root = problem.nodes.find((node) => node.parentId === null)
  const voltage = problem.nominalVoltageV ?? problem.gridPower?.nominalVoltageV ?? 230
  const ofGrid =
    problem.gridPower === null || root === undefined
      ? []
      : [
          {
            nodeId: root.id,
            kind: 'grid-power' as const,
            maximumVA: (problem.gridPower.maximumW / problem.gridPower.nominalVoltageV) * voltage,
            countsOther: true,
            label: `agreed power at ${root.name}`,
          },
        ]
  return [...ofGrid, ...(problem.powers ?? [])].flatMap(({ nodeId, kind, maximumVA, countsOther, label }): Slot[] => {
    const node = nodes.get(nodeId)
    if (node === undefined) return []
    const limit = down(Math.max(0, maximumVA) / voltage)
    const load = (phase: Phase) => (countsOther ? node.otherLoadA[phase] : 0)
    const other = phases.reduce((sum, phase) => sum + up(Math.max(0, load(phase) ?? 0)), 0)
    const unknown = phases.some((phase) => load(phase) === null)
    return [{ node, phase: null, kind, label, limit, other, unknown, at: nextPlace() }]
  })
}

interface Pair {
  readonly slot: Slot
  readonly more: Phase
  readonly less: Phase
}

const imbalancePairs = (
  problem: AllocationProblem,
  nodes: ReadonlyMap<string, AllocationNode>,
  nextPlace: () => number,
): readonly Pair[] =>
  (problem.imbalances ?? []).flatMap(({ nodeId, limitA, label }) => {
    const node = nodes.get(nodeId)
    if (node === undefined) return []
    const limit = down(limitA)
    return phases.flatMap((more) =>
      phases
        .filter((less) => less !== more)
        .map((less) => ({
          more,
          less,
          slot: {
            node,
            phase: null,
            kind: 'phase-imbalance' as const,
            label: `${label}, ${more} above ${less}`,
            limit,
            other: 0,
            unknown: false,
            at: nextPlace(),
          },
        })),
    )
  })

/** Where one charger counts in how far a phase is above another. One of which nothing is known may be on the one alone. */
const pairUse = (charger: AllocationCharger, { slot, more, less }: Pair): SlotUse | null => {
  const { drawnA } = charger
  const isOn = (phase: Phase): boolean =>
    drawnA === undefined ? charger.phases.includes(phase) : (drawnA[phase] ?? 0) > 0
  if (charger.fixed !== null && drawnA === undefined) return isOn(more) ? { slot, weight: 1 } : null
  if (drawnA === undefined && charger.perhapsAloneOn === more) return { slot, weight: 1 }
  if (isOn(more) === isOn(less)) return null
  if (isOn(more)) return { slot, weight: 1 }
  const credit = down(drawnA?.[less] ?? 0)
  return credit <= 0 ? null : { slot, weight: 0, credit }
}

/** Phases in their order as a number: one key for those in the same order. */
const orderOf = (on: readonly Phase[]): number => {
  let order = 0
  for (const phase of on) order = order * (phases.length + 1) + phases.indexOf(phase) + 1
  return order
}

/** Builds the slots of every circuit and phase. Throws on a broken tree: the site check has refused those before. */
export const indexSlots = (problem: AllocationProblem): SlotIndex => {
  const nodes = new Map(problem.nodes.map((node) => [node.id, node]))
  let count = 0
  const nextPlace = (): number => count++
  /** Of each node its phases in their order. */
  const slots = new Map(
    problem.nodes.map((node) => [node.id, phases.map((phase) => slotOf(node, phase, nextPlace()))] as const),
  )
  const powers = powerSlots(problem, nodes, nextPlace)
  const pairs = imbalancePairs(problem, nodes, nextPlace)
  const beside = new Map<string, { readonly powers: Slot[]; readonly pairs: Pair[] }>()
  const at = (id: string) => {
    const found = beside.get(id) ?? { powers: [], pairs: [] }
    beside.set(id, found)
    return found
  }
  for (const slot of powers) at(slot.node.id).powers.push(slot)
  for (const pair of pairs) at(pair.slot.node.id).pairs.push(pair)
  const shared = new Map<string, Map<number, Uses>>()
  /** Chargers on the same phases of the same circuit use the same; a difference between phases asks what each draws. */
  const usedBy = (charger: AllocationCharger): Uses => {
    if (pairs.length > 0) return inRows(walk(charger))
    const ofCircuit = shared.get(charger.circuitId) ?? new Map<number, Uses>()
    shared.set(charger.circuitId, ofCircuit)
    const order = orderOf(charger.phases)
    const uses = ofCircuit.get(order) ?? inRows(walk(charger))
    ofCircuit.set(order, uses)
    return uses
  }
  const walk = (charger: AllocationCharger): readonly SlotUse[] => {
    const uses: SlotUse[] = []
    const over: SlotUse[] = []
    let id: string | null = charger.circuitId
    for (let depth = 0; id !== null; depth += 1) {
      const node = nodes.get(id)
      const bySlot = slots.get(id)
      if (node === undefined || bySlot === undefined)
        throw new Error(`circuit ${id} above charger ${charger.id} does not exist`)
      if (depth > problem.nodes.length) throw new Error(`circuit ${id} is its own ancestor`)
      for (const phase of charger.phases) {
        const slot = bySlot[phases.indexOf(phase)]
        if (slot !== undefined) uses.push({ slot, weight: 1 })
      }
      const more = beside.get(id)
      for (const slot of more?.powers ?? []) over.push({ slot, weight: charger.phases.length })
      for (const pair of more?.pairs ?? []) {
        const use = pairUse(charger, pair)
        if (use !== null) over.push(use)
      }
      id = node.parentId
    }
    return [...uses, ...over]
  }
  const all: Slot[] = []
  for (const ofNode of slots.values()) all.push(...ofNode)
  all.push(...powers)
  for (const { slot } of pairs) all.push(slot)
  const room = new Float64Array(all.length)
  for (const { at: place, limit, other } of all) room[place] = limit - other
  const closedAbove = new Float64Array(all.length).fill(Infinity)
  return { slots: all, rooms: { room, closedAbove, wanting: new Float64Array(all.length) }, usedBy }
}

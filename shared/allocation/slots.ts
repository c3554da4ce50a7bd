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
  room: number
  /** Nobody on this slot may rise above this level: somebody on it could not follow. */
  closedAbove: number
  /** While chargers are raised: the weight of those on it that still rise. */
  wanting: number
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

export const down = (amperes: number): number => Math.floor(amperes * 1000 + 1e-6)
export const up = (amperes: number): number => Math.ceil(amperes * 1000 - 1e-6) + 0

export interface SlotIndex {
  readonly slots: readonly Slot[]
  /** From the charger's own circuit to the root. */
  readonly usedBy: (charger: AllocationCharger) => readonly SlotUse[]
}

const slotOf = (node: AllocationNode, phase: Phase): Slot => {
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
    room: limit - other,
    closedAbove: Infinity,
    wanting: 0,
  }
}

const powerSlots = (problem: AllocationProblem, nodes: ReadonlyMap<string, AllocationNode>): readonly Slot[] => {
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
    return [
      { node, phase: null, kind, label, limit, other, unknown, room: limit - other, closedAbove: Infinity, wanting: 0 },
    ]
  })
}

interface Pair {
  readonly slot: Slot
  readonly more: Phase
  readonly less: Phase
}

const imbalancePairs = (problem: AllocationProblem, nodes: ReadonlyMap<string, AllocationNode>): readonly Pair[] =>
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
            room: limit,
            closedAbove: Infinity,
            wanting: 0,
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

/** Builds the slots of every circuit and phase. Throws on a broken tree: the site check has refused those before. */
export const indexSlots = (problem: AllocationProblem): SlotIndex => {
  const nodes = new Map(problem.nodes.map((node) => [node.id, node]))
  const slots = new Map(
    problem.nodes.map((node) => [node.id, new Map(phases.map((phase) => [phase, slotOf(node, phase)]))]),
  )
  const powers = powerSlots(problem, nodes)
  const pairs = imbalancePairs(problem, nodes)
  const beside = new Map<string, { readonly powers: Slot[]; readonly pairs: Pair[] }>()
  const at = (id: string) => {
    const found = beside.get(id) ?? { powers: [], pairs: [] }
    beside.set(id, found)
    return found
  }
  for (const slot of powers) at(slot.node.id).powers.push(slot)
  for (const pair of pairs) at(pair.slot.node.id).pairs.push(pair)
  const shared = new Map<string, readonly SlotUse[]>()
  /** Chargers on the same phases of the same circuit use the same; a difference between phases asks what each draws. */
  const usedBy = (charger: AllocationCharger): readonly SlotUse[] => {
    if (pairs.length > 0) return walk(charger)
    const key = `${charger.phases.join()} ${charger.circuitId}`
    const known = shared.get(key)
    if (known !== undefined) return known
    const uses = walk(charger)
    shared.set(key, uses)
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
        const slot = bySlot.get(phase)
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
  const all = [...slots.values()].flatMap((byPhase) => [...byPhase.values()])
  return { slots: [...all, ...powers, ...pairs.map(({ slot }) => slot)], usedBy }
}

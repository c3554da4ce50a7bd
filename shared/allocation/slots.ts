import { phases, type Phase } from '../model/phase.ts'
import type { AllocationCharger, AllocationNode, AllocationProblem } from './problem.ts'

/**
 * One thing that can run out: a phase of a circuit (mA), or the agreed power at the root (mA summed over the phases).
 * Whole milliamperes throughout, so that sums are exact and a limit is never passed by a rounding error.
 */
export interface Slot {
  readonly node: AllocationNode
  /** null for the grid power. */
  readonly phase: Phase | null
  readonly limit: number
  /** Rounded up; 0 where unknown (see `unknown`). */
  readonly other: number
  /** Other load is not known: nothing beyond reserved currents and fallbacks is given here. */
  readonly unknown: boolean
  room: number
  /** Nobody on this slot may rise above this level: somebody on it could not follow. */
  closedAbove: number
}

export interface SlotUse {
  readonly slot: Slot
  /** How much of the slot one milliampere per phase uses. */
  readonly weight: number
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
  return { node, phase, limit, other, unknown: load === null, room: limit - other, closedAbove: Infinity }
}

/** Builds the slots of every circuit and phase. Throws on a broken tree: the site check has refused those before. */
export const indexSlots = (problem: AllocationProblem): SlotIndex => {
  const nodes = new Map(problem.nodes.map((node) => [node.id, node]))
  const slots = new Map(
    problem.nodes.map((node) => [node.id, new Map(phases.map((phase) => [phase, slotOf(node, phase)]))]),
  )
  const root = problem.nodes.find((node) => node.parentId === null)
  let power: Slot | null = null
  if (problem.gridPower !== null && root !== undefined) {
    const limit = down(problem.gridPower.maximumW / problem.gridPower.nominalVoltageV)
    const other = phases.reduce((sum, phase) => sum + up(Math.max(0, root.otherLoadA[phase] ?? 0)), 0)
    const unknown = phases.some((phase) => root.otherLoadA[phase] === null)
    power = { node: root, phase: null, limit, other, unknown, room: limit - other, closedAbove: Infinity }
  }
  const usedBy = (charger: AllocationCharger): readonly SlotUse[] => {
    const uses: SlotUse[] = []
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
      id = node.parentId
    }
    if (power !== null) uses.push({ slot: power, weight: charger.phases.length })
    return uses
  }
  const all = [...slots.values()].flatMap((byPhase) => [...byPhase.values()])
  return { slots: power === null ? all : [...all, power], usedBy }
}

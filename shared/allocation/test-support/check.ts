import { phases, type Phase } from '../../model/phase.ts'
import type { AllocationCharger, AllocationProblem, AllocationResult } from '../problem.ts'

/**
 * An accountant who knows nothing of how shares are found: adds up targets from the problem's own tree. Amperes, floating
 * point, with a tolerance far under the 1 mA the allocation works in.
 */
export const tolerance = 1e-6

export const pathOf = (problem: AllocationProblem, charger: AllocationCharger): readonly string[] => {
  const path: string[] = []
  for (
    let id: string | null = charger.circuitId;
    id !== null;
    id = problem.nodes.find((node) => node.id === id)?.parentId ?? null
  )
    path.push(id)
  return path
}

export interface Place {
  readonly nodeId: string
  readonly phase: Phase | null
}

export const weightOf = (problem: AllocationProblem, charger: AllocationCharger, place: Place): number => {
  if (!pathOf(problem, charger).includes(place.nodeId)) return 0
  return place.phase === null ? charger.phases.length : charger.phases.includes(place.phase) ? 1 : 0
}

/** What is left at a place when `targets` are drawn, A; other load that is not known counts as 0. */
export const leftA = (problem: AllocationProblem, targets: (id: string) => number, place: Place): number => {
  const node = problem.nodes.find((item) => item.id === place.nodeId)
  if (node === undefined) throw new Error(place.nodeId)
  const other = (phase: Phase) => Math.max(0, node.otherLoadA[phase] ?? 0)
  const limit =
    place.phase === null
      ? (problem.gridPower === null ? Infinity : problem.gridPower.maximumW / problem.gridPower.nominalVoltageV) -
        phases.reduce((sum, phase) => sum + other(phase), 0)
      : (node.limitA[place.phase] ?? 0) - other(place.phase)
  return problem.chargers.reduce(
    (left, charger) => left - weightOf(problem, charger, place) * targets(charger.id),
    limit,
  )
}

export const placesOf = (problem: AllocationProblem): readonly Place[] => [
  ...problem.nodes.flatMap((node) => phases.map((phase) => ({ nodeId: node.id, phase }))),
  ...problem.nodes
    .filter((node) => node.parentId === null && problem.gridPower !== null)
    .map((node) => ({ nodeId: node.id, phase: null })),
]

/** What may be drawn whatever the limits say. */
export const reservedA = (charger: AllocationCharger): number => {
  if (charger.fixed !== null) return charger.fixed.currentA
  if (charger.canPause) return 0
  return Math.ceil(charger.minimumA / charger.resolutionA - tolerance) * charger.resolutionA
}

export const targetOf =
  (result: AllocationResult) =>
  (id: string): number => {
    const target = result.chargers[id]?.targetA
    if (target === undefined) throw new Error(`no result for ${id}`)
    return target
  }

export const tierOf = (charger: AllocationCharger): number =>
  charger.fixed !== null ? 0 : charger.fallback !== null ? 1 : !charger.wants ? 4 : charger.override !== null ? 2 : 3

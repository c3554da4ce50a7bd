import type { OverridePreview, PreviewPlace } from '../model/override-preview.ts'
import { phases, type Phase } from '../model/phase.ts'
import { own } from '../own.ts'
import { allocate } from './allocate.ts'
import type { AllocationCharger, AllocationProblem, AllocationResult } from './problem.ts'

/** A limit as it would be given. `ids`: the chargers concerned, each with what is asked of it, A. */
export interface Proposal {
  readonly asked: ReadonlyMap<string, number>
  /** The limit is that of a whole circuit, A; null: of each charger. */
  readonly circuit: { readonly id: string; readonly limitA: number } | null
  /** Limits of other persons that stay, by charger id. */
  readonly others: ReadonlyMap<string, { readonly limitA: number; readonly who: string }>
}

export type TripOf = (circuitId: string, phase: Phase, amperes: number) => { readonly earlyS: number | null } | null

const withCharger = (
  charger: AllocationCharger,
  { asked, others, circuit }: Proposal,
  limitOf: (charger: AllocationCharger, askedA: number) => number,
): AllocationCharger => {
  const askedA = asked.get(charger.id)
  const otherA = others.get(charger.id)?.limitA ?? null
  if (circuit !== null || askedA === undefined)
    return { ...charger, override: otherA === null ? null : { limitA: otherA } }
  return { ...charger, override: { limitA: Math.min(limitOf(charger, askedA), otherA ?? Infinity) } }
}

const proposed = (
  problem: AllocationProblem,
  proposal: Proposal,
  limitOf: (charger: AllocationCharger, askedA: number) => number,
): AllocationProblem => ({
  ...problem,
  chargers: problem.chargers.map((charger) => withCharger(charger, proposal, limitOf)),
  nodes: problem.nodes.map((node) =>
    node.id !== proposal.circuit?.id
      ? node
      : {
          ...node,
          limitA: Object.fromEntries(
            Object.entries(node.limitA).map(([phase, limitA]) => [
              phase,
              Math.min(limitA, proposal.circuit?.limitA ?? Infinity),
            ]),
          ),
        },
  ),
})

/** Circuits above what is concerned, the nearest first. */
const circuitsAbove = (problem: AllocationProblem, { asked, circuit }: Proposal): readonly string[] => {
  const parents = new Map(problem.nodes.map(({ id, parentId }) => [id, parentId]))
  const found = new Map<string, number>()
  const walk = (from: string): void => {
    let depth = 0
    for (let id: string | null = from; id !== null && depth <= problem.nodes.length; depth += 1) {
      found.set(id, Math.max(found.get(id) ?? 0, depth))
      id = parents.get(id) ?? null
    }
  }
  if (circuit !== null) walk(circuit.id)
  else for (const charger of problem.chargers) if (asked.has(charger.id)) walk(charger.circuitId)
  return [...found].sort(([, a], [, b]) => a - b).map(([id]) => id)
}

const sum = (at: { readonly otherLoadA: number | null; readonly allocatedA: number } | undefined): number | null =>
  at?.otherLoadA == null ? null : at.otherLoadA + at.allocatedA

/** Of a frozen problem: what a person's limit would change, with `tripOf` the thermal images as they are now. */
export const previewOf = (
  problem: AllocationProblem,
  proposal: Proposal,
  tripOf: TripOf,
  usedPercent: (circuitId: string, phase: Phase) => number | null,
): Omit<OverridePreview, 'refused'> => {
  const before = allocate(problem)
  const after = allocate(proposed(problem, proposal, (_charger, askedA) => askedA))
  const most = allocate(proposed(problem, proposal, ({ maximumA }) => maximumA))
  const concerned = problem.chargers.filter(({ id }) => proposal.asked.has(id))
  const isAtAll = proposal.circuit === null && concerned.length > 0
  const shareOf = (result: AllocationResult, id: string): number => own(result.chargers, id)?.targetA ?? 0
  const highest = isAtAll
    ? concerned.reduce((best, item) => (shareOf(most, item.id) > shareOf(most, best.id) ? item : best))
    : null

  const placeOf = (circuitId: string, phase: Phase): PreviewPlace | null => {
    const at = own(after.nodes, circuitId)?.[phase]
    if (at === undefined) return null
    const thenA = sum(at)
    const isBelow = (charger: AllocationCharger): boolean =>
      charger.phases.includes(phase) &&
      circuitsAbove(problem, { ...proposal, asked: new Map([[charger.id, 0]]), circuit: null }).includes(circuitId)
    const more =
      proposal.circuit !== null
        ? 0
        : concerned
            .filter((charger) => charger.fixed === null && isBelow(charger))
            .reduce((total, { id }) => total + Math.max(0, (proposal.asked.get(id) ?? 0) - shareOf(after, id)), 0)
    const askedA = thenA === null ? null : thenA + more
    return {
      circuitId,
      phase,
      limitA: at.limitA,
      nowA: sum(own(before.nodes, circuitId)?.[phase]),
      thenA,
      askedA,
      usedPercent: usedPercent(circuitId, phase),
      thenTrip: thenA === null ? null : tripOf(circuitId, phase, thenA),
      askedTrip: askedA === null ? null : tripOf(circuitId, phase, askedA),
    }
  }

  return {
    ceilingA: highest === null ? null : shareOf(most, highest.id),
    ceilingBound:
      highest === null
        ? null
        : (own(most.chargers, highest.id)?.boundBy.find(({ kind }) => kind !== 'override') ?? null),
    chargers: problem.chargers.flatMap(({ id }) => {
      const [nowA, thenA] = [shareOf(before, id), shareOf(after, id)]
      const isConcerned = proposal.asked.has(id)
      if (!isConcerned && nowA === thenA) return []
      const other = proposal.others.get(id)
      const isHeld = other !== undefined && isConcerned && other.limitA < (proposal.asked.get(id) ?? 0)
      const bound = own(after.chargers, id)?.boundBy[0] ?? null
      return [{ chargerId: id, isConcerned, nowA, thenA, bound, heldBy: isHeld ? other.who : null }]
    }),
    places: circuitsAbove(problem, proposal).flatMap((circuitId) =>
      phases.flatMap((phase) => placeOf(circuitId, phase) ?? []),
    ),
  }
}

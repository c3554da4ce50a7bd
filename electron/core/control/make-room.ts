import { sayA } from '../../../shared/allocation/bounds.ts'
import type { AllocationResult } from '../../../shared/allocation/problem.ts'
import type { Bound } from '../../../shared/model/bound.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { drawnA, type ChargerView } from './charger-watch.ts'
import { createCircuitSums, type CircuitSums } from './circuit-sums.ts'
import { own } from '../../../shared/own.ts'
import { floorToStep } from './controlled-charger.ts'

export interface Planned {
  readonly view: ChargerView
  /** Not under control: what is set aside on all its phases, A. */
  readonly fixedA: number | null
  /** Rises from `givenA` to `targetA` by a decision that must wait for room. */
  readonly rises: boolean
  readonly givenA: number
  readonly targetA: number
  /** A higher limit still in force because the lower one did not arrive, A; null when there is none. */
  readonly heldA: number | null
}

const slackA = 0.5

/** What a charger may draw on a phase during the seconds in which it still follows its last limit, A. */
const loadOf = (plan: Planned, phase: Phase, targetA: number): number => {
  if (plan.fixedA !== null) return plan.view.mayUse.includes(phase) ? plan.fixedA : 0
  const drawn = drawnA(plan.view, phase)
  const counted = plan.view.countedOn.includes(phase)
  return Math.max(
    counted ? targetA : 0,
    counted ? (plan.heldA ?? 0) : 0,
    drawn > targetA + slackA || !counted ? drawn : 0,
  )
}

/** What everybody below each circuit may draw, before anybody rises. */
const sumLoads = (plans: readonly Planned[], circuitCount: number): CircuitSums => {
  const loads = createCircuitSums(circuitCount)
  for (const plan of plans) {
    const targetA = plan.rises ? plan.givenA : plan.targetA
    for (const phase of phases) {
      const amperes = loadOf(plan, phase, targetA)
      if (amperes !== 0) loads.addAbove(plan.view.charger, phase, amperes)
    }
  }
  return loads
}

/**
 * Nobody rises into room another has not left yet: cars take up to 10 s to follow a lower limit. A raise is cut to what fits
 * beside what the others draw at this moment. Plans in order of rank; answers the targets that were cut and why.
 */
export const makeRoom = (
  plans: readonly Planned[],
  shares: AllocationResult,
  circuitCount: number,
): ReadonlyMap<string, { targetA: number; bound: Bound }> => {
  const cut = new Map<string, { targetA: number; bound: Bound }>()
  const loads = sumLoads(plans, circuitCount)
  for (const plan of plans) {
    if (!plan.rises) continue
    const { charger } = plan.view
    let roomA = plan.targetA
    let where = ''
    for (const [step, circuit] of charger.path.entries()) {
      const ofCircuit = own(shares.nodes, circuit.id)
      for (const phase of plan.view.countedOn) {
        const node = ofCircuit?.[phase]
        if (node?.otherLoadA == null) continue
        const others = loads.at(charger.places[step] ?? 0, phase) - loadOf(plan, phase, plan.givenA)
        const left = node.limitA - node.otherLoadA - others
        if (left >= roomA) continue
        roomA = left
        where = `${circuit.name ?? circuit.id}, ${phase}`
      }
    }
    const fits = Math.max(plan.givenA, floorToStep(charger, roomA + 1e-6))
    const targetA = fits < charger.minimumA ? plan.givenA : Math.min(plan.targetA, fits)
    for (const phase of phases) {
      const moreA = loadOf(plan, phase, targetA) - loadOf(plan, phase, plan.givenA)
      if (moreA !== 0) loads.addAbove(charger, phase, moreA)
    }
    if (targetA < plan.targetA) {
      const detail = `${where}: waits until the others there have come down to their new limits, room for ${sayA(Math.max(0, roomA))} so far`
      cut.set(charger.id, { targetA, bound: { kind: 'ramp', circuitId: null, phase: null, limitA: targetA, detail } })
    }
  }
  return cut
}

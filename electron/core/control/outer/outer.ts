import type { AllocationPower } from '../../../../shared/allocation/problem.ts'
import type { BoundKind } from '../../../../shared/model/bound.ts'
import type { Phase } from '../../../../shared/model/phase.ts'

export interface PhaseLimit {
  readonly limitA: number
  readonly kind: BoundKind
  readonly text: string
}

/**
 * What else narrows one decision beside the tree of the site file: each of them one constraint of the allocation, made anew in every cycle,
 * none a second controller.
 */
export interface Outer {
  /** What is left of a demand interval, dimming by the grid operator. */
  readonly powers: readonly AllocationPower[]
  /** In place of a circuit's own limit, by circuit id: its thermal image, a load about to start. */
  readonly phaseLimits: ReadonlyMap<string, Readonly<Partial<Record<Phase, PhaseLimit>>>>
  /** The most a charger may have now by its plan or by the surplus, by charger id. */
  readonly planned: ReadonlyMap<string, { readonly limitA: number; readonly why: string; readonly kind: BoundKind }>
  /** Mean current a charger needs until its vehicle leaves, A, by charger id. */
  readonly neededA: ReadonlyMap<string, number>
  /** Told with the decision. */
  readonly notes: readonly string[]
}

export const nothingOuter: Outer = {
  powers: [],
  phaseLimits: new Map(),
  planned: new Map(),
  neededA: new Map(),
  notes: [],
}

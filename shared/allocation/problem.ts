import type { Bound } from '../model/decision.ts'
import type { Phase } from '../model/phase.ts'

/** One circuit of the tree as the allocation sees it in one cycle. Amperes per site phase; a phase it does not have is missing. */
export interface AllocationNode {
  readonly id: string
  readonly name: string
  readonly parentId: string | null
  /** What may be used, the safety margin already taken off. */
  readonly limitA: Readonly<Partial<Record<Phase, number>>>
  /** How the limit is said in a sentence, e.g. "63 A (95 % used)"; the plain number when missing. */
  readonly limitText?: string
  /**
   * Everything below this circuit that is not a charger of the problem. null: not known, then only reserved currents and
   * fallbacks are given below it. A missing phase counts as 0.
   */
  readonly otherLoadA: Readonly<Partial<Record<Phase, number | null>>>
}

export interface AllocationCharger {
  readonly id: string
  readonly name: string
  readonly circuitId: string
  /** Site phases it is counted on. */
  readonly phases: readonly Phase[]
  readonly minimumA: number
  readonly maximumA: number
  /** What sets that maximum; the charger and its cable when missing. */
  readonly maximumText?: string
  /** Targets are whole multiples of it. */
  readonly resolutionA: number
  /** false: its limit cannot go below the minimum, so the minimum is always reserved. */
  readonly canPause: boolean
  /** Higher is paused later. */
  readonly priority: number
  /** Among equal priorities the higher turn is paused later; equal turns: the smaller id (by code unit) is paused later. */
  readonly turn?: number
  /** A vehicle is connected. Without one the charger gets at most its minimum, and only from what the others leave. */
  readonly wants: boolean
  /** Why nobody wants to charge here; no vehicle when missing. */
  readonly idleText?: string
  /** The vehicle takes no more than this; null when nothing is known. */
  readonly demandCapA: number | null
  /** A person's limit; 0 pauses. With a vehicle it is served before ordinary chargers, never above a limit. */
  readonly override: { readonly limitA: number } | null
  /** Sight was lost: it gets at most this, before overrides and ordinary chargers. */
  readonly fallback: { readonly limitA: number; readonly why: string } | null
  /** Not under control: this current is set aside whatever the limits say. */
  readonly fixed: { readonly currentA: number; readonly why: string } | null
}

export interface AllocationProblem {
  readonly nodes: readonly AllocationNode[]
  readonly chargers: readonly AllocationCharger[]
  /** Agreed power at the root over all phases, W (margin taken off), at the nominal voltage; null when there is none. */
  readonly gridPower: { readonly maximumW: number; readonly nominalVoltageV: number } | null
}

export type AllocationKind = 'fixed' | 'fallback' | 'override' | 'allocated' | 'paused' | 'idle'

export interface ChargerAllocation {
  readonly kind: AllocationKind
  /** A; 0 or at least the minimum. For `fixed` the current set aside. */
  readonly targetA: number
  /** What keeps it from getting more, the binding one first. Never empty. */
  readonly boundBy: readonly Bound[]
}

export interface NodePhaseAllocation {
  readonly limitA: number
  readonly otherLoadA: number | null
  readonly allocatedA: number
  /** limit - other load - allocated; negative when reserved currents or other load exceed it; null when other load is unknown. */
  readonly headroomA: number | null
}

export interface AllocationResult {
  readonly chargers: Readonly<Record<string, ChargerAllocation>>
  readonly nodes: Readonly<Record<string, Readonly<Partial<Record<Phase, NodePhaseAllocation>>>>>
  /** Sentences for the log of decisions: other load alone above a limit, reserved currents above a limit. */
  readonly notes: readonly string[]
}

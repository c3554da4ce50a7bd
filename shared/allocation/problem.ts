import type { Bound, BoundKind } from '../model/bound.ts'
import type { Phase } from '../model/phase.ts'

/** One circuit of the tree as the allocation sees it in one cycle. Amperes per site phase; a phase it does not have is missing. */
export interface AllocationNode {
  readonly id: string
  readonly name: string
  readonly parentId: string | null
  /** What may be used, the safety margin already taken off. */
  readonly limitA: Readonly<Partial<Record<Phase, number>>>
  /** How the limit is said in a sentence, e.g. "63 A (95 % used)"; the plain number when missing. */
  readonly limitText?: string | undefined
  /** The same where a phase has another limit than the rest (a thermal limit, a load about to start), and what kind of bound it is. */
  readonly phaseTexts?: Readonly<Partial<Record<Phase, { readonly kind: BoundKind; readonly text: string }>>>
  /**
   * Everything below this circuit that is not a charger of the problem. null: not known, then only reserved currents and
   * fallbacks are given below it. A missing phase counts as 0.
   */
  readonly otherLoadA: Readonly<Partial<Record<Phase, number | null>>>
}

/**
 * A power that may not be exceeded below one circuit: agreed or apparent power, maximum demand, what is left of a demand interval, dimming by
 * the grid operator. Counted as the sum of the phase currents at the nominal voltage, an apparent power: never less than the active one.
 */
export interface AllocationPower {
  readonly nodeId: string
  readonly kind: BoundKind
  readonly maximumVA: number
  /** false: only chargers count (dimming of controllable devices). */
  readonly countsOther: boolean
  /** What it is, as the beginning of a sentence: "agreed power at Grid connection". */
  readonly label: string
}

/** Largest difference between two phases, counted over chargers only (national rules, imbalance-rules.ts). */
export interface AllocationImbalance {
  readonly nodeId: string
  readonly limitA: number
  readonly label: string
}

/** Who goes first within a group of chargers when they rise above their minimum: a higher class takes all it can before the next. */
export interface ShareClass {
  readonly group: string
  readonly rank: number
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
  readonly maximumText?: string | undefined
  /** Targets are whole multiples of it. */
  readonly resolutionA: number
  /** false: its limit cannot go below the minimum, so the minimum is always reserved. */
  readonly canPause: boolean
  /** Higher is paused later. */
  readonly priority: number
  /** Among equal priorities the higher turn is paused later; equal turns: the smaller id (by code unit) is paused later. */
  readonly turn?: number
  /** Strategies in one word (strategies.ts); equal shares when missing. */
  readonly share?: ShareClass
  /** Where its vehicle is known to draw and how much, A; missing: not known, then it counts as drawing evenly on `phases`. */
  readonly drawnA?: Readonly<Partial<Record<Phase, number>>> | undefined
  /** It may be on this phase alone, and nobody knows: an imbalance counts it there. */
  readonly perhapsAloneOn?: Phase | undefined
  /** A vehicle is connected. Without one the charger gets at most its minimum, and only from what the others leave. */
  readonly wants: boolean
  /** Why nobody wants to charge here; no vehicle when missing. */
  readonly idleText?: string | undefined
  /** The vehicle takes no more than this; null when nothing is known. */
  readonly demandCapA: number | null
  /** What stands behind it, for a sentence. */
  readonly demandText?: string | undefined
  /** No more now by a plan or by the surplus there is; it may charge on later. */
  readonly planned?: { readonly limitA: number; readonly why: string; readonly kind: BoundKind } | null | undefined
  /** A person's limit; 0 pauses. With a vehicle it is served before ordinary chargers, never above a limit. */
  /** `text`: how it is said; the plain limit when missing. */
  readonly override: { readonly limitA: number; readonly text?: string } | null
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
  /** More of its kind, anywhere in the tree. */
  readonly powers?: readonly AllocationPower[]
  readonly imbalances?: readonly AllocationImbalance[]
  /** For `powers`; 230 where it is missing. */
  readonly nominalVoltageV?: number
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

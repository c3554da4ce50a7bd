import type { ChangedRules } from '../../../shared/alarms/alarm-rules.ts'
import type { AuditRow } from '../../../shared/model/event.ts'
import type { ControlState, FallbackWritten, TrialState } from '../../../shared/model/decision.ts'
import type { Override } from '../../../shared/model/override.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { Observation } from '../../../shared/model/observation.ts'
import type { SaidFallback } from '../../../shared/charger/own-fallback.ts'
import type { DemandState } from '../../../shared/planning/demand-state.ts'
import type { Want } from '../../../shared/planning/wants.ts'
import type { OverrideInput } from '../control/override-input.ts'
import type { Trial } from '../control/trials.ts'
import type { FailingPart } from '../detectors/failed-parts.ts'
import type { ChargerOutcome } from '../chargers/charger-link.ts'

/** One moment by all clocks, ms. Everything the site does in one turn happens at one moment. */
export interface Moment {
  /** Site time (core/site-time.ts). */
  readonly siteMs: number
  /** Monotonic, sleep counted. */
  readonly monotonicMs: number
  /** The computer's calendar, UTC. */
  readonly utcMs: number
  /** What to add to a site time for the calendar's. */
  readonly aheadMs: number
}

interface Person {
  readonly intentId?: string
  readonly who: string
  readonly reason: string
}

/** What a person wants of the site, by the contract's method, and what is answered. */
export interface SiteIntents {
  'control.arm': { readonly input: Person; readonly answer: ControlState }
  'control.disarm': { readonly input: Person; readonly answer: ControlState }
  'control.writeFallback': { readonly input: Person & { readonly chargerId: string }; readonly answer: FallbackWritten }
  'override.set': { readonly input: OverrideInput; readonly answer: Override }
  'override.renew': {
    readonly input: { readonly intentId?: string; readonly who: string; readonly overrideIds: readonly string[] }
    readonly answer: string[]
  }
  'override.cancel': { readonly input: Person & { readonly overrideId: string }; readonly answer: Override }
  'control.want': {
    readonly input: { readonly want: Want; readonly who: string }
    readonly answer: DemandState
  }
  /** Of the acceptance test: a watchdog left unfed on purpose, a limit lowered for a while (control/trials.ts). */
  'control.trial': { readonly input: Person & { readonly trial: Trial }; readonly answer: TrialState }
  /** Answers null where the finding is not on the list any more. */
  'finding.acknowledge': {
    readonly input: { readonly findingId: string; readonly who: string; readonly note: string }
    readonly answer: Finding | null
  }
  /** Puts an alarm aside for so long (0: takes it back). Answers null where it is not on the list any more. */
  'alarms.shelve': {
    readonly input: {
      readonly findingId: string
      readonly forS: number
      readonly who: string
      readonly reason: string
    }
    readonly answer: Finding | null
  }
  /** All rules that persons have changed, from now on. */
  'alarms.setRules': { readonly input: { readonly rules: ChangedRules }; readonly answer: undefined }
  /** A person says that something tripped; the site itself does nothing with it, but its record has it (core/forensics). */
  'trip.report': {
    readonly input: {
      readonly intentId?: string
      readonly who: string
      readonly note: string
      /** When the person saw it, UTC. */
      readonly atMs: number
      /** null: the person does not know which. */
      readonly circuitId: string | null
    }
    readonly answer: undefined
  }
  /** The program ends. */
  shutdown: { readonly input: { readonly reason: string }; readonly answer: undefined }
}
export type SiteMethod = keyof SiteIntents
export type SiteIntent = {
  [M in SiteMethod]: { readonly method: M; readonly input: SiteIntents[M]['input'] }
}[SiteMethod]

/** What the site has done outside of it, and waits for the answer. */
export type Errand =
  | { readonly kind: 'write-limit'; readonly chargerId: string; readonly limitA: number }
  | { readonly kind: 'read-limit'; readonly chargerId: string }
  | { readonly kind: 'feed-watchdog'; readonly chargerId: string }
  | { readonly kind: 'switch-phases'; readonly chargerId: string; readonly phases: 1 | 3 }
  | {
      readonly kind: 'write-fallback'
      readonly chargerId: string
      readonly limitA: number
      readonly timeoutS: number | null
    }
  | { readonly kind: 'read-fallback'; readonly chargerId: string }
  /** Answered when the row would survive a crash. */
  | { readonly kind: 'audit'; readonly row: Omit<AuditRow, 'seq' | 'hash' | 'atMs'> }
  /** Asks a meter what it says it is. */
  | { readonly kind: 'ask-model'; readonly meterId: string }

export type ErrandKind = Errand['kind']
/** The answer to each kind of errand. */
export interface ErrandAnswers {
  'write-limit': ChargerOutcome<unknown>
  'read-limit': ChargerOutcome<{ readonly limitA: number }>
  'feed-watchdog': ChargerOutcome<unknown>
  'switch-phases': ChargerOutcome<unknown>
  'write-fallback': ChargerOutcome<unknown>
  'read-fallback': ChargerOutcome<SaidFallback>
  audit: { readonly ok: true } | { readonly ok: false; readonly why: string }
  /** In words; null: it could not be asked. */
  'ask-model': string | null
}
export type ErrandAnswer = ErrandAnswers[ErrandKind]

/** All that ever enters the site. The same inputs in the same order give the same findings and decisions. */
export type SiteInput =
  | { readonly kind: 'observation'; readonly observation: Observation }
  | { readonly kind: 'answer'; readonly errandId: number; readonly answer: ErrandAnswer }
  | { readonly kind: 'intent'; readonly intent: SiteIntent; readonly failing: readonly FailingPart[] }
  /** A second has passed. `failing`: parts of the program outside the site that fail. */
  | { readonly kind: 'tick'; readonly failing: readonly FailingPart[] }
  /** Something the site waited for is due by now. */
  | { readonly kind: 'due' }
  /** Findings of an earlier run that cleared and nobody acknowledged. */
  | { readonly kind: 'restored'; readonly findings: readonly Finding[] }

/** An input with the moment at which the site takes it. */
export interface Turn {
  readonly at: Moment
  readonly input: SiteInput
}

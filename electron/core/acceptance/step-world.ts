import type { ChangedRules } from '../../../shared/alarms/alarm-rules.ts'
import type { AcceptanceStep, Evidence, Measure, PlanNumbers } from '../../../shared/acceptance/run.ts'
import type { SocketTest } from '../../../shared/api/commissioning-contract.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { ChargerAbilities } from '../../../shared/charger/abilities.ts'
import type { TrialState } from '../../../shared/model/decision.ts'
import type { Override } from '../../../shared/model/override.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { Health } from '../../../shared/model/health.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { WiringReports } from '../derive/wiring/wiring.ts'
import type { Trial } from '../control/trials.ts'

/** What a step found out. `open`: a person has to judge it, with what was read of it. */
export interface StepOutcome {
  readonly state: 'pass' | 'fail' | 'not-done' | 'open'
  readonly says: string
  readonly evidence: readonly Evidence[]
  readonly measures: readonly Measure[]
}

/** A step that is over before its end: stopped by a person, by a limit, by control that was disarmed. */
export class StepEnded extends Error {
  /** `paused`: it is open again; else it ends as not done, or as failed where a limit was passed. */
  readonly as: 'paused' | 'not-done' | 'fail'
  constructor(as: StepEnded['as'], why: string) {
    super(why)
    this.as = as
  }
}

/** What the load control and the alarms do for a step, by the intents that persons have. */
export interface StepIntents {
  readonly setOverride: (chargerId: string, limitA: number, ttlS: number) => Promise<Override>
  readonly cancelOverride: (overrideId: string) => Promise<unknown>
  readonly trial: (trial: Trial) => Promise<TrialState>
  readonly setAlarmRules: (rules: ChangedRules) => Promise<unknown>
  readonly acknowledge: (findingId: string, note: string) => Promise<Finding | null>
  readonly startSocketTest: (chargerId: string, repeats: number) => Promise<SocketTest>
  readonly stopSocketTest: () => Promise<void>
}

export interface StepWorld {
  readonly site: Site
  readonly abilities: ReadonlyMap<string, ChargerAbilities>
  readonly numbers: PlanNumbers
  readonly who: string
  readonly intents: StepIntents
  readonly alarmRules: () => ChangedRules
  readonly wiring: () => WiringReports
  readonly socketTest: (chargerId: string) => SocketTest | null
  readonly health: () => Health
  readonly monotonicMs: () => number
  /** The newest picture of the site. */
  readonly live: () => Live
  /** The next picture. Throws StepEnded when the step is over, which a step lets through. */
  readonly next: () => Promise<Live>
  /** What it does now, for the screen. */
  readonly tell: (says: string) => void
  /** Keeps what a long step saw so far. */
  readonly watch: (watched: NonNullable<AcceptanceStep['watched']>) => void
  /** Is done when the step is over, however it ends; the newest first. */
  readonly undo: (task: () => Promise<unknown>) => void
}
export type StepRunner = (world: StepWorld, step: AcceptanceStep) => Promise<StepOutcome>

export const ended = (
  state: StepOutcome['state'],
  says: string,
  evidence: readonly Evidence[] = [],
  measures: readonly Measure[] = [],
): StepOutcome => ({ state, says, evidence, measures })

export const counted = (
  label: string,
  value: number | string | null,
  unit: string,
  source: string,
  why: string | null = null,
): Evidence => ({
  label,
  value,
  unit,
  source,
  ageMs: null,
  why: value === null ? (why ?? 'not known') : null,
})

/** A reading with its age; without a value, with its reason. */
export const reading = (
  label: string,
  sample: { readonly value: number | null; readonly quality: string; readonly atMs: number | null } | undefined,
  unit: string,
  source: string,
  nowMs: number,
): Evidence => ({
  label,
  value: sample?.value == null ? null : Number(sample.value.toPrecision(5)),
  unit,
  source,
  ageMs: sample?.value == null || sample.atMs === null ? null : Math.max(0, nowMs - sample.atMs),
  why: sample?.value != null ? null : sample === undefined ? 'it has no such value' : sample.quality,
})

export const round = (value: number, digits = 1): number => Number(value.toFixed(digits))
export const secondsText = (ms: number): string => `${round(ms / 1000)} s`
export const ampsText = (value: number): string => `${round(value)} A`

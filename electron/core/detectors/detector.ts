import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import type { Finding, Subject } from '../../../shared/model/finding.ts'
import type { Image, MeterReading } from '../../../shared/model/image.ts'
import type { SampledVoltageObservation } from '../../../shared/model/observation.ts'
import type { ControlFacts } from '../control-facts.ts'
import type { ChargerAbilities } from '../../../shared/charger/abilities.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { EvidenceSetup } from '../derive/evidence-input.ts'
import type { WiringReports } from '../derive/wiring/wiring.ts'
import type { Memory } from '../site/memory.ts'

/** What a detector knows beside the image. */
export interface Setup {
  readonly site: Site
  readonly descriptions: ReadonlyMap<string, MeterDescription>
  /** By charger id. */
  readonly abilities: ReadonlyMap<string, ChargerAbilities>
  /** Which metered circuits stand above which chargers. */
  readonly evidence: EvidenceSetup
}

/** One image, and every reply of a meter since the image before it (oldest first), so that no polled extreme is lost between cycles. */
export interface DetectorInput {
  readonly image: Image
  readonly repliesOf: (meterId: string) => readonly MeterReading['samples'][]
  /** What samples showed of voltages since the image before it, oldest first. */
  readonly sampled: readonly SampledVoltageObservation[]
  /** What control knows of the chargers, as of the decision on this image. */
  readonly control: ControlFacts
  /** How the meters are connected, by the passive checks. */
  readonly wiring: WiringReports
}

export type UsedNumber = Finding['numbers'][number]

/** What a finding says while it is active. */
export interface Facts {
  readonly phase: string | null
  readonly severity: Finding['severity']
  readonly title: string
  readonly message: string
  readonly numbers: readonly UsedNumber[]
  readonly evidence: string
  readonly blindMs: number | null
  /** A held finding is told again when this changes, */
  readonly identity: string
  /** or when one of these moved by its step since it was last told. Steps, not rounding: a value on an edge must not flicker. */
  readonly levels?: readonly Level[]
}

export interface Level {
  readonly value: number
  readonly step: number
}

/**
 * `active`: raised, or held. `clear`: assessed and not so; the closing words replace the message of a finding it ends.
 * `unknown`: inputs are missing. That never clears a finding; it is listed as not assessed.
 */
export type Verdict =
  | { readonly kind: 'active'; readonly facts: Facts }
  | { readonly kind: 'clear'; readonly closing?: { readonly message: string; readonly numbers: readonly UsedNumber[] } }
  | { readonly kind: 'unknown'; readonly why: string }

/** `key` tells the detector's findings on one subject apart (a phase, a direction); empty when there is only one. */
export interface Outcome {
  readonly subject: Subject
  readonly key: string
  readonly verdict: Verdict
}

export interface Detector<State> {
  readonly id: string
  readonly start: (setup: Setup) => State
  /** Pure: everything it remembers is in the state it is given and returns. */
  readonly step: (
    state: State,
    input: DetectorInput,
    setup: Setup,
  ) => { readonly state: State; readonly outcomes: readonly Outcome[] }
}

/** A detector with its state inside, so that detectors of different state fit one list. */
export interface RunningDetector {
  readonly id: string
  readonly step: (input: DetectorInput) => readonly Outcome[]
}
export type StartDetector = (setup: Setup, memory: Memory) => RunningDetector

export const startable =
  <State>(detector: Detector<State>): StartDetector =>
  (setup, memory) => {
    const held = memory.keep(detector.id, { state: detector.start(setup) })
    return {
      id: detector.id,
      step: (input) => {
        const next = detector.step(held.state, input, setup)
        held.state = next.state
        return next.outcomes
      },
    }
  }

export const unknown = (why: string): Verdict => ({ kind: 'unknown', why })
export const clear: Verdict = { kind: 'clear' }

/** Why a step of an acceptance test, its protocol or a duty of maintenance is refused. */
import type { Sentences } from './sentences.ts'

type Nothing = Readonly<Record<string, never>>

interface RunRefusals {
  readonly 'no-test-prepared': Nothing
  readonly 'test-unfinished': Nothing
  readonly 'test-runs': Nothing
  readonly 'test-not-kept': Nothing
  readonly 'step-runs': Nothing
  readonly 'no-step-chosen': Nothing
  readonly 'no-step-open': Nothing
  readonly 'no-step': { readonly stepId: string }
}

interface StepRefusals {
  readonly 'step-photo-not-kept': Nothing
  readonly 'nameplate-not-seen': Nothing
  /** Each with what was declared and what was read. */
  readonly 'trip-unit-differs': { readonly differences: readonly string[] }
  readonly 'socket-test-runs': { readonly charger: string }
  /** `why`: what of the charger or its meter stands against it. */
  readonly 'socket-not-testable': { readonly why: string }
}

interface ProtocolRefusals {
  readonly 'no-protocol-made': Nothing
  readonly 'no-protocol-checked': Nothing
  readonly 'run-without-protocol': Nothing
  /** `notice`: what the check of its seals found; null: it isn't even a protocol any more. */
  readonly 'protocol-changed': { readonly notice: string | null }
  readonly 'protocol-lacks': { readonly document: string }
  readonly 'protocol-not-here': Nothing
}

interface MaintenanceRefusals {
  readonly 'duties-unreadable': { readonly problem: string }
  readonly 'no-subject': { readonly subjectId: string }
  readonly 'duty-to-come': Nothing
}

export interface AcceptanceRefusals extends RunRefusals, StepRefusals, ProtocolRefusals, MaintenanceRefusals {}

const runSentences: Sentences<RunRefusals> = {
  'no-test-prepared': () => 'no acceptance test is prepared: make one from the plan first',
  'test-unfinished': () => 'an acceptance test is not finished yet: finish it or give it up first',
  'test-runs': () => 'the acceptance test runs already: pause it first',
  'test-not-kept': () => 'that acceptance test is not kept here; the list shows those that are',
  'step-runs': () => 'a step runs: pause the test first',
  'no-step-chosen': () => 'no step was chosen: choose at least one of the plan',
  'no-step-open': () => 'no step is open: every one has a result',
  'no-step': ({ stepId }) => `there is no step ${stepId} in this test`,
}

const stepSentences: Sentences<StepRefusals> = {
  'step-photo-not-kept': () => 'that photo is not kept here: look for it in the protocol of its test',
  'nameplate-not-seen': () => 'attach a photo of the nameplate first: what nobody can look at later is no evidence',
  'trip-unit-differs': ({ differences }) =>
    `its trip unit is set otherwise than declared (${differences.join('; ')}): correct one of the two first`,
  'socket-test-runs': ({ charger }) => `${charger} is being tested; one socket at a time`,
  'socket-not-testable': ({ why }) => why,
}

const protocolSentences: Sentences<ProtocolRefusals> = {
  'no-protocol-made': () => 'no protocol can be made here: this program was started without a place for protocols',
  'no-protocol-checked': () =>
    'no protocol can be checked here: this program was started without a place for protocols',
  'run-without-protocol': () => 'this run has no protocol here: it is not finished, or came from another computer',
  'protocol-changed': ({ notice }) => `the kept protocol was changed: ${notice ?? 'it cannot be read'}`,
  'protocol-lacks': ({ document }) => `the protocol holds no ${document}: fetch the whole protocol instead`,
  'protocol-not-here': () => 'that file is not here any more: send it anew',
}

const maintenanceSentences: Sentences<MaintenanceRefusals> = {
  'duties-unreadable': ({ problem }) => `the noted duties can't be read: ${problem}`,
  'no-subject': ({ subjectId }) => `there is no '${subjectId}' at this site`,
  'duty-to-come': () => 'that day has not come yet: note it when it is done',
}

export const acceptanceSentences: Sentences<AcceptanceRefusals> = {
  ...runSentences,
  ...stepSentences,
  ...protocolSentences,
  ...maintenanceSentences,
}

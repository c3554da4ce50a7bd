/** Why what a person wants of the load control is not done: arming, overrides, trials, and looking back at decisions. */
import { sayA } from '../allocation/bounds.ts'
import type { Sentences } from './sentences.ts'

type Nothing = Readonly<Record<string, never>>

interface SteeringRefusals {
  readonly 'control-closed': Nothing
  readonly 'not-armed': Nothing
  readonly 'trial-not-armed': Nothing
  readonly 'read-only-control': { readonly why: string }
  readonly 'read-only-write': { readonly why: string }
  readonly 'arm-not-stored': { readonly error: string }
  /** `who` and `reason` are of whoever disarmed; null: nobody is known. */
  readonly 'disarmed-meanwhile': { readonly who: string | null; readonly reason: string | null }
  readonly 'arm-while-failing': { readonly parts: readonly string[] }
  readonly 'write-not-stored': { readonly error: string }
  readonly 'no-charger': { readonly chargerId: string }
  readonly 'no-circuit': { readonly circuitId: string }
  readonly 'circuit-raises': { readonly circuit: string; readonly mayA: number }
  readonly 'none-steered': Nothing
  readonly 'condition-names-nothing': { readonly what: string }
  readonly 'condition-broken': { readonly condition: string; readonly broken: string }
  readonly 'no-override': { readonly overrideId: string }
  readonly 'monitored-only': { readonly charger: string; readonly why: string }
  readonly 'no-pause': { readonly charger: string; readonly minimumA: number }
  readonly 'below-minimum': { readonly charger: string; readonly limitA: number; readonly minimumA: number }
  readonly 'fallback-not-writable': { readonly charger: string }
  readonly 'departure-over': Nothing
  readonly 'no-dimming': Nothing
}

/** Trials of control (core/control/trials.ts). */
interface TrialRefusals {
  readonly 'no-watchdog-fed': { readonly charger: string }
  readonly 'not-under-control': { readonly charger: string }
  /** `over`: what is above its limit already, in words; null: its maximum has no room. */
  readonly 'no-room-for-trial': { readonly charger: string; readonly maximumA: number; readonly over: string | null }
  readonly 'trial-not-lower': { readonly usableA: number }
  readonly 'trial-too-long': { readonly longestS: number }
  readonly 'nothing-read-yet': Nothing
  readonly 'one-trial-at-a-time': Nothing
}

interface LookingBackRefusals {
  /** Of "what if". */
  readonly 'stretch-too-long': Nothing
  readonly 'no-decisions-kept': Nothing
  /** Of "why this limit then". */
  readonly 'no-decision-then': Nothing
}

interface DemandRefusals {
  /** `why`: what the reader of price lists says. */
  readonly 'prices-unreadable': { readonly fileName: string; readonly why: string }
}

export interface ControlRefusals extends SteeringRefusals, TrialRefusals, LookingBackRefusals, DemandRefusals {}

const steeringSentences: Sentences<SteeringRefusals> = {
  'control-closed': () => 'control has ended: the application is closing',
  'not-armed': () => 'control is not armed: this site is only watched; arm it first, then set the override',
  'trial-not-armed': () => 'control is not armed: only the load control does this. Arm it first',
  'read-only-control': ({ why }) => `control cannot be armed here: ${why}`,
  'read-only-write': ({ why }) => `nothing can be written here: ${why}`,
  'arm-not-stored': ({ error }) =>
    `control was not armed, because the audit row could not be stored (${error}); make room on the disk, then arm again`,
  'disarmed-meanwhile': ({ who, reason }) =>
    `control was not armed: ${who ?? 'somebody'} disarmed it meanwhile${reason === null ? '' : ` (${reason})`}`,
  'arm-while-failing': ({ parts }) =>
    `control cannot be armed while a part of the program fails: ${parts.join(', ')}. ` +
    'See the alarm about it; restart the program, and send a snapshot to its makers',
  'write-not-stored': ({ error }) => `nothing was written, because the audit row could not be stored (${error})`,
  'no-charger': ({ chargerId }) => `there is no charger ${chargerId} at this site`,
  'no-circuit': ({ circuitId }) => `there is no circuit ${circuitId} at this site`,
  'circuit-raises': ({ circuit, mayA }) =>
    `${circuit} may carry ${sayA(mayA)} anyway, and an override never raises the limit of a circuit: set less`,
  'none-steered': () => 'none of these chargers is steered: there is nothing to hold',
  'condition-names-nothing': ({ what }) => `a condition names ${what}, which this site does not have`,
  'condition-broken': ({ condition, broken }) => `a condition does not hold now (${condition}): ${broken}`,
  'no-override': ({ overrideId }) => `there is no override ${overrideId}; it may have ended long ago`,
  'monitored-only': ({ charger, why }) => `${charger} is only monitored, nothing is ever written to it: ${why}`,
  'no-pause': ({ charger, minimumA }) => `${charger} cannot be paused by its limit: set at least ${sayA(minimumA)}`,
  'below-minimum': ({ charger, limitA, minimumA }) =>
    `${sayA(limitA)} is below the minimum of ${charger}: set 0 to pause it, or at least ${sayA(minimumA)}`,
  'fallback-not-writable': ({ charger }) =>
    `no document says that the fallback of ${charger} may be written over Modbus: set it in the charger itself`,
  'departure-over': () => 'the departure is over already: choose a time to come',
  'no-dimming': () => "this site declares no dimming: add 'dimming: {}' to the site file",
}

const trialSentences: Sentences<TrialRefusals> = {
  'no-watchdog-fed': ({ charger }) =>
    `${charger} has no watchdog that this program feeds, or it is switched off: nothing can be withheld`,
  'not-under-control': ({ charger }) => `${charger} is not under control now: see what its row in Load control says`,
  'no-room-for-trial': ({ charger, maximumA, over }) =>
    over ??
    `the circuits above ${charger} have no room for the ${sayA(maximumA)} it may draw; nobody steers it while its watchdog is tried, so that room is needed`,
  'trial-not-lower': ({ usableA }) => `a limit can only be lowered on trial: below ${sayA(usableA)}, and above 0 A`,
  'trial-too-long': ({ longestS }) => `a limit is lowered on trial for at most ${longestS} s: choose a shorter time`,
  'nothing-read-yet': () => 'nothing has been read yet; try again in some seconds',
  'one-trial-at-a-time': () =>
    'one charger at a time is left without its heartbeat: try again when the trial under way is over',
}

const lookingBackSentences: Sentences<LookingBackRefusals> = {
  'stretch-too-long': () => 'the stretch is longer than six hours: choose a shorter one',
  'no-decisions-kept': () => 'no decisions of this stretch were kept: the program did not run then. Choose another one',
  'no-decision-then': () =>
    'no decision of about that time was kept: the program did not run, or its record begins later. Choose another time',
}

const demandSentences: Sentences<DemandRefusals> = {
  'prices-unreadable': ({ fileName, why }) => `${fileName}: ${why}`,
}

export const controlSentences: Sentences<ControlRefusals> = {
  ...steeringSentences,
  ...trialSentences,
  ...lookingBackSentences,
  ...demandSentences,
}

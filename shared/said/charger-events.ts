import { sayA } from '../allocation/bounds.ts'
import type { Feed } from '../charger/abilities.ts'
import type { PhaseCount } from '../model/phase-switch.ts'
import type { Phase } from '../model/phase.ts'
import { phasesWord } from './phase-switch.ts'
import type { Sentences } from './sentences.ts'

/** What is wrong with a charger's limit or its watchdog, once. */
export type ChargerProblem =
  | { readonly problem: 'limit-lost'; readonly heldA: number; readonly wantedA: number }
  | { readonly problem: 'watchdog-not-fed'; readonly why: string }

/** How a write of a charger's own fallback ended. */
export type FallbackNews =
  | { readonly step: 'not-written' | 'not-read-back'; readonly why: string }
  | {
      readonly step: 'read-back'
      readonly fallbackA: number | null
      readonly timeoutS: number | null
      readonly who: string
      readonly reason: string
    }

/** Why a charger that was left alone is fed again: there is room for all it may draw, or it was left alone for so long. */
export type TrialCause = { readonly kind: 'room' } | { readonly kind: 'long-alone'; readonly lastedMs: number }

/** `charger`: its name for people. */
interface OfCharger {
  readonly charger: string
}

/** What chargers do and fail to do. Over OCPP the row's subject names the charger, so its sentence need not. */
export interface ChargerFacts {
  readonly 'charger-connected': { readonly version: string; readonly remote: string }
  readonly 'charger-disconnected': { readonly why: string }
  /** `identity` null: it did not say who it is. */
  readonly 'charger-refused': { readonly identity: string | null; readonly remote: string; readonly why: string }
  /** `text`: what is odd, as the list of oddities of its protocol says it. */
  readonly 'charger-oddity': { readonly oddity: string; readonly text: string }
  readonly 'charger-configured': { readonly change: string }
  readonly 'ocpp-port': { readonly address: string } | { readonly why: string }
  readonly 'charger-phases': OfCharger & { readonly declared: readonly Phase[]; readonly missing: readonly Phase[] }
  readonly 'charger-problem': OfCharger & ChargerProblem
  readonly 'charger-disobeys': OfCharger & { readonly why: string }
  readonly 'charger-obeys': OfCharger
  readonly 'charger-own-limit': OfCharger & { readonly heldA: number; readonly wantedA: number }
  /** `over`: the circuit that is over its limit, and by what; `feed`: what of its watchdog's food is left out. */
  readonly 'watchdog-not-fed': OfCharger & {
    readonly over: string
    readonly feed: Feed
    readonly fallsMs: number
    readonly maximumA: number
    readonly trialAfterMs: number
  }
  readonly 'watchdog-fed-again': OfCharger & { readonly cause: TrialCause; readonly maximumA: number }
  /** Left unfed on purpose for an acceptance test, and fed again: why then. */
  readonly 'watchdog-tried': OfCharger & { readonly why: string }
  readonly 'watchdog-cannot-help': OfCharger & { readonly over: string }
  readonly 'phases-switched': OfCharger & {
    readonly to: PhaseCount
    readonly phases: readonly Phase[]
    readonly tookMs: number
  }
  readonly 'phase-switch-failed': OfCharger & {
    readonly to: PhaseCount
    readonly why: string
    readonly isLast: boolean
  }
  readonly 'fallback-written': OfCharger & FallbackNews
  readonly 'fallback-not-written': OfCharger & FallbackNews
}

const leftOut: Readonly<Record<Feed, string>> = {
  'any-request': 'it is neither read nor written to',
  limit: 'its limit is not written again, so that it expires',
  heartbeat: 'its heartbeat register is not written',
}
const shown = (amperes: number): string => `${Math.round(amperes * 100) / 100} A`

const trialText = (cause: TrialCause, most: string): string =>
  cause.kind === 'room'
    ? `there is room for the ${most} it may draw`
    : `it was left alone for ${Math.round(cause.lastedMs / 60_000)} min, for the ${most} it may draw there is no room`

const phasesText = ({ charger, declared, missing }: ChargerFacts['charger-phases']): string => {
  const wired = declared.filter((phase) => !missing.includes(phase)).join(', ')
  return (
    `${charger} is declared on ${declared.join(', ')}, but measures no ${missing.join(', ')}: counted there too ` +
    `until a meter above has shown that it is not; if it is wired to ${wired} only, correct its phases in the site file to [${wired}]`
  )
}

const problemText = (problem: OfCharger & ChargerProblem): string =>
  problem.problem === 'limit-lost'
    ? `${problem.charger} holds ${shown(problem.heldA)} although ${shown(problem.wantedA)} was set: it restarted, or another system writes to it`
    : `${problem.charger} the watchdog could not be fed: ${problem.why}`

const fallbackText = (news: OfCharger & FallbackNews): string => {
  switch (news.step) {
    case 'not-written':
      return `${news.charger} its fallback could not be written: ${news.why}`
    case 'not-read-back':
      return `${news.charger} its fallback was written, but could not be read back: ${news.why}`
    case 'read-back':
      return (
        `${news.charger} falls back to ${news.fallbackA ?? 'unknown'} A after ${news.timeoutS ?? 'unknown'} s ` +
        `as read back, written by ${news.who} (${news.reason})`
      )
  }
}

export const chargerSentences: Sentences<ChargerFacts> = {
  'charger-connected': ({ version, remote }) => `connected over OCPP ${version} from ${remote}`,
  'charger-disconnected': ({ why }) =>
    `its OCPP connection was lost: ${why}; it keeps what it was told until that expires`,
  'charger-refused': ({ identity, remote, why }) =>
    `${identity === null ? 'somebody' : `"${identity}"`} at ${remote} was not let in: ${why}`,
  'charger-oddity': ({ text }) => `the charger ${text}`,
  'charger-configured': ({ change }) => `was set up for load control: ${change}`,
  'ocpp-port': (news) => ('why' in news ? news.why : `chargers over OCPP may connect to ${news.address}`),
  'charger-phases': phasesText,
  'charger-problem': problemText,
  'charger-disobeys': ({ charger, why }) => `${charger} is not under control: ${why}`,
  'charger-obeys': ({ charger }) => `${charger} takes its limit again`,
  'charger-own-limit': ({ charger, heldA, wantedA }) =>
    `${charger} holds ${sayA(heldA)} of ${sayA(wantedA)}: a limit of its own (its menu, cable or temperature); it is counted with ${sayA(heldA)} until it takes more`,
  'watchdog-not-fed': ({ charger, over, feed, fallsMs, maximumA, trialAfterMs }) =>
    `${charger} is not under control while ${over}: its watchdog is not fed any more (${leftOut[feed]}), so that it falls to its own fallback within ${Math.round(fallsMs / 1000)} s. ` +
    `It is tried again when there is room for the ${sayA(maximumA)} it may draw, else after ${trialAfterMs / 60_000} min. Look for its fault on site`,
  'watchdog-fed-again': ({ charger, cause, maximumA }) =>
    `${charger} is fed again to see whether it obeys: ${trialText(cause, sayA(maximumA))}`,
  'watchdog-tried': ({ charger, why }) => `${charger} is fed again after its watchdog was tried: ${why}`,
  'watchdog-cannot-help': ({ charger, over }) =>
    `${charger} is not under control while ${over}, and nothing this program could leave out is known to bring it down: switch it off on site`,
  'phases-switched': ({ charger, to, phases, tookMs }) =>
    `${charger} charges on ${phasesWord(to)} now (${phases.join(', ')}), as it says itself, ${Math.round(tookMs / 1000)} s after it was told`,
  'phase-switch-failed': ({ charger, to, why, isLast }) =>
    `${charger} did not go to ${phasesWord(to)}: ${why}. It counts on all its phases` +
    (isLast
      ? '; it is not tried again until control is armed anew. Look at its contactor and its settings'
      : '; it is tried once more'),
  'fallback-written': fallbackText,
  'fallback-not-written': fallbackText,
}

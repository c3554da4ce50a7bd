import type { Override } from '../model/override.ts'
import type { DimmingState } from '../planning/wants.ts'
import { decisionNoteText, type DecisionNote } from './decision-note.ts'
import type { Sentences } from './sentences.ts'

/** Why chargers are where the end of control left them. Names for people. */
interface ControlEnd {
  readonly who: string
  readonly reason: string
  /** Ids of chargers that are not confirmed at their fallback. */
  readonly open: readonly string[]
  readonly openNames: readonly string[]
  /** Of those the ones that are not read until their watchdog has fired. */
  readonly aloneNames: readonly string[]
  /** An arm that waited was called off: nothing was written. */
  readonly isCalledOff: boolean
}
/** `charger`: what it holds, by name: a charger, several, or a circuit. */
type ToldOverride = Override & { readonly charger: string }

/** What becomes of control, of what persons ask of it, and of the tests they make with it. */
export interface ControlFacts {
  readonly armed: { readonly who: string; readonly reason: string }
  readonly disarmed: ControlEnd
  readonly 'control-ended': ControlEnd
  /** `chargers`: their ids, in one text; `notes`: what the decision had to say. */
  readonly fallback: { readonly chargers: string; readonly notes: readonly DecisionNote[] }
  readonly 'fallback-ended': Readonly<Record<string, never>>
  readonly dimming: DimmingState
  readonly 'dimming-ended': DimmingState
  readonly 'override-pending': ToldOverride
  readonly 'override-written': ToldOverride
  readonly 'override-verified': ToldOverride
  readonly 'override-failed': ToldOverride
  readonly 'override-expired': ToldOverride
  readonly 'override-cancelled': ToldOverride
  readonly 'override-refused': ToldOverride
  /** It runs, and another one holds everywhere it would. */
  readonly 'override-yielding': ToldOverride
  /** Where it holds, and where another does, has changed. */
  readonly 'override-yields': ToldOverride
  /** A condition of it does not hold any more. */
  readonly 'override-reverted': ToldOverride
  readonly 'wiring-test': WiringTestNews
  readonly acceptance: AcceptanceNews
}

export type WiringTestNews =
  | {
      readonly act: 'begun'
      readonly charger: string
      readonly who: string
      readonly lowA: number
      readonly highA: number
      readonly repeats: number
    }
  | { readonly act: 'done'; readonly charger: string }
  | { readonly act: 'not-done'; readonly charger: string; readonly why: string }

/** What a person does with a site acceptance test; `steps`: of how many. */
export interface AcceptanceNews {
  readonly act: 'prepared' | 'run' | 'finished' | 'abandoned'
  readonly who: string
  readonly reason: string
  readonly steps: number
}

const acceptanceText = ({ act, who, reason, steps }: AcceptanceNews): string => {
  switch (act) {
    case 'prepared':
      return `${who} prepared an acceptance test of ${steps} steps: ${reason}`
    case 'run':
      return `${who} runs ${steps === 1 ? 'one step' : `${steps} steps`} of the acceptance test: ${reason}`
    case 'finished':
      return `${who} finished the acceptance test of ${steps} steps: ${reason}; its protocol is sealed`
    case 'abandoned':
      return `${who} gave up the acceptance test of ${steps} steps: ${reason}`
  }
}

const overrideText = ({ charger, limitA, who, state, why }: ToldOverride): string =>
  `${charger}: override at ${limitA} A by ${who} is ${state}${why === null ? '' : `: ${why}`}`

const yieldsText = ({ charger, limitA, who, chargers }: ToldOverride): string => {
  const yields = chargers.filter(({ yieldsTo }) => yieldsTo !== null).length
  return `${charger}: override at ${limitA} A by ${who} holds at ${chargers.length - yields} of ${chargers.length} chargers, a lower one at the rest`
}

const endText = ({ who, reason, openNames, aloneNames, isCalledOff }: ControlEnd): string => {
  if (isCalledOff)
    return `${who} called off arming control before it began (${reason}): nothing was written to a charger`
  const unread = aloneNames.length === 0 ? '' : `; ${aloneNames.join(', ')} not read until the own watchdog has fired`
  const after =
    openNames.length === 0
      ? 'every charger is at its fallback'
      : `not confirmed at their fallback: ${openNames.join(', ')}; check them on site${unread}`
  return `Control ended by ${who} (${reason}): ${after}`
}

const wiringTestText = (news: WiringTestNews): string => {
  switch (news.act) {
    case 'begun':
      return `${news.who} tests the wiring of ${news.charger}: ${news.lowA} to ${news.highA} A, ${news.repeats} times, the others held`
    case 'done':
      return `the wiring test of ${news.charger} is done; all overrides of it are ended`
    case 'not-done':
      return `the wiring test of ${news.charger} is not done: ${news.why}; all overrides of it are ended`
  }
}

export const controlSentences: Sentences<ControlFacts> = {
  armed: ({ who, reason }) => `Control armed by ${who}: ${reason}`,
  disarmed: endText,
  'control-ended': endText,
  fallback: ({ notes }) => {
    const first = notes.filter(({ kind }) => kind === 'fallback')
    return [...first, ...notes.filter(({ kind }) => kind !== 'fallback')].map(decisionNoteText).join('; ')
  },
  'fallback-ended': () => 'every charger is under control again',
  dimming: ({ source, allowedW, devices }) =>
    `Dimmed by ${source} to ${(allowedW / 1000).toFixed(2)} kW for ${devices} chargers above 4.2 kW (section 14a)`,
  'dimming-ended': () => 'Dimming is over',
  'override-pending': overrideText,
  'override-written': overrideText,
  'override-verified': overrideText,
  'override-failed': overrideText,
  'override-expired': overrideText,
  'override-cancelled': overrideText,
  'override-refused': overrideText,
  'override-yielding': overrideText,
  'override-yields': yieldsText,
  'override-reverted': overrideText,
  'wiring-test': wiringTestText,
  acceptance: acceptanceText,
}

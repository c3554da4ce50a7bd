import type { Finding } from '../model/finding.ts'
import type { Sentences } from './sentences.ts'

/** A finding has its own sentence, made by its detector of the numbers it used; here it is said what became of it. */
export interface FindingFacts {
  readonly 'finding-raised': Finding
  readonly 'finding-cleared': Finding
  readonly 'finding-acknowledged': Finding & { readonly seenBy: string; readonly note: string }
  /** `forS` 0: taken back. */
  readonly 'alarm-shelved': Finding & { readonly by: string; readonly forS: number; readonly reason: string }
  readonly 'alarm-back': Finding
  readonly 'alarm-rule': {
    readonly detector: string
    readonly name: string
    readonly by: string
    readonly reason: string
    readonly before: object | null
    readonly after: object | null
  }
}

export const findingSentences: Sentences<FindingFacts> = {
  'finding-raised': ({ message }) => message,
  'finding-cleared': ({ title, message }) => `${title} is over: ${message}`,
  'finding-acknowledged': ({ title, seenBy, note }) => `${title}: seen by ${seenBy}${note === '' ? '' : `: ${note}`}`,
  'alarm-shelved': ({ title, by, forS, reason }) =>
    `${title}: ${forS === 0 ? `taken back by ${by}` : `put aside for ${Math.round(forS / 60)} min by ${by}`}: ${reason}`,
  'alarm-back': ({ title }) => `${title}: no longer put aside, its time is over`,
  'alarm-rule': ({ name, by, reason }) => `The alarm rule “${name}” was changed by ${by}: ${reason}`,
}

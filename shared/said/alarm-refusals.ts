/** Why an alarm or a rule of alarms is not changed. */
import type { Sentences } from './sentences.ts'

type Nothing = Readonly<Record<string, never>>

export interface AlarmRefusals {
  readonly 'finding-gone': Nothing
  readonly 'alarm-gone': Nothing
  readonly 'alarm-rule-unsound': { readonly problem: string }
}

export const alarmSentences: Sentences<AlarmRefusals> = {
  'finding-gone': () => 'that finding is not active any more; it stays in the event list',
  'alarm-gone': () => 'that alarm is not on the list any more; it stays in the event list',
  'alarm-rule-unsound': ({ problem }) => problem,
}

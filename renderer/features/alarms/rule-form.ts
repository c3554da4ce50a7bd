import { longestDelayS, type ChangedRule, type RuleDescription } from '../../../shared/alarms/alarm-rules.ts'
import type { AlarmRules } from '../../../shared/api/alarms-contract.ts'
import { severities, type Finding } from '../../../shared/model/finding.ts'
import { own } from '../../../shared/own.ts'

/** A rule as it is typed: a number, or the text where it is none. */
export interface RuleForm {
  readonly isOn: boolean
  /** Empty: as it is found. */
  readonly severity: '' | Finding['severity']
  readonly raiseDelayS: number | string
  readonly clearDelayS: number | string
  readonly thresholds: Readonly<Record<string, number | string>>
}

export const formOf = (rule: RuleDescription, { changed, declared }: AlarmRules): RuleForm => {
  const now = own(changed, rule.detector)
  const thresholds = rule.thresholds.map(
    ({ key }) => [key, now?.thresholds?.[key] ?? own(declared, key) ?? ''] as const,
  )
  return {
    isOn: now?.isOn ?? true,
    severity: now?.severity ?? '',
    raiseDelayS: now?.raiseDelayS ?? 0,
    clearDelayS: now?.clearDelayS ?? 0,
    thresholds: Object.fromEntries(thresholds),
  }
}

export const delayProblem = (value: number | string): string | null =>
  typeof value === 'number' && value >= 0 && value <= longestDelayS
    ? null
    : `a number of seconds from 0 to ${longestDelayS}`

export const thresholdProblem = (
  { least, most }: RuleDescription['thresholds'][number],
  value: number | string | undefined,
) => (typeof value === 'number' && value >= least && value <= most ? null : `a number from ${least} to ${most}`)

export const isGood = (rule: RuleDescription, form: RuleForm): boolean =>
  delayProblem(form.raiseDelayS) === null &&
  delayProblem(form.clearDelayS) === null &&
  rule.thresholds.every((threshold) => thresholdProblem(threshold, form.thresholds[threshold.key]) === null)

/** What differs from the site file and the defaults; null: nothing does. */
export const changeOf = (
  rule: RuleDescription,
  form: RuleForm,
  { declared }: AlarmRules,
): Omit<ChangedRule, 'by'> | null => {
  const thresholds = Object.fromEntries(
    rule.thresholds.flatMap(({ key }) => {
      const value = form.thresholds[key]
      return typeof value !== 'number' || value === own(declared, key) ? [] : [[key, value] as const]
    }),
  )
  const change: Omit<ChangedRule, 'by'> = {
    ...(form.isOn ? {} : { isOn: false }),
    ...(form.severity === '' ? {} : { severity: form.severity }),
    ...(Number(form.raiseDelayS) === 0 ? {} : { raiseDelayS: Number(form.raiseDelayS) }),
    ...(Number(form.clearDelayS) === 0 ? {} : { clearDelayS: Number(form.clearDelayS) }),
    ...(Object.keys(thresholds).length === 0 ? {} : { thresholds }),
  }
  return Object.keys(change).length === 0 ? null : change
}

export const severityChoices = [
  { value: '', label: 'as it is found' },
  ...severities.map((severity) => ({ value: severity, label: severity === 'info' ? 'note' : severity })),
]

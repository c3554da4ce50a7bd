import { Button } from '@mantine/core'
import { useState } from 'react'
import { ruleDescriptions, type RuleDescription } from '../../../shared/alarms/alarm-rules.ts'
import type { AlarmRules } from '../../../shared/api/alarms-contract.ts'
import { own } from '../../../shared/own.ts'
import { formatNumber } from '../../format/number.ts'
import { useMayCommand } from '../../state/may.ts'
import { useRead } from '../../state/read.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Notice } from '../../ui/notice.tsx'
import { RuleDialog } from './rule-dialog.tsx'

const thresholdText = (rule: RuleDescription, rules: AlarmRules): string => {
  const now = own(rules.changed, rule.detector)?.thresholds
  return rule.thresholds
    .map(({ key, label, unit }) => {
      const value = own(now ?? {}, key) ?? own(rules.declared, key)
      return `${label}: ${value === undefined ? 'not known' : unit === '1' ? `${formatNumber(value * 100, 1)} %` : `${formatNumber(value, 1)} ${unit}`}`
    })
    .join('; ')
}

const tellingText = (rule: RuleDescription, rules: AlarmRules): string => {
  const now = own(rules.changed, rule.detector)
  if (now?.isOn === false) return 'switched off'
  const parts = [
    now?.severity === undefined ? '' : now.severity === 'info' ? 'note' : now.severity,
    now?.raiseDelayS === undefined ? '' : `after ${now.raiseDelayS} s`,
    now?.clearDelayS === undefined ? '' : `over after ${now.clearDelayS} s`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? 'as it is found' : parts.join(', ')
}

const Row = ({
  rule,
  rules,
  edit,
}: {
  readonly rule: RuleDescription
  readonly rules: AlarmRules
  readonly edit: (() => void) | null
}) => {
  const time = useTimeFormat()
  const by = own(rules.changed, rule.detector)?.by
  return (
    <tr>
      <th scope="row">{rule.name}</th>
      <td>
        {thresholdText(rule, rules)}
        <div className="dim">
          {rule.basis === 'standard' ? 'Standard' : 'Assumption'}: {rule.source}
        </div>
      </td>
      <td>{tellingText(rule, rules)}</td>
      <td className="dim">{by === undefined ? 'default' : `${by.who}, ${time.dateTime(by.atMs)}: ${by.reason}`}</td>
      <td className="no-print">
        <Button
          size="compact-xs"
          variant="default"
          disabled={edit === null}
          onClick={edit ?? undefined}
          aria-label={`Change the rule ${rule.name}`}
        >
          Change
        </Button>
      </td>
    </tr>
  )
}

/** Every rule with what it rests on, and who changed it. */
export const RulesPanel = () => {
  const [asked, setAsked] = useState(0)
  const [edited, setEdited] = useState<RuleDescription | null>(null)
  const read = useRead('alarms.rules', {}, asked)
  const mayCommand = useMayCommand()
  const rules = read.value
  return (
    <details className="panel alarm-rules">
      <summary>Alarm rules: {ruleDescriptions.length} that can be changed, with what each rests on</summary>
      {read.step === 'failed' ? (
        <Notice tone="warn" title="The rules could not be read">
          {read.why}
        </Notice>
      ) : null}
      {rules?.problem == null ? null : (
        <Notice tone="warn" title="Not all kept rules hold">
          {rules.problem}
        </Notice>
      )}
      {rules === null ? null : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Alarm</th>
              <th scope="col">Thresholds and basis</th>
              <th scope="col">Told</th>
              <th scope="col">Changed by</th>
              <th scope="col" className="no-print">
                <span className="sr-only">Change</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {ruleDescriptions.map((rule) => (
              <Row key={rule.detector} rule={rule} rules={rules} edit={mayCommand ? () => setEdited(rule) : null} />
            ))}
          </tbody>
        </table>
      )}
      {edited === null || rules === null ? null : (
        <RuleDialog
          rule={edited}
          rules={rules}
          close={(isChanged) => {
            setEdited(null)
            if (isChanged) setAsked((count) => count + 1)
          }}
        />
      )}
    </details>
  )
}

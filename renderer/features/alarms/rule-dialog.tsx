import { Modal, NativeSelect, Switch } from '@mantine/core'
import { useState } from 'react'
import type { RuleDescription } from '../../../shared/alarms/alarm-rules.ts'
import type { AlarmRules } from '../../../shared/api/alarms-contract.ts'
import { useIntent } from '../../state/intent.ts'
import { useSettings } from '../../state/settings.ts'
import { DialogActs } from '../../ui/dialog-acts.tsx'
import { Notice } from '../../ui/notice.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { focusFirst, goodPerson, goodReason, ReasonField, WhoField } from '../../ui/person-fields.tsx'
import {
  changeOf,
  delayProblem,
  formOf,
  isGood,
  severityChoices,
  thresholdProblem,
  type RuleForm,
} from './rule-form.ts'

interface FieldsProps {
  readonly rule: RuleDescription
  readonly form: RuleForm
  readonly change: (part: Partial<RuleForm>) => void
}

const Telling = ({ rule, form, change }: FieldsProps) =>
  rule.fixedWhy === null ? (
    <>
      <Switch
        label="This alarm is told"
        description="Switched off, it stands under “Not assessed” with your name"
        checked={form.isOn}
        onChange={(event) => change({ isOn: event.currentTarget.checked })}
      />
      <NativeSelect
        label="Severity"
        data={severityChoices}
        value={form.severity}
        onChange={(event) => change({ severity: event.currentTarget.value as RuleForm['severity'] })}
      />
      <NumberField
        label="Told when it has been so for, s"
        description="Shorter ones are not told at all; they stay in the trace of the meter"
        value={form.raiseDelayS}
        onChange={(raiseDelayS) => change({ raiseDelayS })}
        error={delayProblem(form.raiseDelayS)}
      />
    </>
  ) : (
    <Notice tone="normal" title="Always told at once">
      It can’t be switched off, delayed or made less severe: {rule.fixedWhy}.
    </Notice>
  )

const Fields = (props: FieldsProps) => {
  const { rule, form, change } = props
  return (
    <>
      {rule.thresholds.map((threshold, index) => (
        <NumberField
          key={threshold.key}
          {...(index === 0 ? focusFirst : {})}
          label={`${threshold.label}${threshold.unit === '1' ? '' : `, ${threshold.unit}`}`}
          description={`${threshold.basis === 'standard' ? 'Standard' : 'Assumption'}: ${threshold.source}`}
          step={threshold.unit === '1' ? 0.01 : 1}
          value={form.thresholds[threshold.key] ?? ''}
          onChange={(value) => change({ thresholds: { ...form.thresholds, [threshold.key]: value } })}
          error={thresholdProblem(threshold, form.thresholds[threshold.key])}
        />
      ))}
      <Telling {...props} />
      <NumberField
        label="Said to be over when it has been over for, s"
        description="So that one that flutters is one alarm"
        value={form.clearDelayS}
        onChange={(clearDelayS) => change({ clearDelayS })}
        error={delayProblem(form.clearDelayS)}
      />
    </>
  )
}

/** Changes one rule; what is the same as in the site file is not kept. */
export const RuleDialog = ({
  rule,
  rules,
  close,
}: {
  readonly rule: RuleDescription
  readonly rules: AlarmRules
  readonly close: (isChanged: boolean) => void
}) => {
  const [form, setForm] = useState(() => formOf(rule, rules))
  const [who, setWho] = useState(useSettings.getState().operator)
  const [reason, setReason] = useState('')
  const intent = useIntent('alarms.setRule')
  const send = async () => {
    const change = changeOf(rule, form, rules)
    const done = await intent.send({ detector: rule.detector, change, who: who.trim(), reason: reason.trim() })
    if (done !== null) close(true)
  }
  const isReady = isGood(rule, form) && goodPerson(who) && goodReason(reason) && intent.state.step !== 'sent'
  return (
    <Modal opened onClose={() => close(false)} title={`Alarm rule: ${rule.name}`} size="lg">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <Fields rule={rule} form={form} change={(part) => setForm((before) => ({ ...before, ...part }))} />
        <WhoField value={who} onChange={setWho} />
        <ReasonField value={reason} onChange={setReason} />
        {intent.state.step === 'refused' ? (
          <Notice tone="alarm" live title="Not changed">
            {intent.state.why}
          </Notice>
        ) : null}
        <DialogActs button="Change the rule" isReady={isReady} close={() => close(false)} />
      </form>
    </Modal>
  )
}

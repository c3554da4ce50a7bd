import { Button, MultiSelect, NativeSelect, SegmentedControl, TextInput } from '@mantine/core'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { formatLimit } from '../../format/number.ts'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { focusFirst, ReasonField, WhoField } from '../../ui/person-fields.tsx'
import { ConditionFields } from './condition-fields.tsx'
import { limitProblem, minutesProblem, type OverrideForm, type Target } from './override-form.ts'

const presets = [15, 30, 60, 240]

interface FieldsProps {
  readonly form: OverrideForm
  readonly change: (part: Partial<OverrideForm>) => void
  readonly target: Target
  readonly overview: Overview
}

const ScopeFields = ({ form, change, overview }: FieldsProps) => {
  const chargers = overview.chargers.map(({ id, name, monitoredOnly }) => ({
    value: id,
    label: monitoredOnly === null ? name : `${name} (monitored only)`,
    disabled: monitoredOnly !== null,
  }))
  return (
    <>
      <SegmentedControl
        aria-label="What it holds"
        data={[
          { value: 'charger', label: 'One charger' },
          { value: 'group', label: 'Several' },
          { value: 'circuit', label: 'A circuit' },
        ]}
        value={form.kind}
        onChange={(kind) => change({ kind: kind as OverrideForm['kind'] })}
      />
      {form.kind === 'charger' ? (
        <NativeSelect
          label="Charger"
          data={chargers}
          value={form.chargerId}
          onChange={(event) => change({ chargerId: event.currentTarget.value })}
        />
      ) : form.kind === 'group' ? (
        <>
          <MultiSelect
            label="Chargers"
            placeholder={form.groupIds.length === 0 ? 'Type to find them' : ''}
            searchable
            clearable
            limit={50}
            data={chargers}
            value={[...form.groupIds]}
            onChange={(groupIds) => change({ groupIds })}
          />
          <TextInput
            label="Name of these chargers"
            maxLength={80}
            required
            value={form.groupName}
            onChange={(event) => change({ groupName: event.currentTarget.value })}
          />
        </>
      ) : (
        <NativeSelect
          label="Circuit"
          data={overview.site.circuits.map(({ id, name }) => ({ value: id, label: name ?? id }))}
          value={form.circuitId}
          onChange={(event) => change({ circuitId: event.currentTarget.value })}
        />
      )}
    </>
  )
}

const limitHint = ({ chargers, circuitMayA }: Target): string => {
  const steered = chargers.filter(({ monitoredOnly }) => monitoredOnly === null)
  if (circuitMayA !== null)
    return `What a phase of it may carry in all, other load counted: less than ${formatLimit(circuitMayA)} A`
  const from = Math.max(0, ...steered.map(({ minimumA }) => minimumA))
  const to = Math.max(0, ...steered.map(({ maximumA }) => maximumA))
  return `${formatLimit(from)} to ${formatLimit(to)} A${steered.length > 1 ? ' for each' : ''}; every hard limit of the site still holds`
}

const LimitFields = ({ form, change, target }: FieldsProps) => {
  const problem = form.limitA === '' && !form.pause ? null : limitProblem(form, target)
  const most = Math.max(0, ...target.chargers.map(({ maximumA }) => maximumA))
  const isAbove =
    !form.pause && target.circuitMayA === null && typeof form.limitA === 'number' && form.limitA > most && most > 0
  return (
    <>
      <SegmentedControl
        aria-label="What the override does"
        data={[
          { value: 'limit', label: 'Limit the current' },
          { value: 'pause', label: 'Pause' },
        ]}
        value={form.pause ? 'pause' : 'limit'}
        onChange={(value) => change({ pause: value === 'pause' })}
      />
      {form.pause ? (
        problem === null ? (
          <p className="dim">A pause is no isolation: lock off before anybody works on it.</p>
        ) : (
          <Notice tone="warn" title={problem} />
        )
      ) : (
        <NumberField
          {...focusFirst}
          label="Limit, A per phase"
          description={limitHint(target)}
          min={0}
          max={6300}
          step={1}
          required
          value={form.limitA}
          onChange={(limitA) => change({ limitA })}
          error={problem}
        />
      )}
      {isAbove ? (
        <Mark kind="warning">Above its maximum: it will be clamped to {formatLimit(most)} A or less</Mark>
      ) : null}
    </>
  )
}

export const OverrideFields = (props: FieldsProps) => {
  const { form, change } = props
  const late = form.minutes === '' ? null : minutesProblem(form)
  return (
    <>
      <ScopeFields {...props} />
      <LimitFields {...props} />
      <div className="row override-length">
        <NumberField
          label="Duration, min"
          min={0.17}
          max={1440}
          required
          w={124}
          value={form.minutes}
          onChange={(minutes) => change({ minutes })}
          error={late}
        />
        {presets.map((minutes) => (
          <Button key={minutes} variant="default" px={9} onClick={() => change({ minutes })}>
            {minutes < 60 ? `${minutes} min` : `${minutes / 60} h`}
          </Button>
        ))}
      </div>
      <ConditionFields
        overview={props.overview}
        conditions={form.conditions}
        change={(conditions) => change({ conditions })}
      />
      <ReasonField value={form.reason} onChange={(reason) => change({ reason })} />
      <WhoField value={form.who} onChange={(who) => change({ who })} />
    </>
  )
}

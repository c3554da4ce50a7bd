import { Button, Modal, NativeSelect, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { ChargerDescription } from '../../../shared/api/site-contract.ts'
import { formatCountdown } from '../../format/duration.ts'
import { formatAmperes, formatLimit } from '../../format/number.ts'
import { useNow } from '../../state/clock.ts'
import { useIntent } from '../../state/intent.ts'
import { useLive } from '../../state/live.ts'
import { useSettings } from '../../state/settings.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { focusFirst, ReasonField, WhoField } from '../../ui/person-fields.tsx'
import {
  confirmText,
  isComplete,
  lengthS,
  limitProblem,
  minutesProblem,
  wantedLimitA,
  type OverrideForm,
} from './override-form.ts'
import { overrideStateText } from './override-state.ts'

const presets = [15, 30, 60, 240]

const Fields = ({
  form,
  change,
  charger,
  chargers,
}: {
  readonly form: OverrideForm
  readonly change: (part: Partial<OverrideForm>) => void
  readonly charger: ChargerDescription
  readonly chargers: readonly ChargerDescription[]
}) => {
  const problem = form.limitA === '' ? null : limitProblem(form, charger)
  const late = form.minutes === '' ? null : minutesProblem(form)
  const above = !form.pause && typeof form.limitA === 'number' && form.limitA > charger.maximumA
  return (
    <>
      <NativeSelect
        label="Charger"
        data={chargers.map((entry) => ({
          value: entry.id,
          label: entry.monitoredOnly === null ? entry.name : `${entry.name} (monitored only)`,
          disabled: entry.monitoredOnly !== null,
        }))}
        value={form.chargerId}
        onChange={(event) => change({ chargerId: event.currentTarget.value })}
      />
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
        problem === null ? null : (
          <Notice tone="warn" title={problem} />
        )
      ) : (
        <NumberField
          {...focusFirst}
          label="Limit, A per phase"
          description={`${formatLimit(charger.minimumA)} to ${formatLimit(charger.maximumA)} A; every hard limit of the site still holds`}
          min={0}
          max={500}
          step={1}
          required
          value={form.limitA}
          onChange={(limitA) => change({ limitA })}
          error={problem}
        />
      )}
      {above ? (
        <Mark kind="warning">Above its maximum: it will be clamped to {formatLimit(charger.maximumA)} A or less</Mark>
      ) : null}
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
      <ReasonField value={form.reason} onChange={(reason) => change({ reason })} />
      <WhoField value={form.who} onChange={(who) => change({ who })} />
    </>
  )
}

/** What became of it: accepted is not written, written is not verified. */
const Progress = ({
  overrideId,
  charger,
  close,
}: {
  readonly overrideId: string
  readonly charger: ChargerDescription
  readonly close: () => void
}) => {
  const override = useLive((state) => state.live?.control.overrides.find((entry) => entry.id === overrideId))
  const now = useNow()
  if (override === undefined)
    return (
      <Notice tone="control" live title="Accepted">
        Waiting for the next picture of the site.
      </Notice>
    )
  const text = overrideStateText(override.state)
  return (
    <div className="stack" data-testid="override-progress">
      <Notice
        tone={override.state === 'failed' || override.state === 'refused' ? 'alarm' : 'control'}
        live
        title={`${charger.name}: ${text.word}`}
      >
        {text.meaning}
        {override.why === null ? '' : ` ${override.why}`}
      </Notice>
      <dl className="facts">
        <dt>Asked for</dt>
        <dd>{formatAmperes(override.limitA)} A</dd>
        <dt>In force</dt>
        <dd>
          {override.effectiveA === null ? 'not decided yet' : `${formatAmperes(override.effectiveA)} A`}
          {override.clampedBy === null ? '' : `, clamped: ${override.clampedBy.detail}`}
        </dd>
        <dt>Ends in</dt>
        <dd>{override.endedAtMs === null ? formatCountdown(override.expiresAtMs - now) : 'has ended'}</dd>
      </dl>
      <div className="row">
        <span className="grow" />
        <Button onClick={close}>Close</Button>
      </div>
    </div>
  )
}

export const OverrideDialog = ({
  chargerId,
  chargers,
  close,
}: {
  readonly chargerId: string
  readonly chargers: readonly ChargerDescription[]
  readonly close: () => void
}) => {
  const [form, setForm] = useState<OverrideForm>({
    chargerId,
    pause: false,
    limitA: '',
    minutes: 30,
    reason: '',
    who: useSettings.getState().operator,
  })
  const [step, setStep] = useState<'fields' | 'confirm'>('fields')
  const [overrideId, setOverrideId] = useState<string | null>(null)
  const mode = useLive((state) => state.live?.control.mode)
  const intent = useIntent('override.set')
  const time = useTimeFormat()
  const now = useNow()
  const charger = chargers.find((entry) => entry.id === form.chargerId)
  if (charger === undefined) return null
  const back = () => {
    intent.renew()
    setStep('fields')
  }
  const send = () =>
    intent.send({
      chargerId: form.chargerId,
      limitA: wantedLimitA(form),
      ttlS: lengthS(form),
      reason: form.reason.trim(),
      who: form.who.trim(),
    })

  return (
    <Modal opened onClose={close} title={step === 'fields' ? 'Override a charger' : `Override ${charger.name}`}>
      {overrideId !== null ? (
        <Progress overrideId={overrideId} charger={charger} close={close} />
      ) : (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault()
            if (!isComplete(form, charger)) return
            if (step === 'fields') return setStep('confirm')
            void send().then((override) => {
              if (override !== null) setOverrideId(override.id)
            })
          }}
        >
          {mode === 'monitoring' ? (
            <Notice tone="warn" title="Monitoring: nothing is written">
              An override reaches the charger only while load control is armed.
            </Notice>
          ) : null}
          {step === 'fields' ? (
            <Fields
              form={form}
              change={(part) => setForm({ ...form, ...part })}
              charger={charger}
              chargers={chargers}
            />
          ) : (
            <Notice tone="control" title="Confirm">
              <p data-testid="override-confirm">
                {confirmText(form, charger, time.near(now + lengthS(form) * 1000, now))}
              </p>
              <p className="dim">
                It ends by itself; load control then takes over again. Every hard limit of the site still holds and may
                clamp it lower.
              </p>
            </Notice>
          )}
          {intent.state.step === 'refused' ? (
            <Notice tone="alarm" live title="Not set">
              {intent.state.why}
            </Notice>
          ) : null}
          <div className="row">
            {step === 'confirm' ? (
              <Button variant="default" onClick={back}>
                Back
              </Button>
            ) : null}
            <span className="grow" />
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            {step === 'fields' ? (
              <Button key="review" type="submit" disabled={!isComplete(form, charger)}>
                Review
              </Button>
            ) : (
              <Button key="set" type="submit" autoFocus color="control" disabled={intent.state.step === 'sent'}>
                Set override
              </Button>
            )}
          </div>
        </form>
      )}
    </Modal>
  )
}

import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { namesOf } from '../../../shared/said/override-words.ts'
import type { Override } from '../../../shared/model/override.ts'
import { formatCountdown } from '../../format/duration.ts'
import { formatAmperes } from '../../format/number.ts'
import { useNow } from '../../state/clock.ts'
import { useIntent } from '../../state/intent.ts'
import { useLive } from '../../state/live.ts'
import { renewWhileOpen } from '../../state/open-overrides.ts'
import { useSettings } from '../../state/settings.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Notice } from '../../ui/notice.tsx'
import { OverrideFields } from './override-fields.tsx'
import {
  confirmText,
  isComplete,
  lengthS,
  limitProblem,
  scopeProblem,
  targetOf,
  type Target,
  wantedLimitA,
  type OverrideForm,
} from './override-form.ts'
import { OverridePreviewPanel } from './override-preview.tsx'
import { overrideStateText } from './override-state.ts'

/** What became of it: accepted is not written, written is not verified. */
const Progress = ({
  overrideId,
  name,
  isCircuit,
  close,
}: {
  readonly overrideId: string
  readonly name: string
  readonly isCircuit: boolean
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
        title={`${name}: ${text.word}`}
      >
        {text.meaning}
        {override.why === null ? '' : ` ${override.why}`}
      </Notice>
      <dl className="facts">
        <dt>Asked for</dt>
        <dd>{formatAmperes(override.limitA)} A</dd>
        <dt>{isCircuit ? 'Planned on its fullest phase' : 'In force'}</dt>
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

const beginningForm = (chargerId: string, overview: Overview): OverrideForm => ({
  kind: 'charger',
  chargerId,
  groupName: '',
  groupIds: [chargerId],
  circuitId: overview.chargers.find(({ id }) => id === chargerId)?.circuitId ?? '',
  pause: false,
  limitA: '',
  minutes: 30,
  conditions: [],
  reason: '',
  who: useSettings.getState().operator,
})

type Step = 'fields' | 'confirm'

/** What will be asked for, in one sentence. */
const Confirm = ({
  form,
  overview,
  target,
}: {
  readonly form: OverrideForm
  readonly overview: Overview
  readonly target: Target
}) => {
  const time = useTimeFormat()
  const now = useNow()
  const names = namesOf({ ...overview.site, chargers: overview.chargers })
  return (
    <Notice tone="control" title="Confirm">
      <p data-testid="override-confirm">
        {confirmText(form, target, time.near(now + lengthS(form) * 1000, now), names)}
      </p>
      <p className="dim">
        It ends by itself; load control then takes over again. Every hard limit of the site still holds and may clamp it
        lower.
      </p>
    </Notice>
  )
}

const Acts = ({
  step,
  isReady,
  isSent,
  back,
  close,
}: {
  readonly step: Step
  readonly isReady: boolean
  readonly isSent: boolean
  readonly back: () => void
  readonly close: () => void
}) => (
  <div className="row override-acts">
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
      <Button key="review" type="submit" disabled={!isReady}>
        Review
      </Button>
    ) : (
      <Button key="set" type="submit" autoFocus color="control" disabled={isSent}>
        Set override
      </Button>
    )}
  </div>
)

/** The fields, then the sentence to confirm, with what control would do by it. `onSet`: the site has accepted it. */
const Ask = ({
  overview,
  step,
  form,
  target,
  change,
  go,
  close,
  onSet,
}: {
  readonly overview: Overview
  readonly step: Step
  readonly form: OverrideForm
  readonly target: Target
  readonly change: (part: Partial<OverrideForm>) => void
  readonly go: (step: Step) => void
  readonly close: () => void
  readonly onSet: (override: Override) => void
}) => {
  const mode = useLive((state) => state.live?.control.mode)
  const intent = useIntent('override.set')
  const isReady = isComplete(form, target)
  const canPreview = scopeProblem(form) === null && limitProblem(form, target) === null
  const send = () =>
    intent.send({
      scope: target.scope,
      limitA: wantedLimitA(form),
      ttlS: lengthS(form),
      conditions: [...form.conditions],
      reason: form.reason.trim(),
      who: form.who.trim(),
    })
  const goOn = (): void => {
    if (!isReady) return
    if (step === 'fields') go('confirm')
    else
      void send().then((override) => {
        if (override !== null) onSet(override)
      })
  }
  const back = (): void => {
    intent.renew()
    go('fields')
  }
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        goOn()
      }}
    >
      {mode === 'monitoring' ? (
        <Notice tone="warn" title="Monitoring: nothing is written">
          An override reaches the chargers only while load control is armed.
        </Notice>
      ) : null}
      {step === 'fields' ? (
        <OverrideFields form={form} change={change} target={target} overview={overview} />
      ) : (
        <Confirm form={form} overview={overview} target={target} />
      )}
      {canPreview ? (
        <OverridePreviewPanel overview={overview} scope={target.scope} limitA={wantedLimitA(form)} />
      ) : null}
      {intent.state.step === 'refused' ? (
        <Notice tone="alarm" live title="Not set">
          {intent.state.why}
        </Notice>
      ) : null}
      <Acts step={step} isReady={isReady} isSent={intent.state.step === 'sent'} back={back} close={close} />
    </form>
  )
}

export const OverrideDialog = ({
  chargerId,
  overview,
  close,
}: {
  /** What it begins with. */
  readonly chargerId: string
  readonly overview: Overview
  readonly close: () => void
}) => {
  const [form, setForm] = useState<OverrideForm>(() => beginningForm(chargerId, overview))
  const [step, setStep] = useState<Step>('fields')
  const [overrideId, setOverrideId] = useState<string | null>(null)
  const target = targetOf(form, overview, namesOf({ ...overview.site, chargers: overview.chargers }))
  return (
    <Modal
      opened
      size={760}
      onClose={close}
      title={step === 'fields' ? 'Override load control' : `Override ${target.name}`}
    >
      {overrideId !== null ? (
        <Progress overrideId={overrideId} name={target.name} isCircuit={target.circuitMayA !== null} close={close} />
      ) : (
        <Ask
          overview={overview}
          step={step}
          form={form}
          target={target}
          change={(part) => setForm((before) => ({ ...before, ...part }))}
          go={setStep}
          close={close}
          onSet={(override) => {
            renewWhileOpen(override)
            setOverrideId(override.id)
          }}
        />
      )}
    </Modal>
  )
}

import { Button, Checkbox, Modal, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import type { ScanFind } from '../../../shared/api/scan-contract.ts'
import { useIntent } from '../../state/intent.ts'
import { useLive } from '../../state/live.ts'
import { useSettings } from '../../state/settings.ts'
import { Notice } from '../../ui/notice.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { goodPerson, WhoField } from '../../ui/person-fields.tsx'
import {
  addable,
  additionOf,
  addProblems,
  emptyAddForm,
  freeCircuits,
  mbusWays,
  periodRange,
  type AddForm,
} from './add-form.ts'
import { placeText } from './find-text.ts'

const Transformer = ({
  form,
  change,
  problems,
}: {
  readonly form: AddForm
  readonly change: (part: Partial<AddForm>) => void
  readonly problems: ReturnType<typeof addProblems>
}) => (
  <>
    <Checkbox
      label="It measures through current transformers"
      checked={form.hasTransformer}
      onChange={(event) => change({ hasTransformer: event.currentTarget.checked })}
    />
    {form.hasTransformer ? (
      <div className="row scan-fields">
        <NumberField
          label="Primary, A"
          min={0}
          max={6300}
          w={110}
          value={form.primary}
          onChange={(primary) => change({ primary })}
          error={form.primary === '' ? null : problems.primary}
        />
        <NumberField
          label="Secondary, A"
          min={0}
          max={100}
          w={110}
          value={form.secondary}
          onChange={(secondary) => change({ secondary })}
          error={problems.secondary}
        />
        <NativeSelect
          label="Ratio applied in"
          data={[
            { value: 'meter', label: 'the meter (values as read)' },
            { value: 'app', label: 'Tripscope (meter reads secondary)' },
          ]}
          value={form.appliedIn}
          onChange={(event) => change({ appliedIn: event.currentTarget.value === 'app' ? 'app' : 'meter' })}
        />
      </div>
    ) : null}
  </>
)

/** A find becomes a meter of the site: written into the site file, then the site is opened anew and this page connects again by itself. */
export const AddDialog = ({
  find,
  overview,
  close,
  added,
}: {
  readonly find: ScanFind
  readonly overview: Overview
  readonly close: () => void
  readonly added: (meterId: string) => void
}) => {
  const { site } = overview
  const [form, setForm] = useState(() => emptyAddForm(find, site, useSettings.getState().operator))
  const control = useLive((state) => state.live?.control)
  const intent = useIntent('site.addMeter')
  const change = (part: Partial<AddForm>) => setForm({ ...form, ...part })
  const problems = addProblems(form, find, site)
  const isReady = Object.keys(problems).length === 0 && goodPerson(form.who)
  const barred =
    control?.readOnly != null
      ? `The site can't be changed here: ${control.readOnly.why}.`
      : control?.mode === 'armed'
        ? 'Load control is armed, and adding a meter opens the site anew. Disarm it first.'
        : null
  const free = freeCircuits(find, site)
  const period = periodRange(find)
  const send = async () => {
    const answer = await intent.send({ who: form.who.trim(), addition: additionOf(form, find) })
    if (answer !== null) added(answer.meterId)
  }
  return (
    <Modal opened onClose={close} title="Add to the site" size="lg">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady && barred === null) void send()
        }}
      >
        <p className="dim">
          {find.where}, {placeText(find)}
        </p>
        {barred === null ? null : (
          <Notice tone="warn" title="Not now">
            {barred}
          </Notice>
        )}
        <NativeSelect
          label="Model"
          description={find.verdict === 'ambiguous' ? 'Several answer alike: look at the label' : undefined}
          value={form.choice}
          onChange={(event) => change({ choice: event.currentTarget.value })}
          data={addable(find).map(({ make, model, sunspec }, index) => ({
            value: String(index),
            label: `${make} ${model}${sunspec === null ? '' : `, model ${sunspec.model} number ${sunspec.index}`}`,
          }))}
        />
        {find.mbus === null ? null : (
          <NativeSelect
            label="Asked by"
            description={
              form.mbusBy === 'primary' && find.unit === 0
                ? 'The next meter that is added comes with 0 too: better its number'
                : 'Its number stays with it for good'
            }
            value={form.mbusBy}
            onChange={(event) => change({ mbusBy: event.currentTarget.value === 'primary' ? 'primary' : 'secondary' })}
            data={[...mbusWays(find)]}
          />
        )}
        <div className="row scan-fields">
          <TextInput
            label="Id"
            description="In the site file; stays for good"
            required
            w={200}
            value={form.id}
            onChange={(event) => change({ id: event.currentTarget.value })}
            error={problems.id}
          />
          <TextInput
            label="Name"
            description="As people call it"
            maxLength={80}
            className="grow"
            value={form.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
        </div>
        {find.lineId === null ? (
          <TextInput
            label="Id of the new line"
            description={find.where}
            required
            value={form.lineId}
            onChange={(event) => change({ lineId: event.currentTarget.value })}
            error={problems.lineId}
          />
        ) : (
          <p>
            It hangs on the site’s line{' '}
            <strong>{site.lines.find(({ id }) => id === find.lineId)?.name ?? find.lineId}</strong>.
          </p>
        )}
        <div className="row scan-fields">
          <NativeSelect
            label="Circuit it measures"
            description={
              find.mbus !== null
                ? 'Without a meter and without chargers: M-Bus is too slow to steer by'
                : free.length === 0
                  ? 'Every circuit has a meter'
                  : 'Circuits without a meter'
            }
            value={form.circuitId}
            onChange={(event) => change({ circuitId: event.currentTarget.value })}
            data={[
              { value: '', label: 'none of them' },
              ...free.map((circuit) => ({ value: circuit.id, label: circuit.name ?? circuit.id })),
            ]}
          />
          <NumberField
            label="Period, ms"
            description={find.mbus === null ? 'Fast quantities' : 'All of it; 10 s at least'}
            min={period.low}
            max={period.high}
            step={period.low}
            w={150}
            required
            value={form.periodMs}
            onChange={(periodMs) => change({ periodMs })}
            error={problems.periodMs}
          />
        </div>
        {find.mbus === null ? (
          <Transformer form={form} change={change} problems={problems} />
        ) : (
          <p className="dim">Once a minute is enough for energy; its transformer ratio, if any, is set in the meter.</p>
        )}
        <WhoField value={form.who} onChange={(who) => change({ who })} />
        <p className="dim">
          It is written into the site file (the text before is kept beside it as .bak), and the site is opened anew: a
          few seconds without values.
        </p>
        {intent.state.step === 'refused' ? (
          <Notice tone="alarm" live title="Not added">
            {intent.state.why}
          </Notice>
        ) : null}
        <div className="row">
          <span className="grow" />
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" disabled={!isReady || barred !== null || intent.state.step === 'sent'}>
            Add to the site
          </Button>
        </div>
      </form>
    </Modal>
  )
}

import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useConnection } from '../../state/connection.ts'
import { routeTo } from '../../state/route.ts'
import { useIntent } from '../../state/intent.ts'
import { useSettings } from '../../state/settings.ts'
import { Notice } from '../../ui/notice.tsx'
import { StillMissing } from '../../ui/still-missing.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { goodPerson, WhoField } from '../../ui/person-fields.tsx'

/** Where this computer is, most likely also the site. */
const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'
const zones = (): readonly string[] => [...new Set([ownZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')])]

const empty = () => ({
  name: '',
  timezone: ownZone(),
  limitA: 63 as number | string,
  nominalVoltage: 230 as number | string,
  frequency: 50 as 50 | 60,
  file: '',
  who: useSettings.getState().operator,
})

const within = (value: number | string, least: number, most: number): boolean =>
  typeof value === 'number' && value >= least && value <= most

/** What the button waits for, in the words of the fields. */
const missingOf = (form: ReturnType<typeof empty>): readonly string[] => [
  ...(form.name.trim() === '' ? ['the name of the site'] : []),
  ...(within(form.limitA, 1, 6300) ? [] : ['the agreed current']),
  ...(within(form.nominalVoltage, 90, 400) ? [] : ['the voltage']),
  ...(goodPerson(form.who) ? [] : ['who makes it']),
]

/** A new site with its grid connection; devices are found and circuits drawn afterwards. */
export const NewSiteForm = ({ folder, barred }: { readonly folder: string; readonly barred: boolean }) => {
  const [form, setForm] = useState(empty)
  const intent = useIntent('sites.create')
  const change = (part: Partial<ReturnType<typeof empty>>) => setForm((before) => ({ ...before, ...part }))
  const missing = missingOf(form)
  const isGood = missing.length === 0
  const send = async () => {
    const { name, timezone, limitA, nominalVoltage, frequency, file, who } = form
    const made = await intent.send({
      site: { name: name.trim(), timezone, limitA: Number(limitA), nominalVoltage: Number(nominalVoltage), frequency },
      file: file.trim() === '' ? null : file.trim(),
      who: who.trim(),
    })
    if (made === null) return
    useConnection.getState().showSite(made.siteId)
    // The next thing to do there.
    location.hash = routeTo('scan')
  }
  return (
    <form
      className="panel stack sites-new"
      aria-label="New site"
      onSubmit={(event) => {
        event.preventDefault()
        if (isGood && !barred) void send()
      }}
    >
      <h2>New site</h2>
      <TextInput
        label="Name of the site"
        required
        maxLength={80}
        value={form.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <div className="row scan-fields">
        <NumberField
          label="Agreed current, A per phase"
          description="At the grid connection"
          required
          value={form.limitA}
          onChange={(limitA) => change({ limitA })}
          error={within(form.limitA, 1, 6300) ? null : 'a number from 1 to 6300'}
        />
        <NumberField
          label="Voltage, V"
          description="Line to neutral"
          required
          value={form.nominalVoltage}
          onChange={(nominalVoltage) => change({ nominalVoltage })}
          error={within(form.nominalVoltage, 90, 400) ? null : 'a number from 90 to 400'}
        />
        <NativeSelect
          label="Frequency"
          data={[
            { value: '50', label: '50 Hz' },
            { value: '60', label: '60 Hz' },
          ]}
          value={String(form.frequency)}
          onChange={(event) => change({ frequency: event.currentTarget.value === '60' ? 60 : 50 })}
        />
      </div>
      <NativeSelect
        label="Time zone"
        description="For days, reports and tariffs"
        data={[...zones()]}
        value={form.timezone}
        onChange={(event) => change({ timezone: event.currentTarget.value })}
      />
      <TextInput
        label="File"
        description={`Empty: a file of its name in ${folder}`}
        value={form.file}
        onChange={(event) => change({ file: event.currentTarget.value })}
      />
      <WhoField value={form.who} onChange={(who) => change({ who })} />
      {intent.state.step === 'refused' ? (
        <Notice tone="alarm" live title="Not made">
          {intent.state.why}
        </Notice>
      ) : null}
      <div className="row">
        <p className="dim grow">
          {barred ? (
            'This screen only looks: a site is made on a screen that may command.'
          ) : isGood ? (
            'Then: Find devices adds what answers, the Site editor draws the circuits.'
          ) : (
            <StillMissing what={missing} />
          )}
        </p>
        <Button type="submit" disabled={!isGood || barred || intent.state.step === 'sent'}>
          Make and open it
        </Button>
      </div>
    </form>
  )
}

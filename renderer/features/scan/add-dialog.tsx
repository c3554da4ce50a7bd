import { Modal } from '@mantine/core'
import { useState } from 'react'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { ScanFind } from '../../../shared/api/scan-contract.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { useIntent } from '../../state/intent.ts'
import { useLive } from '../../state/live.ts'
import { useSettings } from '../../state/settings.ts'
import { DialogActs } from '../../ui/dialog-acts.tsx'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, WhoField } from '../../ui/person-fields.tsx'
import { AddFields } from './add-fields.tsx'
import { additionOf, addProblems, emptyAddForm, type AddForm } from './add-form.ts'
import { placeText } from './find-text.ts'

/** Why nothing can be added now; null: it can. */
const barredBy = (control: Live['control'] | undefined): string | null => {
  if (control?.readOnly != null) return `The site can't be changed here: ${control.readOnly.why}.`
  if (control?.mode !== 'armed') return null
  return 'Load control is armed, and adding a meter opens the site anew. Disarm it first.'
}

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
  const barred = barredBy(control)
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
        <AddFields find={find} site={site} form={form} change={change} problems={problems} />
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
        <DialogActs
          button="Add to the site"
          isReady={isReady && barred === null && intent.state.step !== 'sent'}
          close={close}
        />
      </form>
    </Modal>
  )
}

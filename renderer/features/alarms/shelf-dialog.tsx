import { Modal, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { longestShelfS } from '../../../shared/alarms/shelf.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import { useIntent } from '../../state/intent.ts'
import { useSettings } from '../../state/settings.ts'
import { DialogActs } from '../../ui/dialog-acts.tsx'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, goodReason, ReasonField, WhoField } from '../../ui/person-fields.tsx'

const times = [
  { value: String(900), label: '15 minutes' },
  { value: String(3600), label: '1 hour' },
  { value: String(4 * 3600), label: '4 hours' },
  { value: String(longestShelfS), label: '12 hours, the longest' },
]

/** Puts an alarm aside for a bounded time, or takes it back. */
export const ShelfDialog = ({ finding, close }: { readonly finding: Finding; readonly close: () => void }) => {
  const [who, setWho] = useState(useSettings.getState().operator)
  const [reason, setReason] = useState('')
  const [forS, setForS] = useState('3600')
  const put = useIntent('alarms.shelve')
  const take = useIntent('alarms.unshelve')
  const isAside = finding.shelved !== undefined
  const state = isAside ? take.state : put.state
  const send = async () => {
    const person = { findingId: finding.id, who: who.trim(), reason: reason.trim() }
    const done = isAside ? await take.send(person) : await put.send({ ...person, forS: Number(forS) })
    if (done !== null) close()
  }
  return (
    <Modal opened onClose={close} title={isAside ? 'Take an alarm back' : 'Put an alarm aside'}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <p>
          <strong>{finding.title}</strong>
        </p>
        <p className="dim">
          {isAside
            ? 'It stands among the others again.'
            : 'It is still found and kept, and is aside again if it comes back meanwhile; it calls nobody until its time is over.'}
        </p>
        {isAside ? null : (
          <NativeSelect
            label="For"
            data={times}
            value={forS}
            onChange={(event) => setForS(event.currentTarget.value)}
          />
        )}
        <WhoField value={who} onChange={setWho} isFirst={!goodPerson(useSettings.getState().operator)} />
        <ReasonField value={reason} onChange={setReason} isFirst={goodPerson(useSettings.getState().operator)} />
        {state.step === 'refused' ? (
          <Notice tone="alarm" live title="Not done">
            {state.why}
          </Notice>
        ) : null}
        <DialogActs
          button={isAside ? 'Take back' : 'Put aside'}
          isReady={goodPerson(who) && goodReason(reason) && state.step !== 'sent'}
          close={close}
        />
      </form>
    </Modal>
  )
}

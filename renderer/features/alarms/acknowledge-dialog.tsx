import { Modal, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Finding } from '../../../shared/model/finding.ts'
import { useIntent } from '../../state/intent.ts'
import { useSettings } from '../../state/settings.ts'
import { DialogActs } from '../../ui/dialog-acts.tsx'
import { Notice } from '../../ui/notice.tsx'
import { focusFirst, goodPerson, WhoField } from '../../ui/person-fields.tsx'

/** One alarm, or several seen together: each is acknowledged with the same name and note. */
export const AcknowledgeDialog = ({
  findings,
  close,
}: {
  readonly findings: readonly Finding[]
  /** With the ids of those that were acknowledged, none where the person left it. */
  readonly close: (acknowledged: readonly string[]) => void
}) => {
  const [who, setWho] = useState(useSettings.getState().operator)
  const [knowsWho] = useState(() => goodPerson(who))
  const [note, setNote] = useState('')
  const intent = useIntent('finding.acknowledge')
  const [first] = findings
  const areOver = findings.every(({ state }) => state === 'cleared')
  const send = async () => {
    for (const { id } of findings)
      if ((await intent.send({ findingId: id, who: who.trim(), note: note.trim() })) === null) return
    close(findings.map(({ id }) => id))
  }
  return (
    <Modal
      opened
      onClose={() => close([])}
      title={findings.length === 1 ? 'Acknowledge an alarm' : 'Acknowledge alarms'}
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <p>
          <strong>
            {findings.length === 1 ? first?.title : `${findings.length} alarms${areOver ? ' that are over' : ''}`}
          </strong>
        </p>
        <p className="dim">
          {areOver
            ? 'It leaves the list then, and stays in Events and dips; this says who has seen it.'
            : 'It stays active until its cause ends; this says who has seen it.'}
        </p>
        <WhoField value={who} onChange={setWho} isFirst={!knowsWho} />
        <Textarea
          {...(knowsWho ? focusFirst : {})}
          label="Note"
          description="Optional; what you found or did"
          maxLength={400}
          autosize
          minRows={2}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {intent.state.step === 'refused' ? (
          <Notice tone="alarm" live title="Not acknowledged">
            {intent.state.why}
          </Notice>
        ) : null}
        <DialogActs
          button="Acknowledge"
          isReady={goodPerson(who) && intent.state.step !== 'sent'}
          close={() => close([])}
        />
      </form>
    </Modal>
  )
}

import { Button, Modal, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Finding } from '../../../shared/model/finding.ts'
import { useIntent } from '../../state/intent.ts'
import { useSettings } from '../../state/settings.ts'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, WhoField } from '../../ui/person-fields.tsx'

export const AcknowledgeDialog = ({ finding, close }: { readonly finding: Finding; readonly close: () => void }) => {
  const [who, setWho] = useState(useSettings.getState().operator)
  const [note, setNote] = useState('')
  const intent = useIntent('finding.acknowledge')
  return (
    <Modal opened onClose={close} title="Acknowledge an alarm">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void intent.send({ findingId: finding.id, who: who.trim(), note: note.trim() }).then((answer) => {
            if (answer !== null) close()
          })
        }}
      >
        <p>
          <strong>{finding.title}</strong>
        </p>
        <p className="dim">It stays active until its cause ends; this says who has seen it.</p>
        <WhoField value={who} onChange={setWho} />
        <Textarea
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
        <div className="row">
          <span className="grow" />
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" disabled={!goodPerson(who) || intent.state.step === 'sent'}>
            Acknowledge
          </Button>
        </div>
      </form>
    </Modal>
  )
}

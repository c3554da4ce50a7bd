import { Modal } from '@mantine/core'
import { useState } from 'react'
import { useIntent } from '../../state/intent.ts'
import { useSettings } from '../../state/settings.ts'
import { DialogActs } from '../../ui/dialog-acts.tsx'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, goodReason, ReasonField, WhoField } from '../../ui/person-fields.tsx'

/** Says in words what the test does to whom, before it begins. */
export const TestDialog = ({
  charger,
  close,
}: {
  readonly charger: { readonly id: string; readonly name: string }
  readonly close: () => void
}) => {
  const [who, setWho] = useState(useSettings.getState().operator)
  const [knowsWho] = useState(() => goodPerson(who))
  const [reason, setReason] = useState('')
  const intent = useIntent('commissioning.testSocket')
  return (
    <Modal opened onClose={close} title={`Test the wiring with ${charger.name}`}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void intent
            .send({ chargerId: charger.id, repeats: 3, who: who.trim(), reason: reason.trim() })
            .then((answer) => {
              if (answer !== null) close()
            })
        }}
      >
        <Notice tone="control" title={`The car at ${charger.name} will get 6, 16 and 6 A, three times.`}>
          All other charging cars are held at what they have meanwhile. It takes about three minutes, ends at once on
          any limit, and gives everything back.
        </Notice>
        <WhoField value={who} onChange={setWho} isFirst={!knowsWho} />
        <ReasonField value={reason} onChange={setReason} isFirst={knowsWho} />
        {intent.state.step === 'refused' ? (
          <Notice tone="alarm" live title="Not begun">
            {intent.state.why}
          </Notice>
        ) : null}
        <DialogActs
          button="Begin the test"
          isReady={goodPerson(who) && goodReason(reason) && intent.state.step !== 'sent'}
          close={close}
          color="control"
        />
      </form>
    </Modal>
  )
}

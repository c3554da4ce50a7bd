import { Button, Modal } from '@mantine/core'
import { useMemo, useState } from 'react'
import { siteChanges } from '../../../shared/site-draft/site-changes.ts'
import { useIntent } from '../../state/intent.ts'
import { useLive } from '../../state/live.ts'
import { useSettings } from '../../state/settings.ts'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, goodReason, ReasonField, WhoField } from '../../ui/person-fields.tsx'
import { ChangesTable } from './changes-table.tsx'

/** Everything that would change, and who wants it: the last look before the site is opened anew. */
export const SaveDialog = ({
  base,
  text,
  isBehind,
  look,
  close,
}: {
  readonly base: { readonly text: string; readonly version: string }
  readonly text: string
  /** The file is another by now: what is based on the older one is refused. */
  readonly isBehind: boolean
  /** Reads the file anew. */
  readonly look: () => void
  readonly close: (isSaved: boolean) => void
}) => {
  const changes = useMemo(() => siteChanges(base.text, text), [base.text, text])
  const [who, setWho] = useState(useSettings.getState().operator)
  const [knowsWho] = useState(() => goodPerson(who))
  const [reason, setReason] = useState('')
  const isArmed = useLive((state) => state.live?.control.mode === 'armed')
  const intent = useIntent('siteFile.save')
  const isReady = !isArmed && !isBehind && goodPerson(who) && goodReason(reason) && intent.state.step !== 'sent'
  const send = async () => {
    const saved = await intent.send({ text, basedOn: base.version, who: who.trim(), reason: reason.trim() })
    if (saved !== null) close(true)
    else look()
  }
  return (
    <Modal opened onClose={() => close(false)} title="Save the site file" size="xl">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) void send()
        }}
      >
        {isArmed ? (
          <Notice tone="warn" title="Load control is armed">
            A changed site is opened anew, and nothing may control it meanwhile. Disarm it first; the draft is kept.
          </Notice>
        ) : null}
        {isBehind ? (
          <Notice tone="warn" live title="The site file was changed by someone else">
            Go on editing: there their changes stand beside yours, and go into the draft where both fit together.
          </Notice>
        ) : null}
        {changes.length === 0 ? (
          <p>Only comments or the order of entries change.</p>
        ) : (
          <ChangesTable label="Your changes" changes={changes} />
        )}
        <WhoField value={who} onChange={setWho} isFirst={!knowsWho} />
        <ReasonField value={reason} onChange={setReason} isFirst={knowsWho} />
        <p className="dim">
          The text before is kept beside the file as .bak; the site is opened anew: a few seconds without values.
        </p>
        {intent.state.step === 'refused' ? (
          <Notice tone="alarm" live title="Not saved">
            {intent.state.why}
          </Notice>
        ) : null}
        <div className="row">
          <span className="grow" />
          <Button variant="default" onClick={() => close(false)}>
            Go on editing
          </Button>
          <Button type="submit" disabled={!isReady}>
            Save and open anew
          </Button>
        </div>
      </form>
    </Modal>
  )
}

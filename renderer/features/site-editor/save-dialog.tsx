import { Button, Modal } from '@mantine/core'
import { useMemo, useState } from 'react'
import { siteChanges, type SiteChange } from '../../../shared/site-draft/site-changes.ts'
import { useIntent } from '../../state/intent.ts'
import { useLive } from '../../state/live.ts'
import { useSettings } from '../../state/settings.ts'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, goodReason, ReasonField, WhoField } from '../../ui/person-fields.tsx'

const Changes = ({ changes }: { readonly changes: readonly SiteChange[] }) => (
  <table className="table draft-changes">
    <thead>
      <tr>
        <th scope="col">What</th>
        <th scope="col">Before</th>
        <th scope="col">After</th>
      </tr>
    </thead>
    <tbody>
      {changes.map(({ path, before, after }) => (
        <tr key={path}>
          <th scope="row">{path}</th>
          <td>{before ?? '–'}</td>
          <td>{after ?? 'removed'}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

/** Everything that would change, and who wants it: the last look before the site is opened anew. */
export const SaveDialog = ({
  base,
  text,
  close,
}: {
  readonly base: { readonly text: string; readonly version: string }
  readonly text: string
  readonly close: (isSaved: boolean) => void
}) => {
  const changes = useMemo(() => siteChanges(base.text, text), [base.text, text])
  const [who, setWho] = useState(useSettings.getState().operator)
  const [reason, setReason] = useState('')
  const isArmed = useLive((state) => state.live?.control.mode === 'armed')
  const intent = useIntent('siteFile.save')
  const send = async () => {
    const saved = await intent.send({ text, basedOn: base.version, who: who.trim(), reason: reason.trim() })
    if (saved !== null) close(true)
  }
  return (
    <Modal opened onClose={() => close(false)} title="Save the site file" size="xl">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        {isArmed ? (
          <Notice tone="warn" title="Load control is armed">
            A changed site is opened anew, and nothing may control it meanwhile. Disarm it first; the draft is kept.
          </Notice>
        ) : null}
        {changes.length === 0 ? <p>Only comments or the order of entries change.</p> : <Changes changes={changes} />}
        <WhoField value={who} onChange={setWho} />
        <ReasonField value={reason} onChange={setReason} />
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
          <Button
            type="submit"
            disabled={isArmed || !goodPerson(who) || !goodReason(reason) || intent.state.step === 'sent'}
          >
            Save and open anew
          </Button>
        </div>
      </form>
    </Modal>
  )
}

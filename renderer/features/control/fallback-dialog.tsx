import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import type { ChargerDescription } from '../../../shared/api/site-contract.ts'
import type { FallbackWritten } from '../../../shared/model/decision.ts'
import { useIntent } from '../../state/intent.ts'
import { useLive } from '../../state/live.ts'
import { useSettings } from '../../state/settings.ts'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, goodReason, ReasonField, WhoField } from '../../ui/person-fields.tsx'
import { saidFallback, wantedText, writtenText } from './fallback-state.ts'

type Writable = NonNullable<ChargerDescription['writableFallback']>

/** Written is not verified: the dialog stays open until the charger was read back, and says what it answered. */
const Outcome = ({ written, close }: { readonly written: FallbackWritten; readonly close: () => void }) => (
  <div className="stack" data-testid="fallback-outcome">
    <Notice
      tone={written.isProtected ? 'normal' : 'alarm'}
      live
      title={written.isProtected ? 'Read back: it fits' : 'Not as it should be'}
    >
      {writtenText(written)}
    </Notice>
    <div className="row">
      <span className="grow" />
      <Button onClick={close} data-autofocus>
        Close
      </Button>
    </div>
  </div>
)

/** The declared fallback written into the charger itself: reviewed in words, with who and why, and read back. */
export const FallbackDialog = ({
  charger,
  writable,
  close,
}: {
  readonly charger: ChargerDescription
  readonly writable: Writable
  readonly close: () => void
}) => {
  const [who, setWho] = useState(useSettings.getState().operator)
  const [knowsWho] = useState(() => goodPerson(who))
  const [reason, setReason] = useState('')
  const [isReview, setReview] = useState(false)
  const [written, setWritten] = useState<FallbackWritten | null>(null)
  const said = useLive(({ live }) => saidFallback(live, charger.id))
  const intent = useIntent('control.writeFallback')
  const isComplete = goodPerson(who) && goodReason(reason)
  const back = () => {
    intent.renew()
    setReview(false)
  }
  return (
    <Modal opened onClose={close} title={`Fallback of ${charger.name}`}>
      {written !== null ? (
        <Outcome written={written} close={close} />
      ) : (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault()
            if (!isComplete) return
            if (!isReview) return setReview(true)
            void intent
              .send({ chargerId: charger.id, who: who.trim(), reason: reason.trim(), confirmed: true })
              .then((answer) => {
                if (answer !== null) setWritten(answer)
              })
          }}
        >
          <dl className="facts">
            <dt>It says now</dt>
            <dd>{said}</dd>
            <dt>To be written</dt>
            <dd>{wantedText(writable)}, as the site file counts on</dd>
            <dt>Allowed by</dt>
            <dd>{writable.source}</dd>
          </dl>
          {isReview ? (
            <Notice tone="control" title="Confirm">
              <p data-testid="fallback-confirm">
                {charger.name} will fall to {wantedText(writable)} whenever nobody steers it. {who.trim()}:{' '}
                {reason.trim()}.
              </p>
              <p className="dim">
                The charger keeps this, also without Tripscope and after a power cut; such memory wears out, so it is
                written once, and read back.
              </p>
            </Notice>
          ) : (
            <>
              <ReasonField value={reason} onChange={setReason} isFirst={knowsWho} />
              <WhoField value={who} onChange={setWho} isFirst={!knowsWho} />
            </>
          )}
          {intent.state.step === 'refused' ? (
            <Notice tone="alarm" live title="Not written">
              {intent.state.why}
            </Notice>
          ) : null}
          {intent.state.step === 'sent' ? <p role="status">Writing, and reading it back …</p> : null}
          <div className="row">
            {isReview ? (
              <Button variant="default" onClick={back} disabled={intent.state.step === 'sent'}>
                Back
              </Button>
            ) : null}
            <span className="grow" />
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            {isReview ? (
              <Button key="write" type="submit" autoFocus color="control" disabled={intent.state.step === 'sent'}>
                Write it
              </Button>
            ) : (
              <Button key="review" type="submit" disabled={!isComplete}>
                Review
              </Button>
            )}
          </div>
        </form>
      )}
    </Modal>
  )
}

import { Modal } from '@mantine/core'
import { useState } from 'react'
import { useIntent } from '../../state/intent.ts'
import { useSite } from '../../state/live.ts'
import { useSettings } from '../../state/settings.ts'
import { plural } from '../../format/number.ts'
import { DialogActs } from '../../ui/dialog-acts.tsx'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, goodReason, ReasonField, WhoField } from '../../ui/person-fields.tsx'

const words = {
  arm: { title: 'Arm load control', button: 'Arm', failed: 'Not armed' },
  disarm: { title: 'Disarm load control', button: 'Disarm', failed: 'Not disarmed' },
} as const

/** Arming and disarming, said in words before it is done. */
export const ArmDialog = ({ act, close }: { readonly act: 'arm' | 'disarm'; readonly close: () => void }) => {
  const overview = useSite((state) => state.overview)
  const [who, setWho] = useState(useSettings.getState().operator)
  const [knowsWho] = useState(() => goodPerson(who))
  const [reason, setReason] = useState('')
  const intent = useIntent(act === 'arm' ? 'control.arm' : 'control.disarm')
  const text = words[act]
  const chargers = plural(overview?.chargers.length ?? 0, 'charger')
  return (
    <Modal opened onClose={close} title={text.title}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void intent.send({ who: who.trim(), reason: reason.trim() }).then((answer) => {
            if (answer !== null) close()
          })
        }}
      >
        <Notice
          tone="control"
          title={
            act === 'arm'
              ? `Tripscope will write current limits to ${chargers} of ${overview?.site.name ?? 'this site'}.`
              : `Tripscope will stop writing current limits to ${chargers}.`
          }
        >
          {act === 'arm'
            ? 'Limits change from now on by themselves, within the limits of the site file. If a meter falls silent, chargers go to their fallback.'
            : 'Overrides end. Chargers then do what their own watchdog and settings say. Measuring and alarms go on.'}
        </Notice>
        <WhoField value={who} onChange={setWho} isFirst={!knowsWho} />
        <ReasonField value={reason} onChange={setReason} isFirst={knowsWho} />
        {intent.state.step === 'refused' ? (
          <Notice tone="alarm" live title={text.failed}>
            {intent.state.why}
          </Notice>
        ) : null}
        <DialogActs
          button={text.button}
          isReady={goodPerson(who) && goodReason(reason) && intent.state.step !== 'sent'}
          close={close}
          color="control"
        />
      </form>
    </Modal>
  )
}

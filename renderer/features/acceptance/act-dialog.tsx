import { Modal } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useSettings } from '../../state/settings.ts'
import { DialogActs } from '../../ui/dialog-acts.tsx'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, goodReason, ReasonField, WhoField } from '../../ui/person-fields.tsx'

export interface Act {
  readonly who: string
  readonly reason: string
}

/** Who does it and why; what else it needs stands between. `send` resolves with why it was refused, null: done. */
export const ActDialog = ({
  title,
  button,
  send,
  close,
  needsReason = true,
  isReady = true,
  children,
}: {
  readonly title: string
  readonly button: string
  readonly send: (act: Act) => Promise<string | null>
  readonly close: () => void
  readonly needsReason?: boolean
  readonly isReady?: boolean
  readonly children?: ReactNode
}) => {
  const [who, setWho] = useState(useSettings.getState().operator)
  const [knowsWho] = useState(() => goodPerson(who))
  const [reason, setReason] = useState('')
  const [refused, setRefused] = useState<string | null>(null)
  const [isSent, setIsSent] = useState(false)
  const submit = async () => {
    setIsSent(true)
    const why = await send({ who: who.trim(), reason: reason.trim() })
    setIsSent(false)
    setRefused(why)
    if (why === null) close()
  }
  return (
    <Modal opened onClose={close} title={title}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        {children}
        <WhoField value={who} onChange={setWho} isFirst={!knowsWho} />
        {needsReason ? <ReasonField value={reason} onChange={setReason} isFirst={knowsWho} /> : null}
        {refused === null ? null : (
          <Notice tone="alarm" live title="Not done">
            {refused}
          </Notice>
        )}
        <DialogActs
          button={button}
          isReady={goodPerson(who) && (!needsReason || goodReason(reason)) && isReady && !isSent}
          close={close}
        />
      </form>
    </Modal>
  )
}

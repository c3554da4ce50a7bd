import { Modal, Select, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { siteNow } from '../../state/clock.ts'
import { useIntent } from '../../state/intent.ts'
import { useSite } from '../../state/live.ts'
import { go, routeTo } from '../../state/route.ts'
import { useSettings } from '../../state/settings.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { DialogActs } from '../../ui/dialog-acts.tsx'
import { Notice } from '../../ui/notice.tsx'
import { focusFirst, goodPerson, WhoField } from '../../ui/person-fields.tsx'

/** "It just tripped": when a person saw it, where, and what they saw. Nothing is switched by it. */
export const ReportDialog = ({ close }: { readonly close: () => void }) => {
  const time = useTimeFormat()
  const circuits = useSite((state) => state.overview?.site.circuits ?? [])
  const [who, setWho] = useState(useSettings.getState().operator)
  const [when, setWhen] = useState(() => time.toField(siteNow()))
  const [circuitId, setCircuitId] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const intent = useIntent('trips.report')
  const read = time.readField(when)
  const atMs = time.fromField(when)
  const send = async () => {
    if (atMs === null) return
    const incident = await intent.send({ who: who.trim(), note: note.trim(), atMs, circuitId })
    if (incident === null) return
    close()
    go(routeTo('trips', incident.id))
  }
  return (
    <Modal opened onClose={close} title="It just tripped">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <p className="dim">
          The half hour around it is kept and looked through. Nothing is switched: find the cause before you close a
          breaker.
        </p>
        <TextInput
          {...focusFirst}
          label="When you saw it"
          description={`${time.zone}; up to half an hour ago`}
          value={when}
          onChange={(event) => setWhen(event.currentTarget.value)}
          error={atMs === null ? (read.ok ? undefined : read.problem) : undefined}
        />
        <Select
          label="Circuit"
          placeholder="Not known: look at all of them"
          clearable
          data={circuits.map(({ id, name }) => ({ value: id, label: name ?? id }))}
          value={circuitId}
          onChange={setCircuitId}
        />
        <Textarea
          label="What you saw"
          description="Optional: which device dropped, smell, rain, who was charging"
          maxLength={400}
          autosize
          minRows={2}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <WhoField value={who} onChange={setWho} />
        {intent.state.step === 'refused' ? (
          <Notice tone="alarm" live title="Not taken">
            {intent.state.why}
          </Notice>
        ) : null}
        <DialogActs
          button="Keep and explain"
          isReady={goodPerson(who) && atMs !== null && intent.state.step !== 'sent'}
          close={close}
        />
      </form>
    </Modal>
  )
}

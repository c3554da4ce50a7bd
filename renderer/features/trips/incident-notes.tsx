import { Button, Select, Textarea } from '@mantine/core'
import { useRef, useState } from 'react'
import { photoPurpose } from '../../../shared/api/trips-contract.ts'
import { sendFile } from '../../../shared/api/transfer-client.ts'
import { causeIds, causes, type CauseId } from '../../../shared/forensics/cause.ts'
import { incidentStatuses, type Incident, type IncidentStatus } from '../../../shared/forensics/incident.ts'
import { useConnection } from '../../state/connection.ts'
import { download } from '../../state/download.ts'
import { newIntentId, useIntent } from '../../state/intent.ts'
import { useSettings } from '../../state/settings.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { saveFile } from '../../ui/download.ts'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, WhoField } from '../../ui/person-fields.tsx'
import { statusWords } from './trip-words.ts'

const Photos = ({
  incident,
  who,
  onChanged,
}: {
  readonly incident: Incident
  readonly who: string
  readonly onChanged: () => void
}) => {
  const client = useConnection((state) => state.client)
  const attach = useIntent('trips.attachPhoto')
  const field = useRef<HTMLInputElement>(null)
  const [said, setSaid] = useState<{ readonly tone: 'normal' | 'alarm'; readonly text: string } | null>(null)
  const send = async (file: File) => {
    if (client === null) return
    const transferId = newIntentId()
    setSaid({ tone: 'normal', text: `Sending ${file.name} …` })
    try {
      await sendFile(client, {
        transferId,
        purpose: photoPurpose,
        fileName: file.name,
        size: file.size,
        read: async (at, length) => new Uint8Array(await file.slice(at, at + length).arrayBuffer()),
        onProgress: () => undefined,
        isCancelled: () => false,
      })
      const done = await attach.send({ incidentId: incident.id, transferId, who: who.trim() })
      setSaid(
        done === null
          ? { tone: 'alarm', text: 'The photo came, and could not be attached.' }
          : { tone: 'normal', text: `${file.name} is attached.` },
      )
      onChanged()
    } catch (error) {
      setSaid({ tone: 'alarm', text: error instanceof Error ? error.message : String(error) })
    }
  }
  const save = async (photoId: string) => {
    if (client === null) return
    try {
      const { ticket, fileName } = await client.call('trips.photo', { incidentId: incident.id, photoId })
      const file = await download(client, ticket)
      if (file !== null) saveFile(fileName, [file.blob], file.blob.type)
    } catch (error) {
      setSaid({ tone: 'alarm', text: error instanceof Error ? error.message : String(error) })
    }
  }
  return (
    <>
      <h3>Photos</h3>
      {incident.photos.length === 0 ? (
        <p className="dim">None yet: the breaker’s plate, its position, the terminals.</p>
      ) : null}
      <ul className="plain">
        {incident.photos.map((photo) => (
          <li key={photo.id}>
            <button type="button" className="link" onClick={() => void save(photo.id)}>
              {photo.fileName}
            </button>{' '}
            <span className="dim">{(photo.bytes / 1e6).toFixed(1)} MB</span>
          </li>
        ))}
      </ul>
      <div className="row no-print">
        <input
          ref={field}
          type="file"
          accept="image/jpeg,image/png,image/webp"
          aria-label="Photo to attach"
          disabled={!goodPerson(who)}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0]
            if (file !== undefined) void send(file)
            event.currentTarget.value = ''
          }}
        />
      </div>
      {said === null ? null : (
        <Notice tone={said.tone} live title={said.tone === 'alarm' ? 'Not attached' : 'Photo'}>
          {said.text}
        </Notice>
      )}
    </>
  )
}

/** What persons add: notes, photos, what is done about it, and what it was in the end. */
export const IncidentNotes = ({
  incident,
  onChanged,
}: {
  readonly incident: Incident
  readonly onChanged: () => void
}) => {
  const time = useTimeFormat()
  const [who, setWho] = useState(useSettings.getState().operator)
  const [text, setText] = useState('')
  const [status, setStatus] = useState<IncidentStatus>(incident.status)
  const [cause, setCause] = useState<CauseId | null>(incident.confirmedCause)
  const note = useIntent('trips.note')
  const state = useIntent('trips.setStatus')
  const refused = [note.state, state.state].find((each) => each.step === 'refused')
  const addNote = async () => {
    if ((await note.send({ incidentId: incident.id, who: who.trim(), text: text.trim() })) === null) return
    setText('')
    onChanged()
  }
  const save = async () => {
    if (
      (await state.send({ incidentId: incident.id, who: who.trim(), status, confirmedCause: cause, note: '' })) !== null
    )
      onChanged()
  }
  return (
    <section className="panel stack" aria-label="Notes and status">
      <h2>Notes and status</h2>
      {incident.said === null ? null : (
        <p>
          {incident.said.who} saw it at {time.clock(incident.said.atMs)}
          {incident.said.note === '' ? '' : `: ${incident.said.note}`}
        </p>
      )}
      <ul className="plain">
        {incident.notes.map((one, index) => (
          <li key={index}>
            <span className="dim">
              {time.dateTime(one.atMs)} {one.who}:
            </span>{' '}
            {one.text}
          </li>
        ))}
      </ul>
      <div className="no-print stack">
        <WhoField value={who} onChange={setWho} />
        <Textarea
          label="Note"
          maxLength={400}
          autosize
          minRows={2}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className="row">
          <Button variant="default" disabled={!goodPerson(who) || text.trim() === ''} onClick={() => void addNote()}>
            Add the note
          </Button>
        </div>
        <div className="row">
          <Select
            label="Status"
            allowDeselect={false}
            data={incidentStatuses.map((value) => ({ value, label: statusWords[value] }))}
            value={status}
            onChange={(value) => setStatus((value as IncidentStatus | null) ?? status)}
          />
          <Select
            label="What it was in the end"
            placeholder="Not found out yet"
            clearable
            data={causeIds.map((value) => ({ value, label: causes[value].name }))}
            value={cause}
            onChange={(value) => setCause(value as CauseId | null)}
          />
        </div>
        <div className="row">
          <Button
            variant="default"
            disabled={!goodPerson(who) || (status === incident.status && cause === incident.confirmedCause)}
            onClick={() => void save()}
          >
            Save the status
          </Button>
        </div>
      </div>
      {refused?.step === 'refused' ? (
        <Notice tone="alarm" live title="Not saved">
          {refused.why}
        </Notice>
      ) : null}
      <Photos incident={incident} who={who} onChanged={onChanged} />
    </section>
  )
}

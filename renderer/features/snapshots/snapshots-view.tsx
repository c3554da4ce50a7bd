import { Button, Checkbox, Textarea } from '@mantine/core'
import { useRef, useState } from 'react'
import type { TripscopeContract } from '../../../shared/api/contract.ts'
import type { OutputOf } from '../../../shared/api/define.ts'
import { formatAge } from '../../format/duration.ts'
import { formatBytes } from '../../format/number.ts'
import { localNow, useClock } from '../../state/clock.ts'
import { useConnection } from '../../state/connection.ts'
import { useIntent } from '../../state/intent.ts'
import { useSettings } from '../../state/settings.ts'
import { bytesOfBase64, saveFile, sha256Hex } from '../../ui/download.ts'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { goodPerson, WhoField } from '../../ui/person-fields.tsx'
import { View } from '../../ui/view.tsx'

type Snapshot = OutputOf<TripscopeContract['snapshot.export']>
interface Done {
  readonly snapshot: Snapshot
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Null: this browser can't compute the hash. */
  readonly intact: boolean | null
}

const Manifest = ({ done }: { readonly done: Done }) => {
  const { snapshot, bytes, intact } = done
  return (
    <section className="panel stack" aria-label="Snapshot">
      <h2>
        {snapshot.fileName} <span className="dim">{formatBytes(bytes.length)}</span>
      </h2>
      {intact === null ? (
        <Mark kind="warning">Saved, but not checked: on a page without encryption the browser computes no SHA-256</Mark>
      ) : intact ? (
        <Mark kind="normal">Arrived whole: its SHA-256 is the one the program stated</Mark>
      ) : (
        <Notice tone="alarm" live title="Not saved">
          What arrived does not have the SHA-256 the program stated. Export it again.
        </Notice>
      )}
      <p className="mono">SHA-256 {snapshot.sha256}</p>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Manifest">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col" className="num">
                Bytes
              </th>
              <th scope="col">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {snapshot.files.map((file) => (
              <tr key={file.name}>
                <th scope="row">{file.name}</th>
                <td className="num">{formatBytes(file.bytes)}</td>
                <td className="mono">{file.sha256}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {intact !== false ? (
        <div>
          <Button variant="default" onClick={() => saveFile(snapshot.fileName, [bytes], 'application/zip')}>
            Save again
          </Button>
        </div>
      ) : null}
    </section>
  )
}

/** Progress of a command that says nothing until it is done: how long it has taken. */
const Running = ({ sinceMs, cancel }: { readonly sinceMs: number; readonly cancel: () => void }) => {
  const localMs = useClock((state) => state.localMs)
  return (
    <Notice
      tone="normal"
      live
      title="Collecting readings, events and decisions"
      actions={
        <Button variant="default" onClick={cancel}>
          Cancel
        </Button>
      }
    >
      <progress aria-label="Export is running" /> <span aria-hidden="true">{formatAge(localMs - sinceMs)}</span>
    </Notice>
  )
}

export const SnapshotsView = () => {
  const [minutes, setMinutes] = useState<number | string>(15)
  const [note, setNote] = useState('')
  const [comments, setComments] = useState(false)
  const [who, setWho] = useState(useSettings.getState().operator)
  const [startedMs, setStartedMs] = useState<number | null>(null)
  const [cancelled, setCancelled] = useState(false)
  const [done, setDone] = useState<Done | null>(null)
  const run = useRef(0)
  const intent = useIntent('snapshot.export')
  const viewer = useConnection((state) => state.caller?.role === 'viewer')
  const goodMinutes = typeof minutes === 'number' && Number.isInteger(minutes) && minutes >= 1 && minutes <= 1440

  const start = async () => {
    if (!goodMinutes) return
    run.current += 1
    const mine = run.current
    setStartedMs(localNow())
    setCancelled(false)
    setDone(null)
    const snapshot = await intent.send({ minutes, who: who.trim(), note: note.trim(), comments })
    if (run.current !== mine) return
    setStartedMs(null)
    if (snapshot === null) return
    const bytes = bytesOfBase64(snapshot.base64)
    const hash = await sha256Hex(bytes)
    const intact = hash === null ? null : hash === snapshot.sha256
    setDone({ snapshot, bytes, intact })
    if (intact !== false) saveFile(snapshot.fileName, [bytes], 'application/zip')
  }
  const cancel = () => {
    run.current += 1
    setStartedMs(null)
    setCancelled(true)
    intent.renew()
  }

  return (
    <View title="Snapshots" about="One file to hand over: what was measured, found, decided and written">
      <form
        className="panel stack snapshot-form"
        aria-label="Export snapshot"
        onSubmit={(event) => {
          event.preventDefault()
          void start()
        }}
      >
        <div className="row snapshot-fields">
          <NumberField
            label="Last minutes"
            description="1 to 1440"
            min={1}
            max={1440}
            required
            value={minutes}
            onChange={setMinutes}
            w={130}
          />
          <WhoField value={who} onChange={setWho} />
        </div>
        <Textarea
          label="Note"
          description="Optional; goes into the manifest, e.g. what tripped and when"
          maxLength={400}
          autosize
          minRows={2}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Checkbox
          label="Include the comments of the site file"
          description="Left out otherwise: people write passwords there in more words than can be found"
          checked={comments}
          onChange={(event) => setComments(event.currentTarget.checked)}
        />
        <p className="dim">
          The zip holds a manifest with a SHA-256 per file, the site file without secrets, readings as CSV, events,
          decisions and line health.
        </p>
        {viewer ? (
          <Notice tone="normal" title="Viewing only">
            Open the operator address to export.
          </Notice>
        ) : null}
        {intent.state.step === 'refused' ? (
          <Notice tone="alarm" live title="No snapshot">
            {intent.state.why}
          </Notice>
        ) : null}
        {cancelled ? (
          <Notice tone="normal" live title="Cancelled">
            Nothing is saved; the program discards what it had collected.
          </Notice>
        ) : null}
        {startedMs === null ? (
          <div>
            <Button type="submit" disabled={!goodMinutes || !goodPerson(who) || viewer}>
              Export snapshot
            </Button>
          </div>
        ) : (
          <Running sinceMs={startedMs} cancel={cancel} />
        )}
      </form>
      {done === null ? null : <Manifest done={done} />}
    </View>
  )
}

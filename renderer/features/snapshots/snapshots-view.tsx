import { Button, Checkbox, Textarea } from '@mantine/core'
import { useRef, useState } from 'react'
import type { TransferProgress } from '../../../shared/api/transfer-client.ts'
import { formatBytes, formatPercent } from '../../format/number.ts'
import { siteNow, useCan } from '../../state/clock.ts'
import { useConnection } from '../../state/connection.ts'
import { useDownload, type Downloaded } from '../../state/download.ts'
import { useIntent } from '../../state/intent.ts'
import { useSettings } from '../../state/settings.ts'
import { saveFile } from '../../ui/download.ts'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, WhoField } from '../../ui/person-fields.tsx'
import { StillMissing } from '../../ui/still-missing.tsx'
import { View } from '../../ui/view.tsx'
import { OpenPanel } from './open-panel.tsx'
import { Preview } from './preview.tsx'
import { WindowFields, windowOf, type WindowDraft } from './snapshot-window.tsx'

const Manifest = ({ done }: { readonly done: Downloaded }) => {
  const { file, blob, isIntact } = done
  return (
    <section className="panel stack" aria-label="Snapshot">
      <h2>
        {file.fileName} <span className="dim">{formatBytes(file.size)}</span>
      </h2>
      {isIntact ? (
        <Mark kind="normal">Arrived whole: its SHA-256 is the one the program stated</Mark>
      ) : (
        <Notice tone="alarm" live title="Not saved">
          What arrived does not have the SHA-256 the program stated. Export it again.
        </Notice>
      )}
      <p className="mono">SHA-256 {file.sha256}</p>
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
            {file.files.map((inner) => (
              <tr key={inner.name}>
                <th scope="row">{inner.name}</th>
                <td className="num">{formatBytes(inner.bytes)}</td>
                <td className="mono">{inner.sha256}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {isIntact ? (
        <div>
          <Button variant="default" onClick={() => saveFile(file.fileName, [blob], file.mediaType)}>
            Save again
          </Button>
        </div>
      ) : null}
    </section>
  )
}

const Running = ({ progress, cancel }: { readonly progress: TransferProgress; readonly cancel: () => void }) => {
  const { text, share, bytes } = progress
  return (
    <Notice
      tone="normal"
      title="Collecting what was measured, found and decided"
      actions={
        <Button variant="default" onClick={cancel}>
          Cancel
        </Button>
      }
    >
      <progress aria-label="Export is running" {...(share === null ? {} : { value: share, max: 1 })} />{' '}
      {share === null ? '' : `${formatPercent(share * 100)} %, `}
      {formatBytes(bytes)} so far: {text}
    </Notice>
  )
}

export const SnapshotsView = () => {
  const [draft, setDraft] = useState<WindowDraft>({ kind: 'last', minutes: 15, fromMs: 0, toMs: 0 })
  const window = windowOf(draft)
  const [note, setNote] = useState('')
  const [comments, setComments] = useState(false)
  const [anonymous, setAnonymous] = useState(false)
  const canExport = useCan('live')
  const [who, setWho] = useState(useSettings.getState().operator)
  const [asked, setAsked] = useState(false)
  const run = useRef(0)
  const intent = useIntent('snapshot.export')
  const viewer = useConnection((state) => state.caller?.role === 'viewer')

  const transfer = useDownload(({ file, blob, isIntact }) => {
    if (isIntact) saveFile(file.fileName, [blob], file.mediaType)
  })
  const start = async () => {
    if (window === null) return
    run.current += 1
    const mine = run.current
    transfer.reset()
    setAsked(true)
    const offered = await intent.send({ ...window, who: who.trim(), note: note.trim(), comments, anonymous })
    if (run.current !== mine) return
    setAsked(false)
    if (offered !== null) transfer.start(offered.ticket)
  }
  const cancel = () => {
    run.current += 1
    setAsked(false)
    transfer.cancel()
    intent.renew()
  }
  const { state } = transfer
  const running: TransferProgress | null =
    state.step === 'running' ? state.progress : asked ? { bytes: 0, text: 'asking for it', share: null } : null
  const refused = intent.state.step === 'refused' ? intent.state.why : state.step === 'failed' ? state.why : null

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
        <WindowFields draft={draft} change={setDraft} nowMs={siteNow} />
        <WhoField value={who} onChange={setWho} />
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
        <Checkbox
          label="Replace names"
          description="Of the site, its circuits, meters, chargers, lines and hosts, and of persons, by numbered ones; ids stay"
          checked={anonymous}
          onChange={(event) => setAnonymous(event.currentTarget.checked)}
        />
        <p className="dim">
          The file holds a signed seal and a SHA-256 of every part, the site file without secrets, the record that can
          be played again, readings as CSV and Parquet, events, decisions, audit and line health.
        </p>
        {window !== null && canExport ? <Preview of={window} /> : null}
        {viewer ? (
          <Notice tone="normal" title="Viewing only">
            Open the operator address to export.
          </Notice>
        ) : null}
        {canExport ? null : (
          <Notice tone="normal" title="A recording is shown">
            Go back to the live site to export a snapshot of it.
          </Notice>
        )}
        {refused === null ? null : (
          <Notice tone="alarm" live title="No snapshot">
            {refused}
          </Notice>
        )}
        {state.step === 'cancelled' ? (
          <Notice tone="normal" live title="Cancelled">
            Nothing is saved; the program collects no more of it.
          </Notice>
        ) : null}
        {running === null ? (
          <div className="row">
            <Button type="submit" disabled={window === null || !goodPerson(who) || viewer || !canExport}>
              Export snapshot
            </Button>
            {viewer || !canExport ? null : (
              <StillMissing
                what={[...(window === null ? ['which time'] : []), ...(goodPerson(who) ? [] : ['who exports it'])]}
              />
            )}
          </div>
        ) : (
          <Running progress={running} cancel={cancel} />
        )}
      </form>
      {state.step === 'done' ? <Manifest done={state.downloaded} /> : null}
      <OpenPanel />
    </View>
  )
}

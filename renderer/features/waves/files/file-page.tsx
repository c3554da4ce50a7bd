import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { WaveFileInfo } from '../../../../shared/api/wave-files-contract.ts'
import { formatBytes } from '../../../format/number.ts'
import { useConnection } from '../../../state/connection.ts'
import { useIntent } from '../../../state/intent.ts'
import { useRead } from '../../../state/read.ts'
import { go, routeTo } from '../../../state/route.ts'
import { Empty, Loading, Notice } from '../../../ui/notice.tsx'
import { CsvMapper } from './csv-mapper.tsx'
import { fileFacts, recordLabel, startText } from './file-words.ts'
import { RecordView } from './record-view.tsx'

const Notes = ({ file }: { readonly file: WaveFileInfo }) =>
  file.notes.length === 0 ? null : (
    <details className="panel" open={file.notes.some(({ severity }) => severity === 'error')}>
      <summary>{file.notes.length === 1 ? 'One note' : `${file.notes.length} notes`} on how it was read</summary>
      <ul className="plain-list">
        {file.notes.map(({ severity, text }) => (
          <li key={text}>
            {severity === 'error' ? <strong>Not as it should be: </strong> : null}
            {text}
          </li>
        ))}
      </ul>
    </details>
  )

const OfRecord = ({
  file,
  files,
  record,
}: {
  readonly file: WaveFileInfo
  readonly files: readonly WaveFileInfo[]
  readonly record: number
}) => {
  const read = useRead('waveFiles.describe', { fileId: file.id, record })
  if (read.step === 'failed')
    return (
      <Notice tone="alarm" live title="This record can’t be shown">
        {read.why}
      </Notice>
    )
  if (read.step === 'loading') return <Loading what="the record" />
  return <RecordView file={file} files={files} place={{ fileId: file.id, record }} facts={read.value} />
}

/** One recording of a file, chosen among those that are open. */
export const FilePage = ({ file, files }: { readonly file: WaveFileInfo; readonly files: readonly WaveFileInfo[] }) => {
  const [record, setRecord] = useState(0)
  const close = useIntent('waveFiles.close')
  const isViewer = useConnection((state) => state.caller?.role === 'viewer')
  const shown = file.records[record]
  const closeIt = async () => {
    const done = await close.send({ fileId: file.id })
    if (done === null) return
    const other = files.find(({ id }) => id !== file.id)
    go(other === undefined ? routeTo('waves') : routeTo('waves', null, { file: other.id }))
  }
  return (
    <>
      <div className="row no-print waves-tools">
        <NativeSelect
          label="Recording"
          value={file.id}
          onChange={(event) => go(routeTo('waves', null, { file: event.currentTarget.value }))}
          data={files.map(({ id, name }) => ({ value: id, label: name }))}
        />
        {file.recordCount > 1 ? (
          <NativeSelect
            label="Record in it"
            value={String(record)}
            onChange={(event) => setRecord(Number(event.currentTarget.value))}
            data={file.records.map((_, number) => ({ value: String(number), label: recordLabel(file, number) }))}
          />
        ) : null}
        <Button variant="default" disabled={isViewer || !close.canSend} onClick={() => void closeIt()}>
          Close {file.name}
        </Button>
        <span className="dim">
          {fileFacts(file)} · {formatBytes(file.bytes)}
          {shown === undefined ? '' : ` · ${startText(shown.wallMs, shown.offsetMinutes)}`}
        </span>
      </div>
      {file.state === 'failed' ? (
        <Notice tone="alarm" live title={`${file.name} can’t be read`}>
          {file.problem}
        </Notice>
      ) : file.state === 'waiting' ? (
        <Empty title={`${file.name} ${file.problem ?? ''}`}>Drop the other file on this window.</Empty>
      ) : file.state === 'reading' ? (
        <Loading what={`${file.name}, which is being read`} />
      ) : (
        <>
          <Notes file={file} />
          {file.csv === null ? null : <CsvMapper key={JSON.stringify(file.csv)} file={file} csv={file.csv} />}
          <OfRecord
            key={`${file.id} ${record} ${JSON.stringify(file.csv)}`}
            file={file}
            files={files}
            record={record}
          />
        </>
      )}
    </>
  )
}

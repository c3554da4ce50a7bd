import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import { functionWord } from '../../../shared/modbus/words.ts'
import type { Framing } from '../../../shared/bus/tape-entry.ts'
import { formatNumber, plural } from '../../format/number.ts'
import { fileTime } from '../../format/time.ts'
import { siteNow } from '../../state/clock.ts'
import { useConnection } from '../../state/connection.ts'
import { download } from '../../state/download.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { copyText } from '../../ui/copy-text.ts'
import { saveFile } from '../../ui/download.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty, Notice } from '../../ui/notice.tsx'
import { checksumWord, filterFrames, frameRows, frameText, noFrameFilter, type FrameRow } from './frame-rows.ts'
import type { TapeView } from './use-tape.ts'

/** Rows drawn at once; the filters reach all, and the exports hold them. */
const mostRows = 250
const tenMinutesMs = 600_000

const Row = ({ row, selected }: { readonly row: FrameRow; readonly selected: boolean }) => {
  const time = useTimeFormat()
  const check = checksumWord(row.said)
  return (
    <tr className={selected ? 'is-selected' : ''} aria-selected={selected}>
      <th scope="row" className="nowrap event-time">
        {time.clock(row.atMs)}.{String(Math.floor(row.atMs % 1000)).padStart(3, '0')}
      </th>
      <td>{row.what}</td>
      <td>
        {row.isFault ? (
          <Mark kind={row.said?.shape === 'exception' ? 'warning' : 'critical'}>{row.words}</Mark>
        ) : (
          row.words
        )}
      </td>
      <td>{check === 'bad' ? <Mark kind="critical">bad</Mark> : check}</td>
      <td className="mono">{row.hex}</td>
    </tr>
  )
}

/** Every frame as it was on the wire with what it says. */
export const FramesPanel = ({
  lineId,
  framing,
  tape,
  seqs,
  clear,
}: {
  readonly lineId: string
  readonly framing: Framing
  readonly tape: TapeView
  /** Frames of the exchange that was chosen on the timeline; null: all. */
  readonly seqs: readonly number[] | null
  readonly clear: () => void
}) => {
  const client = useConnection((state) => state.client)
  const [filter, setFilter] = useState(noFrameFilter)
  const [said, setSaid] = useState<{
    readonly tone: 'normal' | 'alarm'
    readonly title: string
    readonly text: string
  } | null>(null)
  const rows = useMemo(() => frameRows(tape.entries, framing, tape.talk), [tape.entries, tape.talk, framing])
  const chosen = seqs === null ? null : new Set(seqs)
  const shown = filterFrames(rows, filter)
  const units = [...new Set(rows.flatMap((row) => (row.said?.unit == null ? [] : [row.said.unit])))].sort(
    (left, right) => left - right,
  )
  const codes = [
    ...new Set(rows.flatMap((row) => (row.said?.functionCode == null ? [] : [row.said.functionCode]))),
  ].sort((left, right) => left - right)
  const text = () => `${shown.map(frameText).join('\n')}\n`
  const copy = () => {
    const some = chosen === null ? shown : rows.filter(({ seq }) => chosen.has(seq))
    copyText(`${some.map(frameText).join('\n')}\n`).then(
      () => setSaid({ tone: 'normal', title: 'Copied', text: plural(some.length, 'row') }),
      (error: Error) =>
        setSaid({ tone: 'alarm', title: 'Not copied', text: `${error.message}; export as text instead` }),
    )
  }
  const savePcap = () => {
    if (client === null) return
    const isFiltered = filter !== noFrameFilter
    const nowMs = siteNow()
    client
      .call('doctor.exportPcap', {
        lineId,
        fromMs: nowMs - tenMinutesMs,
        toMs: nowMs + 1000,
        seqs: isFiltered ? shown.map(({ seq }) => seq) : null,
      })
      .then(async ({ ticket, packets, how }) => {
        const done = await download(client, ticket)
        if (done?.isIntact !== true) throw new Error('The capture did not arrive whole; export it again')
        saveFile(done.file.fileName, [done.blob], done.file.mediaType)
        return { title: `Saved ${done.file.fileName}, ${plural(packets, 'frame')}`, text: how }
      })
      .then(
        (saved) => setSaid({ tone: 'normal', ...saved }),
        (error: Error) => setSaid({ tone: 'alarm', title: 'No capture', text: error.message }),
      )
  }
  return (
    <section className="panel stack" aria-label="Raw frames">
      <h2>Raw frames</h2>
      <div className="row no-print doctor-filter" role="group" aria-label="Filters">
        <NativeSelect
          label="Unit"
          value={filter.unit}
          onChange={(event) => setFilter({ ...filter, unit: event.currentTarget.value })}
          data={[{ value: '', label: 'All' }, ...units.map((unit) => ({ value: String(unit), label: String(unit) }))]}
        />
        <NativeSelect
          label="Function"
          value={filter.functionCode}
          onChange={(event) => setFilter({ ...filter, functionCode: event.currentTarget.value })}
          data={[
            { value: '', label: 'All' },
            ...codes.map((code) => ({ value: String(code), label: `${code} ${functionWord(code)}` })),
          ]}
        />
        <TextInput
          label="Text"
          placeholder="in words or bytes"
          value={filter.text}
          onChange={(event) => setFilter({ ...filter, text: event.currentTarget.value })}
        />
        <Checkbox
          label="Faults only"
          checked={filter.faultsOnly}
          onChange={(event) => setFilter({ ...filter, faultsOnly: event.currentTarget.checked })}
        />
        <span className="grow" />
        <Button variant="default" onClick={copy}>
          {chosen === null ? 'Copy filtered' : 'Copy exchange'}
        </Button>
        <Button
          variant="default"
          onClick={() => saveFile(`${lineId}-frames-${fileTime(siteNow())}.txt`, [text()], 'text/plain;charset=utf-8')}
        >
          Export text
        </Button>
        <Button variant="default" onClick={savePcap}>
          Export pcap
        </Button>
      </div>
      {said === null ? null : (
        <Notice tone={said.tone} live title={said.title}>
          {said.text}
        </Notice>
      )}
      {seqs === null ? null : (
        <p>
          Only the chosen frames are listed.{' '}
          <button type="button" className="plain-button" onClick={clear}>
            Choose none
          </button>
        </p>
      )}
      {shown.length === 0 ? (
        <Empty title={rows.length === 0 ? 'No frames yet' : 'No frame passes the filters'}>
          {rows.length === 0 ? 'They appear as the line is polled.' : 'Widen them to see more.'}
        </Empty>
      ) : (
        <div className="table-scroll doctor-frames" tabIndex={0} role="region" aria-label="Frames, newest first">
          <table className="table is-dense">
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Way</th>
                <th scope="col">In words</th>
                <th scope="col">
                  {framing === 'mbap' ? 'Check sum' : framing === 'rtu' ? 'CRC' : framing === 'ascii' ? 'LRC' : 'Sum'}
                </th>
                <th scope="col">Bytes</th>
              </tr>
            </thead>
            <tbody>
              {shown
                .filter(({ seq }) => chosen === null || chosen.has(seq))
                .slice(-mostRows)
                .reverse()
                .map((row) => (
                  <Row key={row.seq} row={row} selected={chosen?.has(row.seq) ?? false} />
                ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="print-only">Printed are the newest 40 rows; Export text and Export pcap hold all.</p>
      <p className="dim">
        {shown.length > mostRows
          ? `The newest ${mostRows} of ${formatNumber(shown.length, 0)} rows; `
          : `${plural(shown.length, 'row')}; `}
        the program keeps up to ten minutes for the capture.
        {tape.dropped > 0 ? ` ${formatNumber(tape.dropped, 0)} were left out on the way to this screen.` : ''}
      </p>
    </section>
  )
}

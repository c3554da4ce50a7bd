import { Button } from '@mantine/core'
import { useState } from 'react'
import type { WaveCapture, WaveSourceState } from '../../../shared/api/waves-contract.ts'
import { formatPeriod } from '../../format/duration.ts'
import { formatBytes, formatNumber } from '../../format/number.ts'
import { useConnection } from '../../state/connection.ts'
import { useRead } from '../../state/read.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { saveFile } from '../../ui/download.ts'
import { openFiles } from '../open-files.ts'
import { Notice } from '../../ui/notice.tsx'
import { captureClockText, causeText, keptText } from './wave-words.ts'

const save = (pieces: readonly Uint8Array<ArrayBuffer>[], name: string): void =>
  saveFile(name, [new Blob([...pieces])], 'application/octet-stream')
/** Among the recordings of files: with cursors, spectrum and export like any other. */
const open = (pieces: readonly Uint8Array<ArrayBuffer>[], name: string): void =>
  void openFiles([new File([...pieces], name)])

/** A front end has its own clock: a capture belongs to a moment if it is this close, ms. */
const belongsMs = 5000

/** Captures of a source; `nearMs`: only those that belong to that moment. */
export const WaveCaptures = ({
  sourceId,
  beat,
  isOfMeter = false,
  nearMs,
  kept,
}: {
  readonly sourceId: string
  readonly beat: number
  readonly isOfMeter?: boolean
  readonly nearMs?: number
  readonly kept?: WaveSourceState['kept'] | undefined
}) => {
  const read = useRead('waves.captures', { sourceId }, beat)
  const time = useTimeFormat()
  const client = useConnection((state) => state.client)
  const isViewer = useConnection((state) => state.caller?.role === 'viewer')
  const [failed, setFailed] = useState<string | null>(null)
  const captures = [...(read.value ?? [])]
    .reverse()
    .filter(({ fromMs, toMs }) => nearMs === undefined || (fromMs - belongsMs <= nearMs && nearMs <= toMs + belongsMs))
  const fetched = async (
    { captureId }: WaveCapture,
    take: (pieces: readonly Uint8Array<ArrayBuffer>[], name: string) => void,
  ) => {
    if (client === null) return
    setFailed(null)
    try {
      const pieces: Uint8Array<ArrayBuffer>[] = []
      for await (const { bytes } of client.pull('waves.capture', { sourceId, captureId }))
        pieces.push(new Uint8Array(bytes))
      take(pieces, `${captureId}.tws`)
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <section className="panel stack" aria-label="Captures">
      <h2>
        Captures{' '}
        <span className="dim">
          {isOfMeter
            ? 'sampled by the meter itself'
            : 'sampled; dips, swells and interruptions are captured by themselves'}
        </span>
      </h2>
      {failed === null ? null : (
        <Notice tone="alarm" live title="Not fetched">
          {failed}
        </Notice>
      )}
      {captures.length === 0 ? (
        <p className="dim">
          {nearMs === undefined
            ? 'None is kept yet.'
            : 'None was taken at this moment. Waveforms can capture whenever a finding is raised: the incident begins with one.'}
        </p>
      ) : (
        <div className="table-scroll" tabIndex={0} role="region" aria-label="Kept captures">
          <table className="table is-dense">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Why</th>
                <th scope="col" className="num">
                  Length
                </th>
                <th scope="col" className="num">
                  Samples
                </th>
                <th scope="col">Whole</th>
                <th scope="col">Its clock</th>
                <th scope="col">File</th>
              </tr>
            </thead>
            <tbody>
              {captures.map((capture) => (
                <tr key={capture.captureId}>
                  <th scope="row">{time.dateTime(capture.atMs)}</th>
                  <td>{causeText(capture)}</td>
                  <td className="num">{formatPeriod(capture.toMs - capture.fromMs)}</td>
                  <td className="num">{formatNumber(capture.samples, 0)}</td>
                  <td>{capture.isWhole ? 'yes' : 'no, samples are missing'}</td>
                  <td>{captureClockText(capture)}</td>
                  <td className="row">
                    <Button
                      variant="default"
                      disabled={isViewer}
                      aria-label={`Open the capture of ${time.dateTime(capture.atMs)}, ${causeText(capture)}`}
                      onClick={() => void fetched(capture, open)}
                    >
                      Open
                    </Button>
                    <Button
                      variant="default"
                      aria-label={`Save the capture of ${time.dateTime(capture.atMs)}, ${causeText(capture)}`}
                      onClick={() => void fetched(capture, save)}
                    >
                      Save {formatBytes(capture.bytes)}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {kept === undefined ? null : <p className="dim">{keptText(kept)}</p>}
      {kept === undefined || kept.problem === null ? null : (
        <Notice tone="warn" title="The newest capture is in memory only">
          {kept.problem}. Free space or correct the rights of that folder; it is tried again with the next capture.
        </Notice>
      )}
    </section>
  )
}

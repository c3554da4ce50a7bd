import { Button } from '@mantine/core'
import { useState } from 'react'
import type { WaveCapture } from '../../../shared/api/waves-contract.ts'
import { formatPeriod } from '../../format/duration.ts'
import { formatBytes, formatNumber } from '../../format/number.ts'
import { useConnection } from '../../state/connection.ts'
import { useRead } from '../../state/read.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { saveFile } from '../../ui/download.ts'
import { Notice } from '../../ui/notice.tsx'
import { causeText } from './wave-words.ts'

/** What was captured of a source, newest first, to be saved as it was sampled. */
export const WaveCaptures = ({ sourceId, beat }: { readonly sourceId: string; readonly beat: number }) => {
  const read = useRead('waves.captures', { sourceId }, beat)
  const time = useTimeFormat()
  const client = useConnection((state) => state.client)
  const [failed, setFailed] = useState<string | null>(null)
  const captures = [...(read.value ?? [])].reverse()
  const save = async ({ captureId }: WaveCapture) => {
    if (client === null) return
    setFailed(null)
    try {
      const pieces: Uint8Array<ArrayBuffer>[] = []
      for await (const { bytes } of client.pull('waves.capture', { sourceId, captureId }))
        pieces.push(new Uint8Array(bytes))
      saveFile(`${captureId}.tws`, [new Blob(pieces)], 'application/octet-stream')
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <section className="panel stack" aria-label="Captures">
      <h2>
        Captures <span className="dim">sampled; dips, swells and interruptions are captured by themselves</span>
      </h2>
      {failed === null ? null : (
        <Notice tone="alarm" live title="Not saved">
          {failed}
        </Notice>
      )}
      {captures.length === 0 ? (
        <p className="dim">None is kept yet. They are kept in memory until the program ends.</p>
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
                  <td>
                    <Button
                      variant="default"
                      aria-label={`Save the capture of ${time.dateTime(capture.atMs)}, ${causeText(capture)}`}
                      onClick={() => void save(capture)}
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
    </section>
  )
}

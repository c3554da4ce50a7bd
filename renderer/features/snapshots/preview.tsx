import { Button } from '@mantine/core'
import { useState } from 'react'
import { formatBytes } from '../../format/number.ts'
import { useRead } from '../../state/read.ts'
import type { SnapshotWindow } from './snapshot-window.tsx'

/** What would go into a snapshot, asked for when a person wants to know: for a long time it means reading an hour of every meter. */
export const Preview = ({ of }: { readonly of: SnapshotWindow }) => {
  const [asked, setAsked] = useState<SnapshotWindow | null>(null)
  const preview = useRead('snapshot.preview', asked)
  const isAsked = asked !== null && JSON.stringify(asked) === JSON.stringify(of)
  const shown = isAsked && preview.step === 'ready' ? preview.value : null
  return (
    <div className="stack">
      <div>
        <Button variant="default" onClick={() => setAsked(of)}>
          What goes in
        </Button>
      </div>
      {isAsked && preview.step === 'loading' ? <p className="dim">Looking through the readings…</p> : null}
      {isAsked && preview.step === 'failed' ? <p role="alert">{preview.why}</p> : null}
      {shown === null ? null : (
        <>
          <table className="table" aria-label="What goes into the snapshot">
            <thead>
              <tr>
                <th scope="col">Part</th>
                <th scope="col">What it is</th>
                <th scope="col" className="num">
                  About
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.parts.map(({ name, what, bytes }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{what}</td>
                  <td className="num">{bytes === null ? 'small' : formatBytes(bytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p>Packed, the file will be about {formatBytes(shown.packedBytes)}.</p>
          {shown.remarks.map((remark) => (
            <p key={remark} className="dim">
              {remark}
            </p>
          ))}
        </>
      )}
    </div>
  )
}

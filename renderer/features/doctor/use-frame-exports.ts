import { useState } from 'react'
import { plural } from '../../format/number.ts'
import { fileTime } from '../../format/time.ts'
import { siteNow } from '../../state/clock.ts'
import { useConnection } from '../../state/connection.ts'
import { download } from '../../state/download.ts'
import { copyText } from '../../ui/copy-text.ts'
import { saveFile } from '../../ui/download.ts'
import { frameText, type FrameRow } from './frame-rows.ts'

const tenMinutesMs = 600_000
const textOf = (rows: readonly FrameRow[]): string => `${rows.map(frameText).join('\n')}\n`

interface Said {
  readonly tone: 'normal' | 'alarm'
  readonly title: string
  readonly text: string
}

/** Frames as text or as a capture for other programs; `said` is what came of it. */
export const useFrameExports = (lineId: string) => {
  const client = useConnection((state) => state.client)
  const [said, setSaid] = useState<Said | null>(null)
  return {
    said,
    copy: (rows: readonly FrameRow[]): void => {
      copyText(textOf(rows)).then(
        () => setSaid({ tone: 'normal', title: 'Copied', text: plural(rows.length, 'row') }),
        (error: Error) =>
          setSaid({ tone: 'alarm', title: 'Not copied', text: `${error.message}; export as text instead` }),
      )
    },
    saveText: (rows: readonly FrameRow[]): void =>
      saveFile(`${lineId}-frames-${fileTime(siteNow())}.txt`, [textOf(rows)], 'text/plain;charset=utf-8'),
    /** `seqs`: only these frames; null: all of the last ten minutes. */
    savePcap: (seqs: number[] | null): void => {
      if (client === null) return
      const nowMs = siteNow()
      const range = { fromMs: nowMs - tenMinutesMs, toMs: nowMs + 1000 }
      client
        .call('doctor.exportPcap', { lineId, ...range, seqs })
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
    },
  }
}

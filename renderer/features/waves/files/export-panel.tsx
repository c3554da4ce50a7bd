import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { InputOf } from '../../../../shared/api/define.ts'
import type { waveFilesContract, WaveFileInfo } from '../../../../shared/api/wave-files-contract.ts'
import type { SpanS } from '../../../charts/record-data.ts'
import { savePicture, type PictureKind } from '../../../charts/save-picture.ts'
import { useConnection } from '../../../state/connection.ts'
import { useDownload } from '../../../state/download.ts'
import { useIntent } from '../../../state/intent.ts'
import { useSettings } from '../../../state/settings.ts'
import { saveFile } from '../../../ui/download.ts'
import { Notice } from '../../../ui/notice.tsx'
import { recordLabel } from './file-words.ts'
import type { RecordPlace } from './use-wave-file.ts'

type Format = InputOf<(typeof waveFilesContract)['waveFiles.export']>['format']
const formats: readonly { readonly value: Format; readonly label: string }[] = [
  { value: 'comtrade-1999-binary', label: 'COMTRADE 1999, binary (zip)' },
  { value: 'comtrade-2013-float32', label: 'COMTRADE 2013, float32 (.cff)' },
  { value: 'comtrade-1999-ascii', label: 'COMTRADE 1999, ASCII (zip)' },
  { value: 'csv-comma', label: 'CSV: 1.5 and commas' },
  { value: 'csv-semicolon', label: 'CSV: 1,5 and semicolons' },
  { value: 'csv-tab', label: 'CSV: 1.5 and tabs' },
]
const pictures: readonly { readonly value: PictureKind; readonly label: string }[] = [
  { value: 'png', label: 'Picture, PNG' },
  { value: 'svg', label: 'Picture, SVG' },
]
const isPicture = (value: string): value is PictureKind => value === 'png' || value === 'svg'

/** What is shown as a file: the traces that are drawn, over the time that is drawn. */
export const ExportPanel = ({
  file,
  place,
  chosen,
  span,
  plots,
  caption,
}: {
  readonly file: WaveFileInfo
  readonly place: RecordPlace
  readonly chosen: readonly number[]
  readonly span: SpanS
  /** The element that holds the plots. */
  readonly plots: () => HTMLElement | null
  /** Written below a picture: what it shows, and what kind of truth that is. */
  readonly caption: string
}) => {
  const csvStyle = useSettings((state) => state.csvStyle)
  const [format, setFormat] = useState<string>('comtrade-1999-binary')
  const [failed, setFailed] = useState<string | null>(null)
  const intent = useIntent('waveFiles.export')
  const isViewer = useConnection((state) => state.caller?.role === 'viewer')
  const transfer = useDownload(({ file: made, blob, isIntact }) => {
    if (isIntact) saveFile(made.fileName, [blob], made.mediaType)
    else setFailed('What arrived does not have the SHA-256 the program stated. Export it again.')
  })
  const start = async () => {
    setFailed(null)
    if (isPicture(format)) {
      const element = plots()
      if (element !== null)
        await savePicture(element, `${file.name.replace(/\.[^.]*$/, '')}-plots`, format, [
          `${file.name}, ${recordLabel(file, place.record)}`,
          caption,
        ])
      return
    }
    transfer.reset()
    const offered = await intent.send({ ...place, ...span, traces: [...chosen], format: format as Format })
    if (offered !== null) transfer.start(offered.ticket)
  }
  const why =
    failed ??
    (intent.state.step === 'refused' ? intent.state.why : transfer.state.step === 'failed' ? transfer.state.why : null)
  return (
    <>
      <div className="row no-print waves-tools">
        <NativeSelect
          label="Save what is shown as"
          value={format}
          onChange={(event) => setFormat(event.currentTarget.value)}
          data={[
            ...formats.map((each) =>
              each.value === `csv-${csvStyle}` ? { ...each, label: `${each.label} (your setting)` } : each,
            ),
            ...pictures,
          ]}
        />
        <Button
          variant="default"
          disabled={(isViewer && !isPicture(format)) || chosen.length === 0 || transfer.state.step === 'running'}
          onClick={() => void start()}
        >
          Save
        </Button>
      </div>
      {why === null ? null : (
        <Notice tone="alarm" live title="Not saved">
          {why}
        </Notice>
      )}
    </>
  )
}

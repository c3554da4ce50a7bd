import { useRef } from 'react'
import type { WaveFileInfo } from '../../../../shared/api/wave-files-contract.ts'
import { PhasorDiagram } from '../../../charts/phasor-diagram.tsx'
import { Notice } from '../../../ui/notice.tsx'
import { ExportPanel } from './export-panel.tsx'
import { cursorWords, evidenceOf, nominalWords } from './file-words.ts'
import { RecordPlots } from './record-plots.tsx'
import { RecordSpectrum } from './record-spectrum.tsx'
import { RecordTools } from './record-tools.tsx'
import { RecordValues } from './record-values.tsx'
import { TraceChoice } from './trace-choice.tsx'
import { useRecord } from './use-record.ts'
import type { RecordFacts, RecordPlace } from './use-wave-file.ts'

/** One record of a file: its plots, and beside them what is read off at the cursor. */
export const RecordView = ({
  file,
  files,
  place,
  facts,
}: {
  readonly file: WaveFileInfo
  /** All that are open: one of them can be laid over this one. */
  readonly files: readonly WaveFileInfo[]
  readonly place: RecordPlace
  readonly facts: RecordFacts
}) => {
  const { traces } = facts
  const record = useRecord(place, facts, files)
  const { span, chosen, mode, isPrimary, overlay, pointS, markS, here, there, atS, problem } = record
  const plots = useRef<HTMLDivElement>(null)
  const length = span.toS - span.fromS
  const cycle = nominalWords(facts.nominalHz, facts.nominalFrom)
  const caption = record.panels
    .map(({ title, traces: own }) => `${title}: ${evidenceOf(file, traces[own[0] ?? 0], mode, 1)}`)
    .join('; ')
  return (
    <>
      <RecordTools record={record} hasRatio={traces.some(({ toPrimary }) => toPrimary !== null && toPrimary !== 1)} />
      {overlay === '' ? null : <p className="dim">{record.overlayWords}</p>}
      {problem === null ? null : (
        <Notice tone="warn" live title="Not drawn">
          {problem}
        </Notice>
      )}
      <div className="waves-body">
        <div className="stack" ref={plots}>
          <RecordPlots file={file} facts={facts} record={record} />
          <p className="dim">{cursorWords(pointS, markS, length)}</p>
          <ExportPanel
            file={file}
            place={place}
            chosen={chosen}
            span={span}
            plots={() => plots.current}
            caption={caption}
          />
          <TraceChoice traces={traces} chosen={chosen} choose={record.setChosen} />
        </div>
        <div className="stack">
          <RecordValues traces={traces} chosen={chosen} here={here} there={there} spanS={length} cycle={cycle} />
          <PhasorDiagram phasors={record.phasors} evidence={`sampled, fundamental, ${cycle}`} />
          <RecordSpectrum place={place} traces={traces} chosen={chosen} isPrimary={isPrimary} atS={atS} />
        </div>
      </div>
    </>
  )
}

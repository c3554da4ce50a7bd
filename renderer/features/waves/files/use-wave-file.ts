import { useMemo, useState } from 'react'
import type { OutputOf } from '../../../../shared/api/define.ts'
import type { waveFilesContract, WaveFileInfo } from '../../../../shared/api/wave-files-contract.ts'
import type { WatchedFolder } from '../../../../shared/wave-record/watched-folder.ts'
import { readView, spanWithin, type RecordGroup, type SpanS } from '../../../charts/record-data.ts'
import { useRead, type ReadState } from '../../../state/read.ts'
import { usePaced, useSettled } from '../../../state/settled.ts'
import { useStream } from '../../../state/stream.ts'

type Contract = typeof waveFilesContract
export type RecordFacts = OutputOf<Contract['waveFiles.describe']>

export const useWaveFiles = (): {
  readonly files: readonly WaveFileInfo[] | null
  readonly folders: readonly WatchedFolder[]
  readonly ended: string | null
} => {
  const [list, setList] = useState<OutputOf<Contract['waveFiles.list']> | null>(null)
  const [ended, setEnded] = useState<string | null>(null)
  useStream('waveFiles.list', {}, { frame: setList, ended: setEnded })
  return { files: list?.files ?? null, folders: list?.folders ?? [], ended }
}

export interface RecordPlace {
  readonly fileId: string
  readonly record: number
}
export interface ViewChoice {
  readonly traces: readonly number[]
  readonly mode: 'samples' | 'rms'
  readonly isPrimary: boolean
}

/** More points than a screen has are not seen; half of them again on each side are there before a hand has moved. */
const columns = 2400
const askAfterMs = 60

/** Points around the span that is shown, asked anew when the hand rests. The last picture stays until the next one is here. */
export const useRecordView = (
  { fileId, record }: RecordPlace,
  choice: ViewChoice,
  span: SpanS,
  durationS: number,
): { readonly groups: readonly RecordGroup[]; readonly failed: string | null } => {
  const settled = useSettled(span, askAfterMs)
  const length = settled.toS - settled.fromS
  const wide = spanWithin(settled.fromS - length / 2, length * 2, durationS, length)
  const asked =
    choice.traces.length === 0
      ? null
      : { fileId, record, ...wide, columns, traces: [...choice.traces], mode: choice.mode, isPrimary: choice.isPrimary }
  const read = useRead('waveFiles.view', asked)
  const { value } = read
  const groups = useMemo(() => (value === null ? [] : readView(value)), [value])
  return { groups, failed: read.step === 'failed' ? read.why : null }
}

export type TrackViews = OutputOf<Contract['waveFiles.tracks']>
export const useRecordTracks = (
  { fileId, record }: RecordPlace,
  tracks: readonly number[],
  span: SpanS,
): TrackViews => {
  const settled = useSettled(span, askAfterMs)
  const read = useRead(
    'waveFiles.tracks',
    tracks.length === 0 ? null : { fileId, record, ...settled, tracks: [...tracks] },
  )
  return read.value ?? []
}

/** Values are asked for at most this often while the pointer moves. */
const valuesAfterMs = 90
export type CursorAnswer = OutputOf<Contract['waveFiles.at']>
export const useRecordAt = (
  { fileId, record }: RecordPlace,
  choice: ViewChoice,
  atS: number | null,
): CursorAnswer | null => {
  const settled = usePaced(atS, valuesAfterMs)
  const asked =
    settled === null || choice.traces.length === 0
      ? null
      : { fileId, record, atS: settled, traces: [...choice.traces], isPrimary: choice.isPrimary }
  const { value } = useRead('waveFiles.at', asked)
  return settled === null ? null : value
}

export const useRecordSpectrum = (
  { fileId, record }: RecordPlace,
  trace: number | null,
  isPrimary: boolean,
  atS: number,
): ReadState<OutputOf<Contract['waveFiles.spectrum']>> => {
  const settled = useSettled(atS, 250)
  return useRead('waveFiles.spectrum', trace === null ? null : { fileId, record, atS: settled, trace, isPrimary })
}

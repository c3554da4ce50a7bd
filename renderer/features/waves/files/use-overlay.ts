import { useMemo } from 'react'
import type { WaveFileTrace } from '../../../../shared/api/wave-files-contract.ts'
import type { RecordGroup, SpanS } from '../../../charts/record-data.ts'
import { plural } from '../../../format/number.ts'
import { useRead } from '../../../state/read.ts'
import { matchTraces, shiftedGroups } from './overlay.ts'
import { useRecordView, type RecordPlace } from './use-wave-file.ts'

const nowhere: RecordPlace = { fileId: '-', record: 0 }
const nothing: ReadonlyMap<number, number> = new Map()

export interface Shown {
  readonly traces: readonly WaveFileTrace[]
  readonly chosen: readonly number[]
  readonly triggerS: number | null
  readonly mode: 'samples' | 'rms'
  readonly isPrimary: boolean
}

/** Another recording laid over the one shown: at its trigger where both have one, else at its first sample. Null: none is. */
export const useOverlay = (
  place: RecordPlace | null,
  { traces, chosen, triggerS, mode, isPrimary }: Shown,
  span: SpanS,
): {
  readonly groups: readonly RecordGroup[]
  readonly matches: ReadonlyMap<number, number>
  readonly words: string
} => {
  const facts = useRead('waveFiles.describe', place === null ? null : { ...place })
  const other = place === null ? null : facts.value
  const byTrigger = other?.triggerS != null && triggerS !== null
  const shiftS = other?.triggerS != null && triggerS !== null ? triggerS - other.triggerS : 0
  const matches = useMemo(
    () => (other === null ? nothing : matchTraces(traces, chosen, other.traces)),
    [other, traces, chosen],
  )
  const choice = useMemo(() => ({ traces: [...matches.values()], mode, isPrimary }), [matches, mode, isPrimary])
  const there = useMemo(() => ({ fromS: span.fromS - shiftS, toS: span.toS - shiftS }), [span, shiftS])
  // Without a match nothing is asked for.
  const view = useRecordView(place ?? nowhere, choice, there, Math.max(other?.durationS ?? 0, span.toS - span.fromS))
  const groups = useMemo(
    () => (matches.size === 0 ? [] : shiftedGroups(view.groups, shiftS)),
    [view.groups, matches, shiftS],
  )
  const words =
    facts.step === 'failed'
      ? `Not laid over: ${facts.why}`
      : matches.size === 0
        ? 'It has no trace of the same phase and unit.'
        : `${plural(matches.size, 'trace')} of it laid over, dashed, ${byTrigger ? 'trigger on trigger' : 'first sample on first sample'}.`
  return { groups, matches, words }
}

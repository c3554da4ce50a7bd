import { useCallback, useMemo, useState } from 'react'
import type { WaveFileInfo } from '../../../../shared/api/wave-files-contract.ts'
import type { DrawnPhasor } from '../../../charts/phasor-diagram.tsx'
import type { RecordFrame } from '../../../charts/record-frame.ts'
import { spanWithin, type SpanS } from '../../../charts/record-data.ts'
import { useViewKey } from '../../../state/view-keys.ts'
import { againstFirst } from './against-first.ts'
import { overlayChoices, placeOf, withOverlay } from './overlay.ts'
import { colourOfTrace, firstChoice, panelsOf, seriesOfPanel } from './trace-series.ts'
import { useOverlay } from './use-overlay.ts'
import { useRecordAt, useRecordTracks, useRecordView, type RecordFacts, type RecordPlace } from './use-wave-file.ts'

/** Of a record longer than this its beginning, or its trigger, is shown first: a wave is seen, not a band (editable assumption). */
const firstSpanS = 0.4
/** Tracks drawn at most; those that change come first. */
const mostTracks = 24

const firstSpan = ({ durationS, triggerS, traces }: RecordFacts): SpanS => {
  const isWave = traces.some(({ truth }) => truth === 'sampled')
  if (!isWave || durationS <= firstSpanS * 2) return { fromS: 0, toS: Math.max(durationS, 1e-6) }
  const around = triggerS === null || triggerS < 0 || triggerS > durationS ? 0 : triggerS
  return spanWithin(around - firstSpanS / 4, firstSpanS, durationS, 0)
}

/** Digital channels that are drawn: those that change, where some do. */
const useDrawnTracks = (place: RecordPlace, { tracks }: RecordFacts, span: SpanS) => {
  const numbers = useMemo(() => {
    const changing = tracks.flatMap(({ changes }, number) => (changes > 0 ? [number] : []))
    return (changing.length > 0 ? changing : tracks.map((_, number) => number)).slice(0, mostTracks)
  }, [tracks])
  const views = useRecordTracks(place, numbers, span)
  return useMemo(
    () =>
      views.map((view) => ({
        ...view,
        key: String(view.track),
        name: tracks[view.track]?.name ?? '',
        normal: tracks[view.track]?.normal ?? 0,
      })),
    [views, tracks],
  )
}

const phasorsOf = (traces: RecordFacts['traces'], here: ReturnType<typeof useRecordAt>): readonly DrawnPhasor[] => {
  const turned = againstFirst(here, traces)
  return (here?.traces ?? []).flatMap((value): readonly DrawnPhasor[] => {
    const trace = traces[value.trace]
    const angleDeg = turned(value.angleDeg)
    if (trace === undefined || value.fundamental === null || angleDeg === null) return []
    return [
      {
        key: String(value.trace),
        label: trace.name.slice(0, 8),
        colour: colourOfTrace(trace),
        kind: trace.quantity,
        rms: value.fundamental,
        unit: trace.unit,
        angleDeg,
      },
    ]
  })
}

/** The shortest span, s: eight samples of the fastest trace. */
const leastSpan = ({ traces, durationS }: RecordFacts): number => {
  const rates = traces.flatMap(({ rateHz }) => (rateHz === null ? [] : [rateHz]))
  return Math.min(durationS, rates.length === 0 ? durationS / 1000 : 8 / Math.max(...rates))
}

/** Where values are read: at the cursor, else at the trigger where it is shown, else in the middle. */
const readingPlace = (pointS: number | null, triggerS: number | null, span: SpanS): number => {
  const isTriggerShown = triggerS !== null && triggerS >= span.fromS && triggerS <= span.toS
  return pointS ?? (isTriggerShown ? triggerS : (span.fromS + span.toS) / 2)
}

/** What a person chose to see of a record. */
const useRecordChoice = (facts: RecordFacts) => {
  const [span, setSpan] = useState<SpanS>(() => firstSpan(facts))
  const [chosen, setChosen] = useState<readonly number[]>(() => firstChoice(facts.traces))
  const [mode, setMode] = useState<'samples' | 'rms'>('samples')
  const [isPrimary, setPrimary] = useState(false)
  const [pointS, setPoint] = useState<number | null>(null)
  const [markS, setMark] = useState<number | null>(null)
  const [overlay, setOverlay] = useState('')
  const choice = useMemo(() => ({ traces: chosen, mode, isPrimary }), [chosen, mode, isPrimary])
  useViewKey(
    'y',
    useCallback(() => setMode((before) => (before === 'rms' ? 'samples' : 'rms')), []),
  )
  return {
    ...{ span, setSpan, chosen, setChosen, mode, setMode, isPrimary, setPrimary, choice, overlay, setOverlay },
    ...{ pointS, setPoint, markS, setMark },
  }
}

/** All that is shown of one record of a file. */
export const useRecord = (place: RecordPlace, facts: RecordFacts, files: readonly WaveFileInfo[]) => {
  const { traces, durationS, triggerS } = facts
  const chosenView = useRecordChoice(facts)
  const { span, setSpan, chosen, mode, isPrimary, choice, pointS, setPoint, markS, setMark, overlay } = chosenView
  const { groups: own, failed } = useRecordView(place, choice, span, durationS)
  const over = useOverlay(placeOf(overlay), { traces, chosen, triggerS, mode, isPrimary }, span)
  const groups = useMemo(() => [...own, ...over.groups], [own, over.groups])
  const tracks = useDrawnTracks(place, facts, span)
  const transitions = useMemo(
    () => [...tracks.flatMap(({ changesS }) => changesS), ...[triggerS, markS].filter((at) => at !== null)],
    [tracks, triggerS, markS],
  )
  const atS = readingPlace(pointS, triggerS, span)
  const here = useRecordAt(place, choice, atS)
  const there = useRecordAt(place, choice, markS)
  const panels = useMemo(() => panelsOf(traces, chosen), [traces, chosen])
  const seriesOf = useMemo(
    () => new Map(panels.map((panel) => [panel.key, withOverlay(seriesOfPanel(panel, traces), over.matches)])),
    [panels, traces, over.matches],
  )
  const leastS = leastSpan(facts)
  const moves = { show: setSpan, point: setPoint, mark: setMark }
  const frame: RecordFrame = { span, durationS, leastS, pointS, markS, triggerS, transitions, ...moves }
  return {
    ...chosenView,
    ...{ groups, tracks, atS, here, there, panels, seriesOf, frame },
    overlays: overlayChoices(files, place),
    overlayWords: over.words,
    phasors: phasorsOf(traces, here),
    problem: failed ?? groups.find((group) => group.problem !== null)?.problem ?? null,
  }
}
export type RecordReading = ReturnType<typeof useRecord>

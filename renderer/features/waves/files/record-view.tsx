import { Button, NativeSelect } from '@mantine/core'
import { useCallback, useMemo, useRef, useState } from 'react'
import type { WaveFileInfo } from '../../../../shared/api/wave-files-contract.ts'
import { PhasorDiagram, type DrawnPhasor } from '../../../charts/phasor-diagram.tsx'
import { RecordChart, type RecordFrame } from '../../../charts/record-chart.tsx'
import { secondsText, spanWithin, zoomedSpan, type SpanS } from '../../../charts/record-data.ts'
import { TrackChart } from '../../../charts/track-chart.tsx'
import { useColourScheme } from '../../../state/colour-scheme.ts'
import { useSettings } from '../../../state/settings.ts'
import { useViewKey } from '../../../state/view-keys.ts'
import { Notice } from '../../../ui/notice.tsx'
import { cursorWords, evidenceOf, nominalWords, trackCount } from './file-words.ts'
import { ExportPanel } from './export-panel.tsx'
import { overlayChoices, placeOf, withOverlay } from './overlay.ts'
import { RecordSpectrum } from './record-spectrum.tsx'
import { RecordValues } from './record-values.tsx'
import { TraceChoice } from './trace-choice.tsx'
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
  const { traces, durationS, triggerS } = facts
  const [span, setSpan] = useState<SpanS>(() => firstSpan(facts))
  const [chosen, setChosen] = useState<readonly number[]>(() => firstChoice(traces))
  const [mode, setMode] = useState<'samples' | 'rms'>('samples')
  const [isPrimary, setPrimary] = useState(false)
  const [pointS, setPoint] = useState<number | null>(null)
  const [markS, setMark] = useState<number | null>(null)
  const plots = useRef<HTMLDivElement>(null)
  const colours = `${useColourScheme()} ${useSettings((state) => state.phaseColours)}`
  const choice = useMemo(() => ({ traces: chosen, mode, isPrimary }), [chosen, mode, isPrimary])
  const { groups: own, failed } = useRecordView(place, choice, span, durationS)
  const [overlay, setOverlay] = useState('')
  const over = useOverlay(placeOf(overlay), { traces, chosen, triggerS, mode, isPrimary }, span)
  const groups = useMemo(() => [...own, ...over.groups], [own, over.groups])
  const changing = useMemo(
    () => facts.tracks.flatMap(({ changes }, number) => (changes > 0 ? [number] : [])),
    [facts.tracks],
  )
  const trackNumbers = useMemo(
    () => (changing.length > 0 ? changing : facts.tracks.map((_, number) => number)).slice(0, mostTracks),
    [changing, facts.tracks],
  )
  const trackViews = useRecordTracks(place, trackNumbers, span)
  const drawnTracks = useMemo(
    () =>
      trackViews.map((view) => ({
        ...view,
        key: String(view.track),
        name: facts.tracks[view.track]?.name ?? '',
        normal: facts.tracks[view.track]?.normal ?? 0,
      })),
    [trackViews, facts.tracks],
  )
  const transitions = useMemo(
    () => [
      ...drawnTracks.flatMap(({ changesS }) => changesS),
      ...(triggerS === null ? [] : [triggerS]),
      ...(markS === null ? [] : [markS]),
    ],
    [drawnTracks, triggerS, markS],
  )
  const atS =
    pointS ??
    (triggerS !== null && triggerS >= span.fromS && triggerS <= span.toS ? triggerS : (span.fromS + span.toS) / 2)
  const here = useRecordAt(place, choice, atS)
  const there = useRecordAt(place, choice, markS)
  const panels = useMemo(() => panelsOf(traces, chosen), [traces, chosen])
  const seriesOf = useMemo(
    () => new Map(panels.map((panel) => [panel.key, withOverlay(seriesOfPanel(panel, traces), over.matches)])),
    [panels, traces, over.matches],
  )
  const rates = traces.flatMap(({ rateHz }) => (rateHz === null ? [] : [rateHz]))
  const leastS = Math.min(durationS, rates.length === 0 ? durationS / 1000 : 8 / Math.max(...rates))
  useViewKey(
    'y',
    useCallback(() => setMode((before) => (before === 'rms' ? 'samples' : 'rms')), []),
  )
  const frame: RecordFrame = {
    span,
    durationS,
    leastS,
    pointS,
    markS,
    triggerS,
    transitions,
    show: setSpan,
    point: setPoint,
    mark: setMark,
  }
  const length = span.toS - span.fromS
  const hasRatio = traces.some(({ toPrimary }) => toPrimary !== null && toPrimary !== 1)
  const phasors = (here?.traces ?? []).flatMap((value): readonly DrawnPhasor[] => {
    const trace = traces[value.trace]
    if (trace === undefined || value.fundamental === null || value.angleDeg === null) return []
    return [
      {
        key: String(value.trace),
        label: trace.name.slice(0, 8),
        colour: colourOfTrace(trace),
        kind: trace.quantity,
        rms: value.fundamental,
        unit: trace.unit,
        angleDeg: value.angleDeg,
      },
    ]
  })
  const overlays = overlayChoices(files, place)
  const cycle = nominalWords(facts.nominalHz, facts.nominalFrom)
  const problem = failed ?? groups.find((group) => group.problem !== null)?.problem ?? null
  return (
    <>
      <div className="row no-print waves-tools">
        <NativeSelect
          label="Values"
          value={mode}
          onChange={(event) => setMode(event.currentTarget.value as 'samples' | 'rms')}
          data={[
            { value: 'samples', label: 'as recorded' },
            { value: 'rms', label: 'one-cycle RMS' },
          ]}
        />
        {hasRatio ? (
          <NativeSelect
            label="Side"
            value={isPrimary ? 'primary' : 'recorded'}
            onChange={(event) => setPrimary(event.currentTarget.value === 'primary')}
            data={[
              { value: 'recorded', label: 'as recorded' },
              { value: 'primary', label: 'primary' },
            ]}
          />
        ) : null}
        {overlays.length === 0 ? null : (
          <NativeSelect
            label="Laid over it"
            value={overlay}
            onChange={(event) => setOverlay(event.currentTarget.value)}
            data={[{ value: '', label: 'nothing' }, ...overlays]}
          />
        )}
        <Button variant="default" onClick={() => setSpan(zoomedSpan(span, atS, 0.5, durationS, leastS))}>
          Zoom in
        </Button>
        <Button variant="default" onClick={() => setSpan(zoomedSpan(span, atS, 2, durationS, leastS))}>
          Zoom out
        </Button>
        <Button variant="default" onClick={() => setSpan({ fromS: 0, toS: Math.max(durationS, leastS) })}>
          All of it
        </Button>
        <span className="dim" role="status">
          {secondsText(span.fromS, length)} to {secondsText(span.toS, length)} of {secondsText(durationS, durationS)}
        </span>
      </div>
      {overlay === '' ? null : <p className="dim">{over.words}</p>}
      {problem === null ? null : (
        <Notice tone="warn" live title="Not drawn">
          {problem}
        </Notice>
      )}
      <div className="waves-body">
        <div className="stack" ref={plots}>
          {panels.map((panel) => {
            const group = groups.find((each) => panel.traces.some((trace) => each.traces.has(trace)))
            const first = traces[panel.traces[0] ?? 0]
            return (
              <RecordChart
                key={panel.key}
                title={panel.title}
                unit={panel.unit}
                series={seriesOf.get(panel.key) ?? []}
                groups={groups}
                evidence={evidenceOf(file, first, mode, group?.samplesEach ?? 1)}
                frame={frame}
                height={panels.length > 2 ? 170 : 208}
                isRms={mode === 'rms'}
                colours={colours}
              />
            )
          })}
          {drawnTracks.length === 0 ? null : (
            <figure className="strip panel" aria-label="Digital channels">
              <div className="strip-head">
                <h2>
                  Digital channels <span className="dim">{trackCount(drawnTracks.length, facts.tracks.length)}</span>
                </h2>
                <span className="dim">a bar: not in the normal state</span>
              </div>
              <TrackChart tracks={drawnTracks} frame={frame} colours={colours} />
            </figure>
          )}
          <p className="dim">{cursorWords(pointS, markS, length)}</p>
          <ExportPanel
            file={file}
            place={place}
            chosen={chosen}
            span={span}
            plots={() => plots.current}
            caption={panels
              .map(({ title, traces: own }) => `${title}: ${evidenceOf(file, traces[own[0] ?? 0], mode, 1)}`)
              .join('; ')}
          />
          <TraceChoice traces={traces} chosen={chosen} choose={setChosen} />
        </div>
        <div className="stack">
          <RecordValues traces={traces} chosen={chosen} here={here} there={there} spanS={length} cycle={cycle} />
          <PhasorDiagram phasors={phasors} evidence={`fundamental, ${cycle}`} />
          <RecordSpectrum place={place} traces={traces} chosen={chosen} isPrimary={isPrimary} atS={atS} />
        </div>
      </div>
    </>
  )
}

import type { WaveFileInfo } from '../../../../shared/api/wave-files-contract.ts'
import { RecordChart } from '../../../charts/record-chart.tsx'
import { TrackChart } from '../../../charts/track-chart.tsx'
import { useColourScheme } from '../../../state/colour-scheme.ts'
import { useSettings } from '../../../state/settings.ts'
import { evidenceOf, trackCount } from './file-words.ts'
import type { RecordReading } from './use-record.ts'
import type { RecordFacts } from './use-wave-file.ts'

/** A plot for each kind of value, and the digital channels below them. */
export const RecordPlots = ({
  file,
  facts,
  record,
}: {
  readonly file: WaveFileInfo
  readonly facts: RecordFacts
  readonly record: RecordReading
}) => {
  const colours = `${useColourScheme()} ${useSettings((state) => state.phaseColours)}`
  const { panels, groups, seriesOf, mode, frame, tracks } = record
  return (
    <>
      {panels.map((panel) => {
        const group = groups.find((each) => panel.traces.some((trace) => each.traces.has(trace)))
        const first = facts.traces[panel.traces[0] ?? 0]
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
      {tracks.length === 0 ? null : (
        <figure className="strip panel" aria-label="Digital channels">
          <div className="strip-head">
            <h2>
              Digital channels <span className="dim">{trackCount(tracks.length, facts.tracks.length)}</span>
            </h2>
            <span className="dim">a bar: not in the normal state</span>
          </div>
          <TrackChart tracks={tracks} frame={frame} colours={colours} />
        </figure>
      )}
    </>
  )
}

import type { PlotSeries } from './plot.ts'
import type { RecordGroup, SpanS } from './record-data.ts'

/** Cursors and span that all plots of a recording have in common, seconds from its first sample. */
export interface RecordFrame {
  readonly span: SpanS
  readonly durationS: number
  /** A shorter span shows nothing more. */
  readonly leastS: number
  readonly pointS: number | null
  readonly markS: number | null
  readonly triggerS: number | null
  /** Where a digital channel changes: the cursor snaps to them. */
  readonly transitions: readonly number[]
  readonly show: (span: SpanS) => void
  readonly point: (s: number | null) => void
  readonly mark: (s: number | null) => void
}

export interface RecordChartProps {
  readonly title: string
  readonly unit: string
  /** `key` is the trace's number. */
  readonly series: readonly PlotSeries[]
  readonly groups: readonly RecordGroup[]
  /** "sampled by ..., 10 kS/s": what kind of truth this is. */
  readonly evidence: string
  readonly frame: RecordFrame
  readonly height: number
  /** RMS values: the scale begins at zero. */
  readonly isRms: boolean
  /** Changes with theme and phase colours. */
  readonly colours: string
}

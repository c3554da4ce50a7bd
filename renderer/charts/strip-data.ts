import uPlot from 'uplot'
import { own } from '../../shared/own.ts'
import { formatScaled, type Scale } from '../format/quantity.ts'
import { minusMark } from '../format/number.ts'
import type { PlotSeries } from './plot.ts'
import { nearestIndex, type TraceBuffer, type TraceColumns } from './trace-buffer.ts'

/** Traces of one meter in a strip; the compared one has a name and broken lines. */
export interface StripTraces {
  readonly name: string | null
  readonly series: readonly PlotSeries[]
  readonly buffer: TraceBuffer
}

const aligned = ({ series, buffer }: StripTraces): uPlot.AlignedData => {
  const { atMs, columns } = buffer.data()
  return [atMs as number[], ...series.map(({ key }) => (own(columns, key) ?? []) as (number | null)[])]
}

/** All traces over one time axis. Two meters are read at other times: a time that one lacks is bridged, a gap stays a gap. */
export const plotData = (traces: readonly StripTraces[]): uPlot.AlignedData => {
  const tables = traces.map(aligned).filter(([times]) => times.length > 0)
  const [first] = tables
  if (first === undefined) return [[], ...traces.flatMap(({ series }) => series.map(() => []))]
  return traces.length === 1 ? first : uPlot.join(traces.map(aligned))
}

/** The sample nearest to a time, and its own time; null where there is none. */
export const sampleAt = (data: TraceColumns, key: string, atMs: number | null): number | null => {
  if (atMs === null) return null
  const index = nearestIndex(data.atMs, atMs)
  return index === null ? null : (own(data.columns, key)?.[index] ?? null)
}

/** A difference with its sign: "+1.2", "−0.4", "0.0"; "?" where one side has no value. */
export const differenceText = (from: number | null, to: number | null, scale: Scale): string => {
  if (from === null || to === null) return '?'
  const text = formatScaled(to - from, scale)
  return text.startsWith(minusMark) || /^[0.\u202f]*$/.test(text) ? text : `+${text}`
}

import { quantityUnit, scaleOf, type Scale } from '../format/quantity.ts'
import type { PlotSeries } from './plot.ts'
import { steadyRange } from './steady-range.ts'
import { sampleAt, type StripTraces } from './strip-data.ts'
import { shownRange, type StripView, type StripWindow } from './strip-view.ts'
import { summarise } from './summary.ts'
import { windowOf, type TraceColumns } from './trace-buffer.ts'

const nothing: TraceColumns = { atMs: [], columns: {} }

/** What a strip says in words and numbers of the time it shows. */
export interface StripReading {
  readonly range: { readonly fromMs: number; readonly toMs: number }
  readonly series: readonly PlotSeries[]
  /** Of each trace what is shown. */
  readonly data: readonly TraceColumns[]
  readonly rows: ReturnType<typeof summarise>
  readonly scale: Scale
  /** The cursor stands in what is shown; else the newest is read. */
  readonly isPointed: boolean
  readonly at: number
  readonly now: readonly (number | null)[]
  /** At the second cursor. */
  readonly before: readonly (number | null)[]
  readonly values: (ms: number | null) => readonly (number | null)[]
}

const scaleFor = (rows: StripReading['rows'], key: string): Scale => {
  const known = rows.filter(({ min }) => min !== null)
  const [low, high] = steadyRange(
    known.length === 0 ? null : Math.min(...known.map(({ min }) => min ?? 0)),
    known.length === 0 ? null : Math.max(...known.map(({ max }) => max ?? 0)),
    quantityUnit(key),
  )
  return scaleOf(key, Math.max(Math.abs(low), Math.abs(high)))
}

export const readStrip = (
  traces: readonly StripTraces[],
  series: readonly PlotSeries[],
  shown: StripWindow,
  view: StripView,
): StripReading => {
  const { cursorMs, markMs } = view
  const range = shownRange(traces, shown, view)
  const { fromMs, toMs } = range
  const data = traces.map((entry) => windowOf(entry.buffer.data(), fromMs, toMs))
  const rows = traces.flatMap((entry, index) => summarise(data[index] ?? nothing, entry.series))
  const inside = cursorMs !== null && cursorMs >= fromMs && cursorMs <= toMs ? cursorMs : null
  const values = (ms: number | null): readonly (number | null)[] =>
    traces.flatMap((entry, index) => entry.series.map(({ key }) => sampleAt(data[index] ?? nothing, key, ms)))
  return {
    range,
    series,
    data,
    rows,
    scale: scaleFor(rows, series[0]?.key ?? ''),
    isPointed: inside !== null,
    at: inside ?? toMs,
    now: inside === null ? rows.map(({ last }) => last) : values(inside),
    before: values(markMs),
    values,
  }
}

import type { TimeFormat } from '../format/time.ts'
import type { PlotActs } from './plot.ts'
import type { StripTraces } from './strip-data.ts'
import type { TimeRange } from './time-range.ts'

/** What part of the time is shown: the last `windowMs` up to now or, while paused, up to `untilMs`. */
export interface StripWindow {
  readonly windowMs: number
  readonly untilMs: number | null
}

/** What every strip of a page shares: the cursors, the zoom, and what a person does with them. */
export interface StripView {
  readonly cursorMs: number | null
  readonly markMs: number | null
  readonly zoom: TimeRange | null
  readonly acts: PlotActs & { readonly mark: (atMs: number | null) => void }
  /** The program's time now, and when this is drawn. */
  readonly now: () => number
  readonly time: TimeFormat
  /** Changes when theme or phase colours do: the canvas must be drawn again. */
  readonly colours: string
}

/** The time a strip shows: the zoom, else its window up to the newest sample, now, or where it was paused. */
export const shownRange = (
  traces: readonly StripTraces[],
  { windowMs, untilMs }: StripWindow,
  view: StripView,
): TimeRange => {
  if (view.zoom !== null) return view.zoom
  const last = Math.max(...traces.map(({ buffer }) => buffer.data().atMs.at(-1) ?? -Infinity))
  // A meter that fell silent must not freeze the picture: without samples the axis goes on with the clock.
  const toMs = untilMs ?? Math.max(last, view.now() - 2000)
  return { fromMs: toMs - windowMs, toMs }
}

import { create } from 'zustand'

/** One time cursor, one mark it is compared with, and one zoom for every chart; epoch milliseconds. */
interface CursorState {
  readonly atMs: number | null
  /** The second cursor: differences are counted from here; null: not set. */
  readonly markMs: number | null
  readonly zoom: { readonly fromMs: number; readonly toMs: number } | null
}
export const useCursor = create<CursorState>(() => ({ atMs: null, markMs: null, zoom: null }))

export const pointAt = (atMs: number | null): void => {
  if (useCursor.getState().atMs !== atMs) useCursor.setState({ atMs })
}
export const markAt = (markMs: number | null): void => useCursor.setState({ markMs })
export const zoomTo = (fromMs: number, toMs: number): void => {
  // Below 100 ms there are no polled samples to tell apart: such a drag was a click.
  if (toMs - fromMs >= 100) useCursor.setState({ zoom: { fromMs, toMs } })
}
export const unzoom = (): void => useCursor.setState({ zoom: null })

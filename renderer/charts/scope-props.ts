import type { PlotSeries } from './plot.ts'
import type { ScopeBuffer } from './scope-data.ts'
import type { ScopeLayers } from './scope-layers.ts'

/** Cursors in ms against the trigger, shared by the scopes of a view. */
export interface ScopeCursors {
  readonly pointMs: number | null
  readonly markMs: number | null
  readonly point: (ms: number | null) => void
  readonly mark: (ms: number | null) => void
}

export interface ScopeChartProps {
  readonly title: string
  readonly unit: 'V' | 'A'
  /** `key` is the channel's name. */
  readonly series: readonly PlotSeries[]
  readonly buffer: ScopeBuffer
  /** What is shown, ms against the trigger. */
  readonly fromMs: number
  readonly toMs: number
  /** The trigger's level where it is of this scope. */
  readonly level: number | null
  /** "sampled, 10 kS/s": what kind of truth this is. */
  readonly evidence: string
  readonly cursors: ScopeCursors
  readonly layers: ScopeLayers
  /** Factor of the shown time, 0.5 shows half of it; where on the screen it stays put, ms. */
  readonly zoom: (factor: number, aroundMs: number) => void
  /** Moves what is shown by so many ms; null: a live picture doesn't move. */
  readonly pan: ((byMs: number) => void) | null
  readonly height: number
  /** Changes with theme and phase colours, so that the plot is drawn anew. */
  readonly colours: string
}

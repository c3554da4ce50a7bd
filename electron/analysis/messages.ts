import type { StillRequest, WaveView, WaveViewRequest } from '../../shared/wave/draw-wave.ts'
import type { WaveLook, WaveLookRequest } from '../../shared/wave/ring-record.ts'
import type { WaveBlock } from '../../shared/wave/wave-block.ts'
import type { CaptureCause, CaptureSummary, WaveObservation } from '../../shared/wave/wave-observation.ts'
import type { LevelTrigger } from '../../shared/wave/wave-trigger.ts'
import type { SourceSettings } from './source-analysis.ts'

/** What the analysis is asked; each answer goes by the name of its question. */
export interface Questions {
  readonly view: { readonly input: WaveViewRequest; readonly answer: WaveView | null }
  /** Null: it has left the memory. */
  readonly still: { readonly input: StillRequest; readonly answer: WaveView | null }
  readonly look: { readonly input: WaveLookRequest; readonly answer: WaveLook | null }
  /** Null: nothing comes from this source, or a capture is already being taken. */
  readonly captureNow: { readonly input: CaptureCause; readonly answer: string | null }
  readonly setTrigger: { readonly input: LevelTrigger | null; readonly answer: null }
  readonly captures: { readonly input: null; readonly answer: readonly CaptureSummary[] }
  readonly captureBytes: { readonly input: string; readonly answer: Uint8Array | null }
}
export type QuestionName = keyof Questions

export type ToAnalysis =
  /** The arrays of the block are handed over, not copied. */
  | { readonly kind: 'block'; readonly block: WaveBlock }
  | { readonly kind: 'ended'; readonly source: string }
  | {
      readonly kind: 'ask'
      readonly id: number
      readonly source: string
      readonly name: QuestionName
      readonly input: unknown
    }

export type FromAnalysis =
  | { readonly kind: 'ready' }
  /** A block is done: whoever sent it may send another. */
  | { readonly kind: 'taken'; readonly source: string; readonly bytes: number }
  | { readonly kind: 'observations'; readonly observations: readonly WaveObservation[] }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly why: string }

export interface AnalysisSettings {
  readonly sources: readonly SourceSettings[]
}

export const bytesOf = (block: WaveBlock): number => block.channels.reduce((sum, { byteLength }) => sum + byteLength, 0)

/** What the core needs of sampling front ends: their connections and the analysis of what they send. `io/wave` implements it. */
import type { StillRequest, WaveView, WaveViewRequest } from '../../../shared/wave/draw-wave.ts'
import type { WaveLook, WaveLookRequest } from '../../../shared/wave/ring-record.ts'
import type { WaveDescription } from '../../../shared/wave/wave-block.ts'
import type { WaveCounts } from '../../../shared/wave/wave-decoder.ts'
import type { CaptureCause, CaptureSummary, WaveObservation } from '../../../shared/wave/wave-observation.ts'
import type { LevelTrigger } from '../../../shared/wave/wave-trigger.ts'
import type { Stop } from '../ports.ts'

/** One connection to one front end. Times are this computer's, UTC epoch ms. */
export interface WaveSourceHealth {
  readonly state: 'connecting' | 'connected' | 'disconnected' | 'closed'
  /** What, where and what to do; null: nothing is wrong. */
  readonly problem: string | null
  readonly reconnects: number
  readonly lastFrameMs: number | null
  /** What the front end says of itself; null: it has said nothing yet. */
  readonly description: WaveDescription | null
  /** Over all connections since the start. */
  readonly counts: WaveCounts
  /** Samples a second of each channel by this computer's clock, over the last seconds; null: not yet known. */
  readonly samplesPerS: number | null
  /** The newest time stamp against this computer's clock when it came, ms: the front end's clock error and the delay together. */
  readonly stampAgainstClockMs: number | null
  /** Handed to the analysis and not yet done. */
  readonly waitingBytes: number
  /** Samples of each channel that came while no analysis was there. */
  readonly notAnalysed: number
}

export interface WaveAnalysisHealth {
  readonly state: 'starting' | 'running' | 'down' | 'closed'
  readonly problem: string | null
  readonly restarts: number
}

/** What happened to a connection or to the analysis: data; the history's row of it has its sentence from shared/said/wave-events.ts. */
export type WaveNotice =
  | { readonly kind: 'connected'; readonly source: string; readonly where: string }
  | { readonly kind: 'lost'; readonly source: string; readonly problem: string }
  | { readonly kind: 'described'; readonly source: string; readonly description: WaveDescription }
  | { readonly kind: 'analysis-down'; readonly why: string; readonly againInMs: number }
  | { readonly kind: 'analysis-back'; readonly restarts: number }

/** `ok: false`: the analysis is not there just now, or does not know; why is for a person. */
export type WaveAnswer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string }

/** All wave sources of a site and their analysis. Never throws and never rejects. */
export interface WaveField {
  start(): void
  stop(): Promise<void>
  health(source: string): WaveSourceHealth | null
  analysis(): WaveAnalysisHealth
  onObservation(listener: (observation: WaveObservation) => void): Stop
  onNotice(listener: (notice: WaveNotice) => void): Stop
  /** The newest samples as a picture; null: nothing has come yet. */
  view(source: string, request: WaveViewRequest): Promise<WaveAnswer<WaveView | null>>
  /** A stretch that has passed; null: it has left the memory. */
  still(source: string, request: StillRequest): Promise<WaveAnswer<WaveView | null>>
  /** Values, phasors, spectrum at one time; null: there are no samples of it. */
  look(source: string, request: WaveLookRequest): Promise<WaveAnswer<WaveLook | null>>
  /** Null takes no more captures by level. It holds until the program ends. */
  setTrigger(source: string, trigger: LevelTrigger | null): Promise<WaveAnswer<null>>
  /** Around now; null: nothing comes, or a capture is already being taken. */
  captureNow(source: string, cause: CaptureCause): Promise<WaveAnswer<string | null>>
  captures(source: string): Promise<WaveAnswer<readonly CaptureSummary[]>>
  /** A capture in the bytes of assets/waves/README.md; null: it is not kept any more. */
  captureBytes(source: string, captureId: string): Promise<WaveAnswer<Uint8Array | null>>
}

export interface WaveSourceSettings {
  readonly source: string
  readonly host: string
  readonly port: number
  readonly nominalHz: number
  /** Declared voltage, line to neutral, V. */
  readonly udinV: number
}

/** Opens nothing before `start`. */
export type OpenWaves = (sources: readonly WaveSourceSettings[]) => WaveField

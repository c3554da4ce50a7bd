import type { VoltageEvent } from '../electrical/voltage-event.ts'
import type { Inrush } from '../power-quality/inrush.ts'
import type { QualityRow } from '../power-quality/quality-row.ts'
import type { RapidChange } from '../power-quality/rapid-change.ts'
import type { WaveBreak, WaveUnit } from './wave-block.ts'

/** Why a capture was taken. */
export type CaptureCause =
  | { readonly kind: 'by-hand' }
  | { readonly kind: 'level'; readonly channel: string; readonly level: number; readonly edge: 'rising' | 'falling' }
  | { readonly kind: 'voltage-event'; readonly event: VoltageEvent['kind'] }
  /** A finding of the site was raised just then. */
  | { readonly kind: 'finding'; readonly title: string }
  | { readonly kind: 'inrush'; readonly channel: string }
  /** Something tripped, or seems to have: from before that moment (UTC), which was noticed later, up to when it was noticed. */
  | { readonly kind: 'incident'; readonly incidentId: string; readonly atMs: number; readonly what: string }
  /** The meter itself took it, and it was read from there: how its rate is known, and whether the meter said when it was. */
  | { readonly kind: 'meter'; readonly rateFrom: string; readonly hasTime: boolean }

/** Half-cycle values of one channel in a tenth of a second. */
export interface FoldedRms {
  readonly name: string
  readonly unit: WaveUnit
  /** Of those that are known: lowest, highest, and the root of the mean of the squares; null: none is. */
  readonly low: number | null
  readonly high: number | null
  readonly rms: number | null
  readonly known: number
  readonly unknown: number
}

export interface CaptureSummary {
  readonly captureId: string
  readonly source: string
  readonly cause: CaptureCause
  /** Where it was triggered, and what it covers: UTC by the front end's clock, epoch ms. */
  readonly atMs: number
  readonly fromMs: number
  readonly toMs: number
  readonly samples: number
  readonly bytes: number
  /** False: the stream ended or broke before all of it was there. */
  readonly isWhole: boolean
  /** How its times can be wrong; missing: not told, as in captures of before. */
  readonly clock?: CaptureClock | undefined
}

/** The clock that dates a capture, against this computer's when it was taken or read. */
export interface CaptureClock {
  /** Ahead of this computer's, ms; null: it was never compared. */
  readonly aheadMs: number | null
  /** How far that can be wrong, ms; null: not known. */
  readonly uncertaintyMs: number | null
  /** Its times have been moved by it. */
  readonly isCorrected: boolean
}

/**
 * What the analysis of sampled voltages and currents says: a closed union. Times are UTC by the front end's clock, epoch ms. All of it
 * is "sampled"; it stands beside polled RMS, never among it.
 */
export type WaveObservation =
  /** One-cycle RMS, refreshed every half cycle (IEC 61000-4-30, Urms(1/2)), folded to at most ten a second. */
  | {
      readonly kind: 'rms'
      readonly source: string
      readonly fromMs: number
      readonly toMs: number
      readonly channels: readonly FoldedRms[]
    }
  /** Whole cycles of a window; null: not every crossing was seen. */
  | {
      readonly kind: 'frequency'
      readonly source: string
      readonly fromMs: number
      readonly toMs: number
      readonly cycles: number
      readonly hz: number | null
    }
  /** A dip, swell or interruption that began (toMs null), ended, or was cut by lost samples. */
  | { readonly kind: 'voltage-event'; readonly source: string; readonly event: VoltageEvent }
  | {
      readonly kind: 'trigger'
      readonly source: string
      readonly atMs: number
      readonly captureId: string
      readonly cause: CaptureCause
    }
  | ({ readonly kind: 'captured' } & CaptureSummary)
  /** What a basic window or a longer interval gave (IEC 61000-4-30). */
  | { readonly kind: 'quality'; readonly source: string; readonly row: QualityRow }
  | { readonly kind: 'rapid-change'; readonly source: string; readonly change: RapidChange }
  | { readonly kind: 'inrush-began'; readonly source: string; readonly channel: string; readonly atMs: number }
  | { readonly kind: 'inrush'; readonly source: string; readonly inrush: Inrush }
  /** Samples do not follow those before, and why. */
  | { readonly kind: 'break'; readonly source: string; readonly atMs: number; readonly break: WaveBreak }

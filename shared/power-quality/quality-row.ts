import type { QualityScheme } from './quality-columns.ts'

/** Basic window (10 or 12 cycles), 150 or 180 cycles, ten minutes, two hours. */
export type QualityLength = 'window' | '3s' | '10min' | '2h'

export interface FlickerNow {
  readonly channel: string
  readonly pinst: number
  /** Pst of what has passed of the ten minutes; null while the flickermeter settles, or little has passed. */
  readonly pstSoFar: number | null
  readonly soFarS: number
}

/** What one interval gives, of one source; times are UTC by the front end's clock, epoch ms. */
export interface QualityRow {
  readonly source: string
  readonly length: QualityLength
  readonly fromMs: number
  readonly toMs: number
  /** Basic windows in it, how many of them are flagged, and how much time they cover. */
  readonly windows: number
  readonly flagged: number
  readonly coveredMs: number
  readonly scheme: QualityScheme
  /** In the order of `columnsOf(scheme)`; NaN where a value is not known. */
  readonly values: Float64Array
  /** Of ten minutes and two hours: lowest and highest basic window of RMS values, by column. */
  readonly extremes: Readonly<Record<string, readonly [low: number, high: number]>>
  /** Of ten minutes: the power frequency of each 10 s in it; null: not every crossing was seen. */
  readonly tenSecondsHz: readonly (number | null)[]
  readonly flicker: readonly FlickerNow[]
}

import type { Fold } from '../wave-record/fold.ts'
import type { FileNote } from '../wave-record/wave-record.ts'
import type { TrackChanges } from './track-changes.ts'
import type { TimedSamples } from './time-stamps.ts'

/** What one walk over the data leaves: how to read them again, their lowest and highest, where tracks change, when each sample was. */
export interface ScannedData {
  readonly count: number
  /** Raw values of some channels, NaN where one is missing. */
  readonly readRaw: (channels: readonly number[], from: number, to: number) => readonly Float64Array[]
  /** Of raw values. */
  readonly folds: readonly Fold[]
  readonly tracks: TrackChanges
  readonly times: TimedSamples
  /** Of the first and last row as they number themselves; null: no row. */
  readonly numbers: readonly [number, number] | null
  readonly notes: readonly FileNote[]
}

import type { Fold } from './fold.ts'
import type { Timebase } from './timebase.ts'

/**
 * What a file of a recorder holds, whatever its format. Values are in the unit the file states, NaN where one is missing. Nothing here
 * is mixed with what this program samples or polls: every record says how it is known.
 */

/** How the values came about, as far as the file tells. */
export type RecordTruth =
  /** Instantaneous values as a recorder sampled them. */
  | 'sampled'
  /** RMS values over time, as a recorder or a meter formed them. */
  | 'rms'
  /** Values over intervals: means, lowest, highest. */
  | 'trend'
  /** Of a record: its traces differ; each says its own. */
  | 'mixed'
  /** The file does not tell. */
  | 'unknown'

/** Samples with times in common. */
export interface SampleGroup {
  readonly timebase: Timebase
  /** Of some traces of the group, by their number in it, from a sample to before another; new arrays. */
  readonly read: (traces: readonly number[], from: number, to: number) => readonly Float64Array[]
  /** By the traces' numbers in the group. */
  readonly folds: readonly Fold[]
}

export interface Trace {
  readonly name: string
  readonly unit: string
  readonly quantity: 'voltage' | 'current' | 'other'
  /** "1", "2", "3", "n", "12", "23", "31" where the file or the name tells; null: it does not. */
  readonly phase: TracePhase | null
  readonly truth: RecordTruth
  /** The circuit or component, as the file has it; empty: not stated. */
  readonly circuit: string
  /** The recorder took this channel so much later than the row's time, s. */
  readonly skewS: number
  /** Multiplied with it, a value is of the primary side of the transformer; null: the file does not tell. */
  readonly toPrimary: number | null
  readonly group: number
  /** Its number in the group. */
  readonly column: number
}
export type TracePhase = '1' | '2' | '3' | 'n' | '12' | '23' | '31'

/** A digital channel: where it changes. */
export interface Track {
  readonly name: string
  /** Which state is the normal one, 0 or 1. */
  readonly normal: 0 | 1
  readonly initial: 0 | 1
  /** Samples of the group at which it changes, rising. */
  readonly changes: readonly number[]
  /** There were more than are kept. */
  readonly isCut: boolean
  readonly group: number
}

/** A time as the recorder wrote it. */
export interface RecorderTime {
  /** As if it were UTC, epoch ms. */
  readonly wallMs: number
  /** Against UTC, minutes; null: the file does not say which zone its clock is in. */
  readonly offsetMinutes: number | null
}

export interface WaveRecord {
  readonly title: string
  readonly truth: RecordTruth
  /** Of time zero, the first sample. Null: not stated or not readable. */
  readonly start: RecorderTime | null
  /** Of the trigger against the first sample, s; null: none is stated. */
  readonly triggerS: number | null
  readonly durationS: number
  /** Of the supply as the file states it; null: it does not. */
  readonly nominalHz: number | null
  readonly groups: readonly SampleGroup[]
  readonly traces: readonly Trace[]
  readonly tracks: readonly Track[]
}

/** Said of a file: where, what, what was done about it. `error`: part of it could not be read. */
export interface FileNote {
  readonly severity: 'info' | 'warning' | 'error'
  readonly text: string
}

export interface WaveFile {
  /** "COMTRADE 1999 BINARY" */
  readonly format: string
  readonly station: string
  readonly recorder: string
  readonly records: readonly WaveRecord[]
  readonly notes: readonly FileNote[]
}

/** `ok: false`: nothing of it can be shown; why, where and what to do, for a person. */
export type ReadFile<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string }

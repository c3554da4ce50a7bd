import type { FileNote, RecorderTime } from '../wave-record/wave-record.ts'

/** The configuration of a COMTRADE record (IEEE C37.111-1991, -1999, -2013 / IEC 60255-24), as its .cfg or the CFG section of a .cff says. */
export type DataFormat = 'ASCII' | 'BINARY' | 'BINARY32' | 'FLOAT32'

export interface AnalogChannel {
  readonly id: string
  readonly phase: string
  readonly circuit: string
  readonly unit: string
  /** A value is raw x a + b. */
  readonly a: number
  readonly b: number
  /** µs */
  readonly skew: number
  /** Of raw values, as stated; NaN: not stated. */
  readonly min: number
  readonly max: number
  readonly primary: number
  readonly secondary: number
  /** Which side the values are of; null: not stated, as in 1991. */
  readonly side: 'P' | 'S' | null
}

export interface StatusChannel {
  readonly id: string
  readonly normal: 0 | 1
}

/** `samp` samples a second up to and with sample number `last`. */
export interface DeclaredRate {
  readonly rateHz: number
  readonly last: number
}

export interface ComtradeConfig {
  readonly station: string
  readonly device: string
  readonly revision: number
  readonly analog: readonly AnalogChannel[]
  readonly status: readonly StatusChannel[]
  /** Null: not stated, or 0. */
  readonly lineHz: number | null
  /** Empty: the times stand with the samples. */
  readonly rates: readonly DeclaredRate[]
  /** How many samples are claimed; null: not stated. */
  readonly claimed: number | null
  readonly start: RecorderTime | null
  readonly trigger: RecorderTime | null
  readonly format: DataFormat
  readonly timeFactor: number
  /** 2013: how good the clock was, one hexadecimal digit as written; null: not stated. */
  readonly clockQuality: string | null
  readonly encoding: string
  readonly notes: readonly FileNote[]
}

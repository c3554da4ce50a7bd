/** Samples as a front end took them. They never enter the image, and never stand beside polled RMS values without saying which is which. */

export type WaveUnit = 'V' | 'A'

/** `u1` to `u3` and `i1` to `i3` are the phases, `un` and `in` the neutral; other names are drawn, and not analysed. */
export interface WaveChannel {
  readonly name: string
  readonly unit: WaveUnit
}

/** Whose time the stamps are: a free-running clock, one kept by NTP, or one kept by PTP or a satellite receiver. */
export type WaveClock = 'free' | 'ntp' | 'precise'

/** Why a block does not follow the one before. `samples` and `frames` are what is missing in between, null where nobody can know. */
export interface WaveBreak {
  readonly why: 'start' | 'lost' | 'clock-step'
  readonly frames: number | null
  readonly samples: number | null
  /** How far the time stamps moved against the count of samples, ms. */
  readonly stepMs: number
}

/** One stretch of samples without a gap. Arrays of one length, in the units of `layout`; NaN where a sample is missing. */
export interface WaveBlock {
  readonly source: string
  /** Number of the front end's run: another one begins a count of its own. */
  readonly stream: number
  /** UTC by the front end's clock, epoch ms with fractions, of the first sample. */
  readonly t0: number
  readonly rateHz: number
  /** How many samples of this stream came before. */
  readonly firstSample: number
  readonly layout: readonly WaveChannel[]
  /** What the front end says of itself. */
  readonly device: string
  readonly channels: readonly Float32Array[]
  readonly clock: WaveClock
  /** The front end says that a channel was out of its range. */
  readonly isClipped: boolean
  /** Null: it follows the block before without a gap. */
  readonly break: WaveBreak | null
}

/** What a front end says of itself and its samples. */
export interface WaveDescription {
  readonly stream: number
  readonly rateHz: number
  readonly format: SampleFormat
  readonly channels: readonly DescribedChannel[]
  /** Maker, model, serial number and class as the front end states them; its class is quoted, never ours claimed. */
  readonly device: string
}
export type SampleFormat = 'int16' | 'int32' | 'float32'
/** A value is raw x scale + offset, in `unit`. */
export interface DescribedChannel extends WaveChannel {
  readonly scale: number
  readonly offset: number
}

/** Samples of a block, of each channel. */
export const lengthOf = (block: Pick<WaveBlock, 'channels'>): number => block.channels[0]?.length ?? 0

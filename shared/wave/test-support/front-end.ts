import { encodeDescription, encodeSamples } from '../encode-wave.ts'
import type { SampleFormat, WaveBlock, WaveDescription } from '../wave-block.ts'

/** A made-up front end whose every sample can be told from where it stands: value = what `truth` says. */
export const truth = (firstSample: number, index: number, channel: number): number =>
  (((firstSample + index) * 7 + channel * 1009) % 20_011) - 10_000

export const described = (
  stream = 5,
  channels = 3,
  format: SampleFormat = 'int16',
  rateHz = 10_000,
): WaveDescription => ({
  stream,
  rateHz,
  format,
  device: 'Prüfling',
  channels: Array.from({ length: channels }, (_, index) => ({
    name: `x${index}`,
    unit: index % 2 === 0 ? 'V' : 'A',
    scale: 0.5,
    offset: 3,
  })),
})

const column = (format: SampleFormat, values: readonly number[]): Int16Array | Int32Array | Float32Array => {
  if (format === 'int16') return Int16Array.from(values)
  return format === 'int32' ? Int32Array.from(values) : Float32Array.from(values)
}

export const samplesFrame = (
  description: WaveDescription,
  sequence: number,
  firstSample: number,
  count: number,
  t0 = 1_700_000_000_000 + (firstSample / description.rateHz) * 1000,
): Uint8Array =>
  encodeSamples(description, {
    sequence,
    firstSample,
    t0,
    clock: 'ntp',
    isClipped: false,
    raw: description.channels.map((_, channel) =>
      column(
        description.format,
        Array.from({ length: count }, (_, index) => truth(firstSample, index, channel)),
      ),
    ),
  })

/** A description and `frames` frames of `count` samples. */
export const streamOf = (frames: number, count = 20, description = described()): readonly Uint8Array[] => [
  encodeDescription(description),
  ...Array.from({ length: frames }, (_, index) => samplesFrame(description, index, index * count, count)),
]

export const joinBytes = (pieces: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(pieces))

/** Samples of a block that are not what the front end sent. */
export const wrongSamples = (block: WaveBlock): number =>
  block.channels.reduce(
    (sum, column, channel) =>
      sum + column.filter((value, index) => value !== truth(block.firstSample, index, channel) * 0.5 + 3).length,
    0,
  )

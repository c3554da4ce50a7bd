/** Where what stands in a frame of the wave stream; assets/waves/README.md is the specification. Little-endian throughout. */
import type { SampleFormat, WaveClock, WaveUnit } from './wave-block.ts'

/** "TWS1" */
export const magic = [0x54, 0x57, 0x53, 0x31] as const
export const headerBytes = 16
export const checkBytes = 4
/** The longest body: 1000 samples of 16 channels of 4 bytes and what stands before them. It bounds what a receiver must hold. */
export const mostBodyBytes = 65_536
export const frameKinds = { description: 1, samples: 2 } as const

export const sampleFormats: Readonly<Record<SampleFormat, { readonly code: number; readonly bytes: number }>> = {
  int16: { code: 1, bytes: 2 },
  int32: { code: 2, bytes: 4 },
  float32: { code: 3, bytes: 4 },
}
export const clockCodes: Readonly<Record<WaveClock, number>> = { free: 0, ntp: 1, precise: 2 }
export const units: readonly WaveUnit[] = ['V', 'A']

/** Description: stream u32, rate f64, format u8, channels u8, length of the text u16, then the channels, then the text. */
export const descriptionBytes = 16
/** Name 8 bytes and unit 8 bytes of ASCII, filled with zeros; scale f64, offset f64. */
export const channelBytes = 32
export const nameBytes = 8
export const mostChannels = 32
export const mostDeviceBytes = 240
/** From a meter's own rate to that of a power analyser; outside of it the description is not believed. */
export const rateRangeHz = [200, 1_000_000] as const

/** Samples: stream u32, sequence u32, first sample u64, time i64 in ns, clock u8, flags u8, samples of each channel u16, then the samples. */
export const samplesBytes = 28
export const clippedFlag = 1

/** Raw values that mean "no sample"; float32 uses NaN. */
export const missingInt16 = -32_768
export const missingInt32 = -2_147_483_648

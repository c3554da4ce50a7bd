import type { WaveDescription } from '../../../shared/wave/wave-block.ts'
import { createWaveDecoder } from '../../../shared/wave/wave-decoder.ts'

/** The samples of a capture's file, channel by channel, by the product's decoder of the wave stream; throws where it is damaged. */
export const readCaptureFrames = (bytes: Uint8Array) => {
  const decoder = createWaveDecoder('capture')
  let description: WaveDescription | null = null
  const samples: number[][] = []
  for (const news of decoder.push(bytes)) {
    if (news.kind === 'described') description = news.description
    else news.block.channels.forEach((values, channel) => (samples[channel] ??= []).push(...values))
  }
  const { crcErrors, badBytes, refused } = decoder.counts()
  if (description === null || crcErrors + badBytes + refused > 0) throw new Error('the capture is damaged')
  return { ...description, samples }
}

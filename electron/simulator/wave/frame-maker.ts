import { encodeDescription, encodeSamples } from '../../../shared/wave/encode-wave.ts'
import type { WaveDescription } from '../../../shared/wave/wave-block.ts'
import { generatedChannels } from './wave-generator.ts'

/** Steps of the simulated converters; their range is 410 V, and eight times the circuit's rating. */
const voltStep = 0.0125
const rangeOfRating = 8
const fullScale = 32_767

/** Frames of 20 ms, the length assets/waves/README.md recommends. */
export const framesPerS = 50
/** Stamps that are this far from the computer's clock are set anew, ms: the computer slept, or its clock was set. */
const restampMs = 250
/** A step of the world brings frames that lie up to this far apart at one moment, ms: none is to be dated after it was sent. */
const aheadMs = 50

export const describeFrontEnd = (stream: number, rateHz: number, ratingA: number): WaveDescription => ({
  stream,
  rateHz,
  format: 'int16',
  device: 'Tripscope simulated front end, no accuracy class',
  channels: generatedChannels.map((channel) => ({
    ...channel,
    scale: channel.unit === 'V' ? voltStep : (ratingA * rangeOfRating) / fullScale,
    offset: 0,
  })),
})

/** Collects samples into frames and counts them, as the front end's own firmware would. */
export const createFrameMaker = (description: WaveDescription) => {
  const perFrame = Math.round(description.rateHz / framesPerS)
  const raw = description.channels.map(() => new Int16Array(perFrame))
  let filled = 0
  let isClipped = false
  let sequence = 0
  let sent = 0
  let beginMs: number | null = null

  const stampMs = (nowMs: number): number => {
    const endMs = () => (beginMs ?? nowMs) + ((sent + perFrame) / description.rateHz) * 1000
    if (beginMs === null || Math.abs(endMs() - nowMs) > restampMs)
      beginMs = nowMs - aheadMs - ((sent + perFrame) / description.rateHz) * 1000
    return beginMs + (sent / description.rateHz) * 1000
  }
  const close = (nowMs: number): Uint8Array => {
    const frame = encodeSamples(description, {
      sequence,
      firstSample: sent,
      t0: stampMs(nowMs),
      clock: 'ntp',
      isClipped,
      raw,
    })
    const second = Math.floor(sent / description.rateHz) !== Math.floor((sent + perFrame) / description.rateHz)
    sequence = (sequence + 1) >>> 0
    sent += perFrame
    filled = 0
    isClipped = false
    if (!second) return frame
    const again = encodeDescription(description)
    const both = new Uint8Array(frame.length + again.length)
    both.set(frame)
    both.set(again, frame.length)
    return both
  }
  return {
    /** Whole frames, each with a description behind it once a second. */
    add: (samples: readonly Float64Array[], nowMs: number): readonly Uint8Array[] => {
      const frames: Uint8Array[] = []
      const count = samples[0]?.length ?? 0
      for (let index = 0; index < count; index += 1) {
        description.channels.forEach(({ scale }, channel) => {
          const wanted = Math.round((samples[channel]?.[index] ?? 0) / scale)
          const column = raw[channel]
          if (Math.abs(wanted) > fullScale) isClipped = true
          if (column !== undefined) column[filled] = Math.max(-fullScale, Math.min(fullScale, wanted))
        })
        filled += 1
        if (filled === perFrame) frames.push(close(nowMs))
      }
      return frames
    },
    /** Samples that nobody was sent, and what of a frame was begun: the next one begins behind them. */
    skip: (count: number): void => {
      const all = filled + count
      filled = 0
      sent += all
      sequence = (sequence + Math.ceil(all / perFrame)) >>> 0
    },
  }
}

import {
  channelBytes,
  clippedFlag,
  clockCodes,
  descriptionBytes,
  missingInt16,
  missingInt32,
  mostChannels,
  nameBytes,
  rateRangeHz,
  sampleFormats,
  samplesBytes,
  units,
} from './frame-layout.ts'
import type { DescribedChannel, SampleFormat, WaveClock, WaveDescription } from './wave-block.ts'

/** Bodies of frames whose checks are right. What does not fit the specification all the same is refused with why. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string }
const refuse = (why: string): { readonly ok: false; readonly why: string } => ({ ok: false, why })

const viewOf = (body: Uint8Array): DataView => new DataView(body.buffer, body.byteOffset, body.length)

/** Printable ASCII up to the first zero; null where there is anything else or nothing. */
const word = (body: Uint8Array, at: number): string | null => {
  const bytes = [...body.subarray(at, at + nameBytes)]
  const end = bytes.indexOf(0)
  const letters = end < 0 ? bytes : bytes.slice(0, end)
  return letters.length > 0 && letters.every((byte) => byte > 0x20 && byte < 0x7f)
    ? String.fromCharCode(...letters)
    : null
}

/** UTF-8 as text; what is none is told as such and never stops a stream. */
const textOf = (bytes: Uint8Array): string => {
  try {
    return decodeURIComponent([...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''))
  } catch {
    // URIError is how the language says that it is no UTF-8.
    return 'a name that is no UTF-8'
  }
}

const readChannel = (body: Uint8Array, at: number): DescribedChannel | null => {
  const view = viewOf(body)
  const [name, unitWord] = [word(body, at), word(body, at + nameBytes)]
  const unit = units.find((known) => known === unitWord)
  const [scale, offset] = [view.getFloat64(at + 16, true), view.getFloat64(at + 24, true)]
  const isSound = Number.isFinite(scale) && scale !== 0 && Number.isFinite(offset)
  return name === null || unit === undefined || !isSound ? null : { name, unit, scale, offset }
}

export const readDescription = (body: Uint8Array): Read<WaveDescription> => {
  if (body.length < descriptionBytes) return refuse('the description is too short')
  const view = viewOf(body)
  const rateHz = view.getFloat64(4, true)
  const [code, count, textBytes] = [view.getUint8(12), view.getUint8(13), view.getUint16(14, true)]
  const format = (Object.keys(sampleFormats) as SampleFormat[]).find((name) => sampleFormats[name].code === code)
  if (format === undefined) return refuse(`unknown sample format ${code}`)
  if (!(rateHz >= rateRangeHz[0] && rateHz <= rateRangeHz[1])) return refuse(`a rate of ${rateHz} samples a second`)
  if (count < 1 || count > mostChannels) return refuse(`${count} channels`)
  const textAt = descriptionBytes + count * channelBytes
  if (body.length !== textAt + textBytes) return refuse('the length does not fit the number of channels')
  const channels = Array.from({ length: count }, (_, index) =>
    readChannel(body, descriptionBytes + index * channelBytes),
  )
  const sound = channels.filter((channel) => channel !== null)
  if (sound.length < count)
    return refuse(`channel ${channels.indexOf(null) + 1} has no name, no unit V or A, or no scale`)
  if (new Set(sound.map(({ name }) => name)).size < count) return refuse('two channels have one name')
  return {
    ok: true,
    value: {
      stream: view.getUint32(0, true),
      rateHz,
      format,
      channels: sound,
      device: textOf(body.subarray(textAt)),
    },
  }
}

/** The fixed part of a samples frame. */
export interface SamplesHead {
  readonly stream: number
  readonly sequence: number
  readonly firstSample: number
  /** UTC, epoch ms with fractions. */
  readonly t0: number
  readonly clock: WaveClock
  readonly isClipped: boolean
  readonly count: number
}

export const readSamplesHead = (body: Uint8Array): Read<SamplesHead> => {
  if (body.length < samplesBytes) return refuse('the frame of samples is too short')
  const view = viewOf(body)
  const firstSample = Number(view.getBigUint64(8, true))
  const clock = (Object.keys(clockCodes) as WaveClock[]).find((name) => clockCodes[name] === view.getUint8(24))
  if (clock === undefined) return refuse(`unknown clock ${view.getUint8(24)}`)
  if (!Number.isSafeInteger(firstSample)) return refuse('a count of samples beyond 2^53')
  const count = view.getUint16(26, true)
  if (count === 0) return refuse('a frame without samples')
  return {
    ok: true,
    value: {
      stream: view.getUint32(0, true),
      sequence: view.getUint32(4, true),
      firstSample,
      // Nanoseconds since 1970 are beyond what a double holds exactly; microseconds are not.
      t0: Number(view.getBigInt64(16, true) / 1000n) / 1000,
      clock,
      isClipped: (view.getUint8(25) & clippedFlag) !== 0,
      count,
    },
  }
}

const readers: Readonly<Record<SampleFormat, (view: DataView, at: number) => number>> = {
  int16: (view, at) => {
    const raw = view.getInt16(at, true)
    return raw === missingInt16 ? NaN : raw
  },
  int32: (view, at) => {
    const raw = view.getInt32(at, true)
    return raw === missingInt32 ? NaN : raw
  },
  float32: (view, at) => {
    const raw = view.getFloat32(at, true)
    return Number.isFinite(raw) ? raw : NaN
  },
}

/** The samples in the units of the description, channel by channel. */
export const readSamples = (
  body: Uint8Array,
  count: number,
  { format, channels }: WaveDescription,
): Read<readonly Float32Array[]> => {
  const width = sampleFormats[format].bytes
  if (body.length !== samplesBytes + count * channels.length * width)
    return refuse('the length does not fit the number of samples and channels')
  const view = viewOf(body)
  const read = readers[format]
  return {
    ok: true,
    value: channels.map(({ scale, offset }, channel) => {
      const column = new Float32Array(count)
      let at = samplesBytes + channel * width
      for (let index = 0; index < count; index += 1, at += channels.length * width)
        column[index] = read(view, at) * scale + offset
      return column
    }),
  }
}

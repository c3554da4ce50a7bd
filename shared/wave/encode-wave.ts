import { crc32 } from './crc32.ts'
import {
  channelBytes,
  checkBytes,
  clippedFlag,
  clockCodes,
  descriptionBytes,
  frameKinds,
  headerBytes,
  magic,
  mostBodyBytes,
  mostDeviceBytes,
  nameBytes,
  sampleFormats,
  samplesBytes,
} from './frame-layout.ts'
import type { WaveClock, WaveDescription } from './wave-block.ts'

/** Puts header and checks around a body; `fill` writes the body. Throws where the body is longer than a frame may be. */
const frame = (kind: number, bodyBytes: number, fill: (view: DataView, bytes: Uint8Array) => void): Uint8Array => {
  if (bodyBytes > mostBodyBytes) throw new Error(`a body of ${bodyBytes} bytes; at most ${mostBodyBytes}`)
  const bytes = new Uint8Array(headerBytes + bodyBytes + checkBytes)
  const view = new DataView(bytes.buffer)
  bytes.set(magic)
  view.setUint8(4, kind)
  view.setUint32(8, bodyBytes, true)
  view.setUint32(12, crc32(bytes, 0, 12), true)
  const body = bytes.subarray(headerBytes, headerBytes + bodyBytes)
  fill(new DataView(bytes.buffer, headerBytes, bodyBytes), body)
  view.setUint32(headerBytes + bodyBytes, crc32(bytes, 0, headerBytes + bodyBytes), true)
  return bytes
}

const ascii = (text: string): readonly number[] =>
  [...text].slice(0, nameBytes).map((letter) => letter.charCodeAt(0) & 0x7f)

/** UTF-8 without a host's TextEncoder: shared knows none. */
const utf8 = (text: string): readonly number[] =>
  [...encodeURIComponent(text).matchAll(/%(..)|(.)/g)].map(([, hex, plain]) =>
    hex === undefined ? (plain ?? '').charCodeAt(0) : Number.parseInt(hex, 16),
  )

/** A description frame. Names longer than 8 letters and a device text longer than 240 bytes are cut. */
export const encodeDescription = (description: WaveDescription): Uint8Array => {
  const { channels } = description
  const device = utf8(description.device).slice(0, mostDeviceBytes)
  const bodyBytes = descriptionBytes + channels.length * channelBytes + device.length
  return frame(frameKinds.description, bodyBytes, (view, body) => {
    view.setUint32(0, description.stream, true)
    view.setFloat64(4, description.rateHz, true)
    view.setUint8(12, sampleFormats[description.format].code)
    view.setUint8(13, channels.length)
    view.setUint16(14, device.length, true)
    channels.forEach(({ name, unit, scale, offset }, index) => {
      const at = descriptionBytes + index * channelBytes
      body.set(ascii(name), at)
      body.set(ascii(unit), at + nameBytes)
      view.setFloat64(at + 16, scale, true)
      view.setFloat64(at + 24, offset, true)
    })
    body.set(device, descriptionBytes + channels.length * channelBytes)
  })
}

/** One frame's samples before they are bytes: raw values, channel by channel. */
export interface RawSamples {
  readonly sequence: number
  readonly firstSample: number
  /** UTC, epoch ms with fractions. */
  readonly t0: number
  readonly clock: WaveClock
  readonly isClipped: boolean
  readonly raw: readonly (Int16Array | Int32Array | Float32Array)[]
}

const writers = {
  int16: (view: DataView, at: number, value: number) => view.setInt16(at, value, true),
  int32: (view: DataView, at: number, value: number) => view.setInt32(at, value, true),
  float32: (view: DataView, at: number, value: number) => view.setFloat32(at, value, true),
} as const

/** A frame of samples, interleaved as a converter delivers them. */
export const encodeSamples = (
  { stream, format }: Pick<WaveDescription, 'stream' | 'format'>,
  samples: RawSamples,
): Uint8Array => {
  const { raw } = samples
  const count = raw[0]?.length ?? 0
  const width = sampleFormats[format].bytes
  return frame(frameKinds.samples, samplesBytes + raw.length * count * width, (view) => {
    view.setUint32(0, stream, true)
    view.setUint32(4, samples.sequence, true)
    view.setBigUint64(8, BigInt(samples.firstSample), true)
    view.setBigInt64(16, BigInt(Math.round(samples.t0 * 1000)) * 1000n, true)
    view.setUint8(24, clockCodes[samples.clock])
    view.setUint8(25, samples.isClipped ? clippedFlag : 0)
    view.setUint16(26, count, true)
    const write = writers[format]
    raw.forEach((column, channel) => {
      for (let index = 0; index < count; index += 1)
        write(view, samplesBytes + (index * raw.length + channel) * width, column[index] ?? 0)
    })
  })
}

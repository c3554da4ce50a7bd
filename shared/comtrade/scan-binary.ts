import { bucketSamples, emptyFold, type Fold } from '../wave-record/fold.ts'
import type { ByteSource } from '../wave-record/byte-source.ts'
import type { FileNote } from '../wave-record/wave-record.ts'
import type { ComtradeConfig, DataFormat } from './config.ts'
import type { ScannedData } from './scanned.ts'
import { createStamps, noStamp, type Stamps } from './time-stamps.ts'
import { createTrackChanges, type TrackChanges } from './track-changes.ts'

/** Bytes looked at in one piece, a whole number of records and of buckets. */
const pieceBytes = 4 << 20

/** Where what stands in a record (C37.111-1999 8.6, -2013 8.6): number, stamp, values, then words of 16 digital channels. Little-endian. */
export interface RecordLayout {
  readonly format: Exclude<DataFormat, 'ASCII'>
  readonly width: 2 | 4
  readonly analog: number
  readonly words: number
  readonly bytes: number
}
export const layoutOf = (format: Exclude<DataFormat, 'ASCII'>, analog: number, status: number): RecordLayout => {
  const width = format === 'BINARY' ? 2 : 4
  const words = Math.ceil(status / 16)
  return { format, width, analog, words, bytes: 8 + width * analog + 2 * words }
}

/** "No sample": 8000h, 80000000h, and anything that is no number. */
const missing16 = -32_768
const missing32 = -2_147_483_648

const rawAt = {
  BINARY: (view: DataView, at: number) => {
    const value = view.getInt16(at, true)
    return value === missing16 ? NaN : value
  },
  BINARY32: (view: DataView, at: number) => {
    const value = view.getInt32(at, true)
    return value === missing32 ? NaN : value
  },
  FLOAT32: (view: DataView, at: number) => {
    const value = view.getFloat32(at, true)
    return Number.isFinite(value) ? value : NaN
  },
} as const

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const foldAny = (
  bytes: Uint8Array,
  rows: number,
  first: number,
  layout: RecordLayout,
  folds: readonly Fold[],
): void => {
  const view = viewOf(bytes)
  const raw = rawAt[layout.format]
  folds.forEach((fold, channel) => {
    const begin = 8 + channel * layout.width
    for (let row = 0; row < rows; row += bucketSamples) {
      let [low, high] = [Infinity, -Infinity]
      const end = Math.min(rows, row + bucketSamples)
      for (let at = row; at < end; at += 1) {
        const value = raw(view, begin + at * layout.bytes)
        if (value < low) low = value
        if (value > high) high = value
      }
      const bucket = (first + row) / bucketSamples
      fold.low[bucket] = low > high ? NaN : low
      fold.high[bucket] = low > high ? NaN : high
    }
  })
}

/** The same for 16-bit values on a little-endian computer, five times as fast: the format of long records. */
const foldShorts = (
  shorts: Int16Array,
  rows: number,
  first: number,
  layout: RecordLayout,
  folds: readonly Fold[],
): void => {
  const stride = layout.bytes / 2
  for (let row = 0; row < rows; row += bucketSamples) {
    const end = Math.min(rows, row + bucketSamples) * stride
    const bucket = (first + row) / bucketSamples
    for (let channel = 0; channel < layout.analog; channel += 1) {
      let low = 32_767
      let high = missing16
      let gaps = 0
      for (let at = row * stride + 4 + channel; at < end; at += stride) {
        const value = shorts[at] as number
        if (value === missing16) gaps += 1
        else {
          if (value < low) low = value
          if (value > high) high = value
        }
      }
      const fold = folds[channel] as Fold
      const isEmpty = gaps > 0 && high === missing16
      fold.low[bucket] = isEmpty ? NaN : low
      fold.high[bucket] = isEmpty ? NaN : high
    }
  }
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

const walkRows = (
  bytes: Uint8Array,
  rows: number,
  first: number,
  layout: RecordLayout,
  stamps: Stamps,
  tracks: TrackChanges,
  channels: number,
  words: Uint16Array,
): void => {
  const view = viewOf(bytes)
  const begin = 8 + layout.analog * layout.width
  for (let row = 0; row < rows;) {
    row += stamps.follow(view, row, rows, layout.bytes)
    if (row >= rows) break
    const stamp = view.getUint32(row * layout.bytes + 4, true)
    stamps.push(stamp === 0xffff_ffff ? noStamp : stamp)
    row += 1
  }
  for (let word = 0; word < layout.words; word += 1) {
    let before = words[word] ?? 0
    for (let row = 0; row < rows; row += 1) {
      const now = view.getUint16(row * layout.bytes + begin + 2 * word, true)
      if (now === before && first + row > 0) continue
      for (let bit = 0; bit < 16; bit += 1) {
        const channel = word * 16 + bit
        if (channel < channels && (first + row === 0 || ((now ^ before) >> bit) & 1))
          tracks.put(channel, first + row, ((now >> bit) & 1) as 0 | 1)
      }
      before = now
    }
    words[word] = before
  }
}

/** Rest of a record at the end, unless it is the filling that recorders leave. */
const leftOver = (source: ByteSource, from: number, bytes: number): readonly FileNote[] => {
  const rest = source.read(from, bytes)
  if (rest.every((byte) => byte === 0x1a || byte === 0)) return []
  return [
    {
      severity: 'error',
      text: `The data end in the middle of a record: ${rest.length} of ${bytes} bytes of the last one are there.`,
    },
  ]
}

/** Walks over binary data once, in pieces: the file may be larger than the memory. */
export const scanBinary = (
  config: ComtradeConfig,
  source: ByteSource,
  format: Exclude<DataFormat, 'ASCII'>,
): ScannedData => {
  const layout = layoutOf(format, config.analog.length, config.status.length)
  const count = Math.floor(source.size / layout.bytes)
  const folds = config.analog.map(() => emptyFold(count))
  const tracks = createTrackChanges(config.status.length)
  const stamps = createStamps(config.rates, config.timeFactor)
  const words = new Uint16Array(layout.words)
  const rowsEach = Math.max(1, Math.floor(pieceBytes / layout.bytes / bucketSamples)) * bucketSamples
  let numbers: readonly [number, number] | null = null
  for (let first = 0; first < count; first += rowsEach) {
    const wanted = Math.min(rowsEach, count - first)
    const bytes = source.read(first * layout.bytes, wanted * layout.bytes)
    const rows = Math.floor(bytes.length / layout.bytes)
    if (format === 'BINARY' && isLittleEndian && bytes.byteOffset % 2 === 0)
      foldShorts(new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1), rows, first, layout, folds)
    else foldAny(bytes, rows, first, layout, folds)
    walkRows(bytes, rows, first, layout, stamps, tracks, config.status.length, words)
    const view = viewOf(bytes)
    if (rows > 0) numbers = [numbers?.[0] ?? view.getUint32(0, true), view.getUint32((rows - 1) * layout.bytes, true)]
    // The file became shorter while it was read.
    if (rows < wanted) break
  }
  const readRaw = (channels: readonly number[], from: number, to: number): readonly Float64Array[] => {
    const columns = channels.map(() => new Float64Array(Math.max(0, to - from)).fill(NaN))
    const raw = rawAt[format]
    for (let first = from; first < to; first += rowsEach) {
      const bytes = source.read(first * layout.bytes, Math.min(rowsEach, to - first) * layout.bytes)
      const view = viewOf(bytes)
      const rows = Math.floor(bytes.length / layout.bytes)
      channels.forEach((channel, index) => {
        const column = columns[index]
        const begin = 8 + channel * layout.width
        if (column !== undefined && channel < layout.analog)
          for (let row = 0; row < rows; row += 1) column[first - from + row] = raw(view, begin + row * layout.bytes)
      })
    }
    return columns
  }
  const rest = source.size - count * layout.bytes
  return {
    count,
    readRaw,
    folds,
    tracks,
    times: stamps.done(),
    numbers,
    notes: rest > 0 ? leftOver(source, count * layout.bytes, layout.bytes) : [],
  }
}

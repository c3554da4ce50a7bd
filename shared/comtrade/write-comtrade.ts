import type { RecordTruth, TracePhase } from '../wave-record/wave-record.ts'

/** Writes records as other programs read them: 1999 in ASCII or BINARY as two files and a header, 2013 in FLOAT32 as one (IEEE C37.111). */

export interface WrittenChannel {
  readonly name: string
  readonly phase: TracePhase | null
  readonly circuit: string
  readonly unit: string
  readonly skewS: number
  readonly truth: RecordTruth
  /** Of what is written, either way. */
  readonly largest: number
}
export interface WrittenTrack {
  readonly name: string
  readonly normal: 0 | 1
  /** State of a sample. */
  readonly at: (sample: number) => 0 | 1
}
export interface WrittenRecord {
  readonly station: string
  readonly device: string
  readonly lineHz: number
  readonly channels: readonly WrittenChannel[]
  readonly tracks: readonly WrittenTrack[]
  readonly count: number
  /** Samples a second where they are evenly spaced without a gap; null: their times stand with them. */
  readonly rateHz: number | null
  /** Of a sample against the first one, s. */
  readonly timeAt: (sample: number) => number
  /** Of all channels from a sample to before another. */
  readonly read: (from: number, to: number) => readonly Float64Array[]
  /** As if the recorder's clock were UTC, epoch ms; null: not known. */
  readonly startMs: number | null
  readonly triggerS: number
  readonly offsetMinutes: number | null
}
export type WrittenFormat = 'BINARY' | 'ASCII' | 'FLOAT32'

/** Most steps either way. ASCII keeps clear of 99999, which means missing. */
const steps = { BINARY: 32_767, ASCII: 99_998, FLOAT32: 0 } as const
const missing16 = -32_768
const missingText = '99999'
/** Stamps are 32 bits: what a longer record needs is a larger unit (timemult), µs. */
const mostStamp = 2 ** 32 - 2
const rowsAtOnce = 8192
/** Smaller values are nothing that was measured; a step for them could not be written. */
const leastValue = 1e-30

const plain = (text: string, most: number): string =>
  text
    .replaceAll(/[,\r\n\u001a]+/g, ' ')
    .trim()
    .slice(0, most)

const phaseText: Readonly<Record<TracePhase, string>> = {
  '1': 'A',
  '2': 'B',
  '3': 'C',
  n: 'N',
  '12': 'AB',
  '23': 'BC',
  '31': 'CA',
}

/** One step of a channel in a format; 1 where values stand as they are. */
export const stepOf = ({ largest }: WrittenChannel, format: WrittenFormat): number =>
  format === 'FLOAT32' ? 1 : largest > leastValue && Number.isFinite(largest) ? largest / steps[format] : 1

/** Units of a stamp, µs: 1 unless the record is longer than 71 minutes. */
export const stampUnitUs = ({ count, timeAt }: WrittenRecord): number =>
  Math.max(1, Math.ceil((timeAt(Math.max(0, count - 1)) * 1e6) / mostStamp))

const two = (value: number): string => String(value).padStart(2, '0')
const timeText = (ms: number): string => {
  const micros = Math.round(ms * 1000)
  const date = new Date(Math.floor(micros / 1000))
  const rest = ((micros % 60_000_000) + 60_000_000) % 60_000_000
  const seconds = `${two(Math.floor(rest / 1e6))}.${String(rest % 1e6).padStart(6, '0')}`
  return `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${date.getUTCFullYear()},${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${seconds}`
}
const offsetText = (minutes: number | null): string => {
  if (minutes === null) return 'x'
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : ''}${Math.floor(size / 60)}h${two(size % 60)}`
}

/** RMS values and means are allowed as analog channels, under a name that says so. */
const nameOf = ({ name, truth }: WrittenChannel): string => {
  const own = plain(name, 58)
  return truth === 'sampled' || /rms|min|max|avg|mean|average/i.test(own)
    ? own
    : `${own}_${truth === 'rms' ? 'RMS' : 'trend'}`
}

/** The configuration, with the line ends of the standard. */
export const configText = (record: WrittenRecord, format: WrittenFormat): string => {
  const { channels, tracks, count, rateHz, startMs } = record
  const most = format === 'FLOAT32' ? '3.4E38' : String(steps[format])
  const lines = [
    `${plain(record.station, 64)},${plain(record.device, 64)},${format === 'FLOAT32' ? 2013 : 1999}`,
    `${channels.length + tracks.length},${channels.length}A,${tracks.length}D`,
    ...channels.map(
      (channel, at) =>
        `${at + 1},${nameOf(channel)},${channel.phase === null ? '' : phaseText[channel.phase]},${plain(channel.circuit, 64)},${plain(channel.unit, 32)},${stepOf(channel, format)},0,${channel.skewS * 1e6},-${most},${most},1,1,P`,
    ),
    ...tracks.map(({ name, normal }, at) => `${at + 1},${plain(name, 64)},,,${normal}`),
    String(record.lineHz),
    rateHz === null ? '0' : '1',
    `${rateHz ?? 0},${count}`,
    timeText(startMs ?? 0),
    timeText((startMs ?? 0) + record.triggerS * 1000),
    format,
    String(stampUnitUs(record)),
    // How good the clock was is not known here: F, and 3 for the leap second.
    ...(format === 'FLOAT32' ? [`${offsetText(record.offsetMinutes)},${offsetText(record.offsetMinutes)}`, 'F,3'] : []),
  ]
  return `${lines.join('\r\n')}\r\n`
}

/** What kind of truth the record is, for whoever opens the header. */
export const headerText = (record: WrittenRecord, evidence: string): string => {
  const kinds = new Set(record.channels.map(({ truth }) => truth))
  const lines = [
    evidence,
    kinds.has('rms') ? 'Channels named RMS hold RMS values over time: polled RMS trend, not waveform.' : '',
    kinds.has('trend') || kinds.has('unknown') ? 'Channels named trend hold values over time, not waveform.' : '',
    record.startMs === null ? 'The time of the first sample is not known: 01/01/1970 stands for it.' : '',
    record.offsetMinutes === null ? 'Times are by the recorder’s clock; its zone is not known.' : '',
  ]
  return `${lines.filter((line) => line !== '').join('\r\n')}\r\n`
}

const statesOf = (tracks: readonly WrittenTrack[], sample: number, word: number): number => {
  let bits = 0
  for (let bit = 0; bit < 16; bit += 1) if (tracks[word * 16 + bit]?.at(sample) === 1) bits |= 1 << bit
  return bits
}

/** The data in binary, in pieces of some thousand records. */
export function* binaryData(record: WrittenRecord, format: 'BINARY' | 'FLOAT32'): Generator<Uint8Array, void> {
  const { channels, tracks, count, timeAt } = record
  const width = format === 'BINARY' ? 2 : 4
  const words = Math.ceil(tracks.length / 16)
  const rowBytes = 8 + width * channels.length + 2 * words
  const unit = stampUnitUs(record)
  const each = channels.map((channel) => stepOf(channel, format))
  for (let from = 0; from < count; from += rowsAtOnce) {
    const to = Math.min(count, from + rowsAtOnce)
    const columns = record.read(from, to)
    const bytes = new Uint8Array((to - from) * rowBytes)
    const view = new DataView(bytes.buffer)
    for (let row = 0; row < to - from; row += 1) {
      const at = row * rowBytes
      view.setUint32(at, from + row + 1, true)
      view.setUint32(at + 4, Math.round((timeAt(from + row) * 1e6) / unit), true)
      columns.forEach((column, channel) => {
        const value = column[row] ?? NaN
        const place = at + 8 + channel * width
        if (format === 'FLOAT32') view.setFloat32(place, value, true)
        else view.setInt16(place, Number.isNaN(value) ? missing16 : Math.round(value / (each[channel] ?? 1)), true)
      })
      for (let word = 0; word < words; word += 1)
        view.setUint16(at + 8 + channels.length * width + 2 * word, statesOf(tracks, from + row, word), true)
    }
    yield bytes
  }
}
export const binaryBytes = ({ channels, tracks, count }: WrittenRecord, format: 'BINARY' | 'FLOAT32'): number =>
  count * (8 + (format === 'BINARY' ? 2 : 4) * channels.length + 2 * Math.ceil(tracks.length / 16))

/** The data as text, in pieces of some thousand rows; the last one ends with 0x1A. */
export function* asciiData(record: WrittenRecord): Generator<string, void> {
  const { channels, tracks, count, timeAt } = record
  const unit = stampUnitUs(record)
  const each = channels.map((channel) => stepOf(channel, 'ASCII'))
  for (let from = 0; from < count; from += rowsAtOnce) {
    const to = Math.min(count, from + rowsAtOnce)
    const columns = record.read(from, to)
    const rows: string[] = []
    for (let row = 0; row < to - from; row += 1) {
      const values = columns.map((column, channel) => {
        const value = column[row] ?? NaN
        return Number.isNaN(value) ? missingText : String(Math.round(value / (each[channel] ?? 1)) + 0)
      })
      const states = tracks.map((track) => String(track.at(from + row)))
      rows.push([from + row + 1, Math.round((timeAt(from + row) * 1e6) / unit), ...values, ...states].join(','))
    }
    yield `${rows.join('\r\n')}\r\n${to === count ? '\u001a' : ''}`
  }
}

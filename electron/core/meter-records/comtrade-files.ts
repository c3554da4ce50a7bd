import { readComtrade } from '../../../shared/comtrade/read-comtrade.ts'
import { readConfig } from '../../../shared/comtrade/read-config.ts'
import { layoutOf } from '../../../shared/comtrade/scan-binary.ts'
import type { ComtradeConfig } from '../../../shared/comtrade/config.ts'
import type { ComtradeFiles } from '../../../shared/meter-records/capture-layout.ts'
import { bytesSource } from '../../../shared/wave-record/byte-source.ts'
import type { DecodeText } from '../../../shared/text/guess-encoding.ts'
import type { Trace } from '../../../shared/wave-record/wave-record.ts'
import type { MeterWay } from './meter-way.ts'
import type { CaptureReading, RawCapture } from './raw-capture.ts'

/** No configuration of a meter is longer, bytes: 8 analog and 32 digital channels take 2 kB. */
const mostConfigBytes = 16_384
/** Nor its data: 128 samples a cycle of 8 channels for 10 s. */
const mostDataBytes = 2 << 20
/** New captures read at one visit; the others come with the next. */
const mostAtOnce = 4
/** Records are 100 to 9999 in the standard's words; a longer file is read by going on in what the device calls registers. */
const mostRecord = 0x10000

/** Makers' configurations are ASCII; whatever else they hold is read as Latin-1. */
const decode: DecodeText = () => null

/** Bytes of a file from its beginning: until `wanted`, or as long as the meter gives more. null: there is no such file. */
const readFile = async (
  way: MeterWay,
  file: number,
  blockWords: number,
  wanted: number,
  isDone: (bytes: readonly number[]) => boolean,
): Promise<{ readonly bytes: Uint8Array } | { readonly why: string; readonly isRefused: boolean }> => {
  const bytes: number[] = []
  while (bytes.length < wanted && bytes.length / 2 < mostRecord && !isDone(bytes)) {
    const count = Math.min(blockWords, Math.ceil((wanted - bytes.length) / 2))
    const asked = await way.readFile(file, bytes.length / 2, count)
    if (!asked.ok) {
      // The end of a file of unknown length is a refusal, too.
      if (asked.isRefused && bytes.length > 0) break
      return asked
    }
    for (const word of asked.words) bytes.push(word >> 8, word & 0xff)
  }
  return { bytes: Uint8Array.from(bytes.slice(0, wanted)) }
}

const textOf = (bytes: ArrayLike<number>): string =>
  Array.from(bytes, (byte) => String.fromCharCode(byte))
    .join('')
    .replace(/[\0\x1a\xff].*$/s, '')

/** A configuration has its format and the time factor at the end; what follows is padding. */
const isWholeConfig = (bytes: readonly number[]): boolean => {
  if (bytes.at(-1) === 0 || bytes.at(-1) === 0xff) return true
  const lines = textOf(bytes).split(/\r?\n/)
  const format = lines.findIndex((line) => /^\s*(ASCII|BINARY|BINARY32|FLOAT32)\s*$/i.test(line))
  return format >= 0 && lines.length > format + 2
}

const dataBytesOf = (config: ComtradeConfig): number | null => {
  if (config.claimed === null || config.format === 'ASCII') return null
  const { bytes } = layoutOf(config.format, config.analog.length, config.status.length)
  return Math.min(mostDataBytes, bytes * config.claimed)
}

const names = { voltage: 'u', current: 'i', other: '' } as const
const nameOf = ({ name, quantity, phase }: Trace, index: number): string =>
  quantity !== 'other' && phase !== null && phase.length === 1
    ? `${names[quantity]}${phase}`
    : name.replace(/[^A-Za-z0-9]/g, '').slice(0, 8) || `ch${index + 1}`

/** Factor to V or A; null: it is neither. */
const unitOf = (unit: string): { readonly unit: 'V' | 'A'; readonly factor: number } | null => {
  const found = /^(k|m|)([VA])$/.exec(unit.trim())
  if (found === null) return null
  return { unit: found[2] as 'V' | 'A', factor: { k: 1000, m: 0.001, '': 1 }[found[1] ?? ''] ?? 1 }
}

const captureOf = (key: string, configuration: Uint8Array, data: Uint8Array): RawCapture | string => {
  const read = readComtrade({ config: bytesSource(configuration), data: bytesSource(data), decode })
  if (!read.ok) return read.why
  const record = read.value.file.records[0]
  const group = record?.groups[0]
  if (record === undefined || group === undefined) return 'it holds no samples'
  const total = group.timebase.count
  const channels = record.traces.flatMap((trace, index) => {
    const unit = trace.group === 0 ? unitOf(trace.unit) : null
    if (unit === null) return []
    const [values] = group.read([trace.column], 0, total)
    if (values === undefined) return []
    const factor = unit.factor * (trace.toPrimary ?? 1)
    return [
      { name: nameOf(trace, index), unit: unit.unit, samples: Float32Array.from(values, (value) => value * factor) },
    ]
  })
  if (channels.length === 0 || total < 2) return 'it holds no voltages and no currents'
  const stepS = (group.timebase.timeAt(total - 1) - group.timebase.timeAt(0)) / (total - 1)
  if (!(stepS > 0)) return 'its samples have no times'
  return {
    key,
    time:
      record.start === null
        ? null
        : { stamp: { wallMs: record.start.wallMs, stepMs: 1, isDst: null, isFaulty: false }, atSample: 0 },
    rateHz: 1 / stepS,
    rateFrom: 'as its configuration file says',
    channels,
  }
}

/**
 * COMTRADE pairs read with function 20. Where the newest one is, no register is known to say: each configuration is looked at, and one that says
 * something new has its data read.
 */
export const readComtradeFiles = async (
  layout: ComtradeFiles,
  way: MeterWay,
  isKnown: (key: string) => boolean,
): Promise<CaptureReading> => {
  const captures: RawCapture[] = []
  const notes: string[] = [...layout.missing]
  for (const recorder of layout.recorders) {
    for (let index = 0; index < recorder.data.count && captures.length < mostAtOnce; index += 1) {
      const file = recorder.configuration.first + index
      const head = await readFile(way, file, layout.blockWords, mostConfigBytes, isWholeConfig)
      if ('why' in head) {
        // Files are numbered without gaps: behind the first that is not there, there is none.
        if (head.isRefused) break
        return { ok: false, why: head.why }
      }
      const text = textOf(head.bytes)
      const key = `file ${recorder.name} ${index} ${text.split(/\r?\n/).slice(-8).join(' ')}`
      if (text.trim() === '') break
      if (isKnown(key)) continue
      const config = readConfig({ text, encoding: 'iso-8859-1', isGuess: false })
      if (!config.ok) {
        notes.push(`configuration file ${file}: ${config.why}`)
        continue
      }
      const wanted = dataBytesOf(config.value) ?? mostDataBytes
      const data = await readFile(way, recorder.data.first + index, layout.blockWords, wanted, () => false)
      if ('why' in data) return { ok: false, why: data.why }
      const made = captureOf(
        key,
        Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
        data.bytes,
      )
      if (typeof made === 'string') notes.push(`capture ${index + 1} of ${recorder.name}: ${made}`)
      else captures.push(made)
    }
  }
  return { ok: true, captures, notes }
}

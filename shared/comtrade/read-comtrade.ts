import { guessText, type DecodeText } from '../text/guess-encoding.ts'
import type { ByteSource } from '../wave-record/byte-source.ts'
import { phaseOf, quantityOf, unitText } from '../wave-record/quantity-of.ts'
import type { FileNote, ReadFile, RecordTruth, Trace, Track, WaveFile, WaveRecord } from '../wave-record/wave-record.ts'
import type { Fold } from '../wave-record/fold.ts'
import { cffSections } from './cff-sections.ts'
import type { AnalogChannel, ComtradeConfig, DataFormat } from './config.ts'
import { mostConfigBytes, readConfig } from './read-config.ts'
import { scanAscii } from './scan-ascii.ts'
import { layoutOf, scanBinary } from './scan-binary.ts'
import type { ScannedData } from './scanned.ts'

export interface ComtradeFiles {
  /** Of a single-file record: all of it, and no data. */
  readonly config: ByteSource
  readonly data: ByteSource | null
  readonly decode: DecodeText
}

/** Whether data look like rows of numbers: what a configuration says of its data is not always so. */
const looksLikeText = (source: ByteSource): boolean => {
  const begin = source.read(0, 200)
  return (
    begin.length > 0 &&
    begin.every(
      (byte) =>
        (byte >= 0x20 && byte < 0x7f && /[\d\s,;.+eE-]/.test(String.fromCharCode(byte))) ||
        byte === 0x0a ||
        byte === 0x0d ||
        byte === 0x09 ||
        byte === 0x1a,
    )
  )
}

/** How the data are really written; a format that can't be is told. */
const formatOf = (
  config: ComtradeConfig,
  source: ByteSource,
): { readonly format: DataFormat; readonly notes: readonly FileNote[] } => {
  const isText = looksLikeText(source)
  if (isText === (config.format === 'ASCII') || source.size === 0) return { format: config.format, notes: [] }
  if (isText)
    return {
      format: 'ASCII',
      notes: [
        {
          severity: 'warning',
          text: `The configuration says ${config.format}, the data are text: they are read as ASCII.`,
        },
      ],
    }
  const fits = (['BINARY', 'FLOAT32'] as const).find((format) => {
    const { bytes } = layoutOf(format, config.analog.length, config.status.length)
    const number = source.read(bytes, 4)
    return number.length === 4 && number[0] === 2 && number[1] === 0 && number[2] === 0
  })
  return fits === undefined
    ? { format: config.format, notes: [] }
    : {
        format: fits,
        notes: [
          { severity: 'warning', text: `The configuration says ASCII, the data are binary: they are read as ${fits}.` },
        ],
      }
}

const scaledFold = ({ low, high }: Fold, { a, b }: AnalogChannel): Fold => {
  const [from, to] = a < 0 ? [high, low] : [low, high]
  return { low: from.map((value) => value * a + b), high: to.map((value) => value * a + b) }
}

/** Four samples a cycle of 50 Hz are the least that shows a wave (editable assumption). */
const slowestWaveHz = 200

/** RMS logs of relays and our own trends are COMTRADE too; their channels' names tell. */
const truthOf = (config: ComtradeConfig, header: string, rateHz: number | null): RecordTruth => {
  const isRms = config.analog.length > 0 && config.analog.every(({ id }) => /rms/i.test(id))
  if (isRms || /polled rms trend/i.test(header)) return 'rms'
  // Slower than the wave it would show: values over time, whatever they are called.
  return rateHz !== null && rateHz < slowestWaveHz ? 'trend' : 'sampled'
}

const traceOf = (channel: AnalogChannel, column: number, truth: RecordTruth): Trace => ({
  name: channel.id === '' ? `A${column + 1}` : channel.id,
  unit: unitText(channel.unit),
  quantity: quantityOf(channel.unit, channel.id),
  phase: phaseOf(channel.phase, channel.id),
  truth: /rms/i.test(channel.id) ? 'rms' : truth,
  circuit: channel.circuit,
  skewS: channel.skew / 1e6,
  toPrimary:
    channel.side === null
      ? null
      : channel.side === 'P'
        ? 1
        : channel.secondary > 0
          ? channel.primary / channel.secondary
          : null,
  group: 0,
  column,
})

const recordOf = (config: ComtradeConfig, scanned: ScannedData, header: string): WaveRecord => {
  const { timebase } = scanned.times
  const truth = truthOf(config, header, timebase.runAt(0).rateHz)
  const { start, trigger } = config
  const read = (traces: readonly number[], from: number, to: number) => {
    const columns = scanned.readRaw(traces, from, to)
    columns.forEach((column, index) => {
      const { a, b } = config.analog[traces[index] ?? 0] ?? { a: 1, b: 0 }
      for (let at = 0; at < column.length; at += 1) column[at] = (column[at] ?? NaN) * a + b
    })
    return columns
  }
  return {
    title: config.station === '' ? 'Record' : config.station,
    truth,
    start,
    triggerS: start === null || trigger === null ? null : Math.round((trigger.wallMs - start.wallMs) * 1e4) / 1e7,
    durationS: timebase.count === 0 ? 0 : timebase.timeAt(timebase.count - 1),
    nominalHz: config.lineHz,
    groups: [
      {
        timebase,
        read,
        folds: scanned.folds.map((fold, at) =>
          scaledFold(fold, config.analog[at] ?? ({ a: 1, b: 0 } as AnalogChannel)),
        ),
      },
    ],
    traces: config.analog.map((channel, column) => traceOf(channel, column, truth)),
    tracks: config.status.map(({ id, normal }, channel): Track => ({
      name: id === '' ? `D${channel + 1}` : id,
      normal,
      ...scanned.tracks.of(channel),
      group: 0,
    })),
  }
}

const countNotes = (config: ComtradeConfig, { count }: ScannedData): readonly FileNote[] =>
  config.claimed === null || config.claimed === count
    ? []
    : [
        {
          severity: config.claimed > count ? 'error' : 'warning',
          text: `The configuration tells of ${config.claimed} samples, ${count} are there: those are shown.`,
        },
      ]

export interface ReadComtrade {
  readonly file: WaveFile
  /** For whoever wants to know what the file says word by word. */
  readonly config: ComtradeConfig
  readonly scanned: ScannedData
}

const assembled = (config: ComtradeConfig, data: ByteSource, header: string): ReadFile<ReadComtrade> => {
  const { format, notes } = formatOf(config, data)
  const scanned = format === 'ASCII' ? scanAscii(config, data) : scanBinary(config, data, format)
  if (scanned.count === 0)
    return {
      ok: false,
      why: `the data hold not one whole sample (${data.size} bytes for ${config.analog.length} analog and ${config.status.length} digital channels)`,
    }
  return {
    ok: true,
    value: {
      config,
      scanned,
      file: {
        format: `COMTRADE ${config.revision} ${format}`,
        station: config.station,
        recorder: config.device,
        records: [recordOf(config, scanned, header)],
        notes: [...config.notes, ...notes, ...countNotes(config, scanned), ...scanned.notes, ...scanned.times.notes],
      },
    },
  }
}

const configText = (source: ByteSource, decode: DecodeText) => {
  // A copy: the source may reuse its bytes.
  const bytes = source.read(0, mostConfigBytes).slice()
  return readConfig(guessText(bytes, decode))
}

const readSingle = ({ config: source, decode }: ComtradeFiles): ReadFile<ReadComtrade> => {
  const sections = cffSections(source)
  const config = sections.find(({ kind }) => kind === 'CFG')
  const data = sections.find(({ kind }) => kind.startsWith('DAT'))
  if (config === undefined)
    return {
      ok: false,
      why: 'the file has no section "--- file type: CFG ---": a single file (.cff) begins with it, a .cfg needs its .dat beside it',
    }
  const read = configText(config.content, decode)
  if (!read.ok) return read
  if (data === undefined)
    return {
      ok: false,
      why: 'the file has no section of data ("--- file type: DAT ... ---"); its configuration can be read',
    }
  const header = sections.find(({ kind }) => kind === 'HDR')?.content.read(0, 4096) ?? new Uint8Array(0)
  const heading = (['ASCII', 'BINARY32', 'FLOAT32', 'BINARY'] as const).find((format) => data.kind.endsWith(format))
  // "BINARY" stands for every form that is not text (C37.111-2013, 9.2).
  const isSame = heading === 'BINARY' && read.value.format !== 'ASCII'
  const stated = isSame ? read.value.format : heading
  const short = data.announced !== null && data.announced > data.content.size
  const notes: FileNote[] = [
    ...(short
      ? [
          {
            severity: 'error' as const,
            text: `${data.announced ?? 0} bytes of data are announced, ${data.content.size} are there.`,
          },
        ]
      : []),
    ...(stated !== undefined && stated !== read.value.format
      ? [
          {
            severity: 'warning' as const,
            text: `The configuration says ${read.value.format}, the data's heading ${stated}: the heading is followed.`,
          },
        ]
      : []),
  ]
  const value = { ...read.value, format: stated ?? read.value.format, notes: [...read.value.notes, ...notes] }
  return assembled(value, data.content, String.fromCharCode(...header))
}

/** A COMTRADE record of any revision: .cfg with its .dat, or .cff alone. Never throws for what is in the files. */
export const readComtrade = (files: ComtradeFiles): ReadFile<ReadComtrade> => {
  if (files.data === null) return readSingle(files)
  const read = configText(files.config, files.decode)
  return read.ok ? assembled(read.value, files.data, '') : read
}

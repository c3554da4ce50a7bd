import { z } from 'zod'
import { bytesSchema } from './bytes.ts'
import { watchedFolderSchema } from '../wave-record/watched-folder.ts'
import { command, query, stream } from './define.ts'

/**
 * Recordings in files: this part's entries of the contract. They come in as `transfer.receive` for the purpose "wave-file", or from a
 * folder that is watched. Times within a record are seconds from its first sample; its start is as the recorder wrote it.
 */

export const waveFilePurpose = 'wave-file'

const fileId = z.string().min(1).max(80)
const recordNumber = z.number().int().min(0).max(100_000)
const numbers = z.array(z.number().int().min(0).max(100_000)).max(64)
const seconds = z.number().min(-1e12).max(1e12)
const truth = z.enum(['sampled', 'rms', 'trend', 'mixed', 'unknown'])

export const waveFileSchema = z.object({
  id: z.string(),
  name: z.string(),
  bytes: z.number(),
  state: z.enum(['waiting', 'reading', 'ready', 'failed']),
  /** What is missing, or why it can't be read; null: nothing. */
  problem: z.string().nullable(),
  /** How it came here: a person sent it, or it lay in a watched folder. */
  origin: z.enum(['sent', 'folder']),
  format: z.string().nullable(),
  station: z.string(),
  recorder: z.string(),
  notes: z.array(z.object({ severity: z.enum(['info', 'warning', 'error']), text: z.string() })),
  /** The first thousand; `recordCount` says how many there are. */
  records: z.array(
    z.object({
      title: z.string(),
      truth,
      /** As the recorder wrote it: epoch ms as if it were UTC. */
      wallMs: z.number().nullable(),
      /** Of the recorder's clock against UTC; null: the file does not say. */
      offsetMinutes: z.number().nullable(),
      durationS: z.number(),
    }),
  ),
  recordCount: z.number(),
  /** A CSV file whose columns a person may say otherwise: how it was read, and its first lines. */
  csv: z
    .object({
      delimiter: z.string(),
      decimal: z.enum(['.', ',']),
      headerRows: z.number(),
      timeColumn: z.number().nullable(),
      timeUnit: z.string(),
      rateHz: z.number().nullable(),
      columns: z.array(z.object({ name: z.string(), unit: z.string(), isUsed: z.boolean() })),
      firstLines: z.array(z.string()),
    })
    .nullable(),
})

const traceSchema = z.object({
  name: z.string(),
  unit: z.string(),
  quantity: z.enum(['voltage', 'current', 'other']),
  phase: z.enum(['1', '2', '3', 'n', '12', '23', '31']).nullable(),
  truth,
  circuit: z.string(),
  /** Factor to the primary side of its transformer; null: the file does not tell. */
  toPrimary: z.number().nullable(),
  skewS: z.number(),
  /** Of its first samples; null: not evenly spaced. */
  rateHz: z.number().nullable(),
})

/** Most points of one answer, all traces together, and its bytes. */
const mostColumns = 4000
const mostViewBytes = 16 << 20

export const waveFileViewSchema = z.object({
  /** By groups of traces with times in common. */
  groups: z.array(
    z.object({
      points: z.number(),
      samplesEach: z.number(),
      traces: z.array(z.number()),
      problem: z.string().nullable(),
    }),
  ),
  /** Of each group: times as float64, then of each trace the lowest and the highest of all points as float32; little-endian, NaN for a gap. */
  values: bytesSchema(mostViewBytes),
})

const csvMapping = z.strictObject({
  delimiter: z.enum([',', ';', '\t', ' ']),
  decimal: z.enum(['.', ',']),
  headerRows: z.number().int().min(0).max(1000),
  timeColumn: z.number().int().min(0).max(1000).nullable(),
  timeUnit: z.enum(['s', 'ms', 'µs', 'unix-s', 'unix-ms', 'unix-us', 'unix-ns', 'date']),
  /** Used where there is no column of times. */
  rateHz: z.number().min(1e-6).max(1e9).nullable(),
  columns: z
    .array(
      z.strictObject({ column: z.number().int().min(0).max(1000), name: z.string().max(80), unit: z.string().max(20) }),
    )
    .min(1)
    .max(256),
})

export const waveFilesContract = {
  /** Every open file with its state, and every folder that is watched, whenever something changes. */
  'waveFiles.list': stream(
    'latest',
    z.strictObject({}),
    z.object({ files: z.array(waveFileSchema), folders: z.array(watchedFolderSchema) }),
  ),
  'waveFiles.describe': query(
    z.strictObject({ fileId, record: recordNumber }),
    z.object({
      title: z.string(),
      durationS: z.number(),
      /** Of the trigger; null: none is stated. */
      triggerS: z.number().nullable(),
      /** Of the supply: as the file says, else the one its samples show, else the site's. */
      nominalHz: z.number(),
      nominalFrom: z.enum(['file', 'samples', 'site']),
      traces: z.array(traceSchema),
      tracks: z.array(z.object({ name: z.string(), normal: z.number(), changes: z.number() })),
    }),
  ),
  'waveFiles.view': query(
    z.strictObject({
      fileId,
      record: recordNumber,
      fromS: seconds,
      toS: seconds,
      columns: z.number().int().min(10).max(mostColumns),
      traces: numbers,
      mode: z.enum(['samples', 'rms']),
      isPrimary: z.boolean(),
    }),
    waveFileViewSchema,
  ),
  'waveFiles.tracks': query(
    z.strictObject({ fileId, record: recordNumber, fromS: seconds, toS: seconds, tracks: numbers }),
    z.array(z.object({ track: z.number(), initial: z.number(), changesS: z.array(z.number()), isCut: z.boolean() })),
  ),
  'waveFiles.at': query(
    z.strictObject({ fileId, record: recordNumber, atS: seconds, traces: numbers, isPrimary: z.boolean() }),
    z.object({
      atS: z.number(),
      frequencyHz: z.number().nullable(),
      traces: z.array(
        z.object({
          trace: z.number(),
          instant: z.number().nullable(),
          rms: z.number().nullable(),
          fundamental: z.number().nullable(),
          angleDeg: z.number().nullable(),
        }),
      ),
    }),
  ),
  'waveFiles.spectrum': query(
    z.strictObject({ fileId, record: recordNumber, atS: seconds, trace: recordNumber, isPrimary: z.boolean() }),
    z
      .object({
        cycles: z.number(),
        frequencyHz: z.number(),
        isMeasuredFrequency: z.boolean(),
        fromS: z.number(),
        toS: z.number(),
        orders: z.array(z.number()),
        thdPercent: z.number().nullable(),
        thdTo: z.number(),
      })
      .nullable(),
  ),
  /** A stretch of a record as a file of its own; the ticket is for `transfer.fetch`. */
  'waveFiles.export': command(
    z.strictObject({
      intentId: z.uuid(),
      fileId,
      record: recordNumber,
      fromS: seconds,
      toS: seconds,
      traces: z.array(z.number().int().min(0).max(100_000)).max(1000),
      format: z.enum([
        'comtrade-1999-binary',
        'comtrade-2013-float32',
        'comtrade-1999-ascii',
        'csv-comma',
        'csv-semicolon',
        'csv-tab',
      ]),
    }),
    z.object({ ticket: z.string() }),
    'shared',
  ),
  /** Reads a CSV file again with the columns as a person says they are. */
  'waveFiles.mapCsv': command(z.strictObject({ intentId: z.uuid(), fileId, mapping: csvMapping }), z.object({})),
  'waveFiles.close': command(z.strictObject({ intentId: z.uuid(), fileId }), z.object({})),
} as const

export type WaveFileInfo = Readonly<z.infer<typeof waveFileSchema>>
export type WaveFileView = Readonly<z.infer<typeof waveFileViewSchema>>
export type CsvMappingInput = Readonly<z.infer<typeof csvMapping>>
export type WaveFileTrace = Readonly<z.infer<typeof traceSchema>>

import { z } from 'zod'
import { bytesSchema } from './bytes.ts'
import { command, flow, query, stream } from './define.ts'

/**
 * Sampled waveforms: this part's entries of the contract. Times of samples are UTC by the front end's clock, epoch ms. All of it is
 * "sampled"; a screen says so beside it, and never draws it as polled RMS.
 */

const sourceId = z.string().min(1).max(80)
const mode = z.enum(['samples', 'rms'])
const channelSchema = z.object({ name: z.string(), unit: z.enum(['V', 'A']) })

/** How many captures of a source are kept, where, and what became of more. */
export const captureRoomSchema = z.object({
  bounds: z.object({ count: z.number(), bytes: z.number() }),
  count: z.number(),
  bytes: z.number(),
  /** Left out since the program started, to make room. */
  dropped: z.number(),
  on: z.enum(['disk', 'memory']),
  /** Why the newest could not be kept; null: nothing is wrong. */
  problem: z.string().nullable(),
})

export const waveSourceSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** host:port */
  where: z.string(),
  /** What it measures. */
  circuitId: z.string().nullable(),
  meterId: z.string().nullable(),
  state: z.enum(['connecting', 'connected', 'disconnected', 'closed']),
  problem: z.string().nullable(),
  reconnects: z.number(),
  /** By this computer's clock. */
  lastFrameMs: z.number().nullable(),
  /** What the front end says of itself; null: nothing yet. */
  device: z.string().nullable(),
  rateHz: z.number().nullable(),
  channels: z.array(channelSchema),
  /** In numbers, since the start: taken, lost by the sender's own count, damaged, refused, not analysed. */
  frames: z.number(),
  samples: z.number(),
  lostFrames: z.number(),
  lostSamples: z.number(),
  crcErrors: z.number(),
  badBytes: z.number(),
  refused: z.number(),
  refusedWhy: z.string().nullable(),
  notAnalysed: z.number(),
  clockSteps: z.number(),
  ratePpm: z.number().nullable(),
  samplesPerS: z.number().nullable(),
  stampAgainstClockMs: z.number().nullable(),
  /** What takes captures by itself, besides dips, swells and interruptions; null: nothing. */
  captureLevel: z
    .object({ channel: z.string(), level: z.number(), edge: z.enum(['rising', 'falling', 'either']) })
    .nullable(),
  captureFinding: z.enum(['warning', 'critical']).nullable(),
  /** It is a meter that keeps captures of its own: there is no live wave, and what it takes is read over Modbus. */
  ofMeter: z
    .object({
      procedure: z.enum(['plain-blocks', 'log-window', 'comtrade-files']),
      /** As its maker states it; null: not read. */
      accuracyClass: z.string().nullable(),
      /** What is known not to be known of its captures. */
      missing: z.array(z.string()),
      isReading: z.boolean(),
    })
    .optional(),
  /** Missing: in a recording. */
  kept: captureRoomSchema.optional(),
})

export const levelTriggerSchema = z.strictObject({
  channel: z.string().min(1).max(8),
  level: z.number(),
  edge: z.enum(['rising', 'falling', 'either']),
})

const causeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('by-hand') }),
  z.object({ kind: z.literal('level'), channel: z.string(), level: z.number(), edge: z.enum(['rising', 'falling']) }),
  z.object({ kind: z.literal('finding'), title: z.string() }),
  z.object({ kind: z.literal('voltage-event'), event: z.enum(['dip', 'swell', 'interruption']) }),
  z.object({ kind: z.literal('inrush'), channel: z.string() }),
  z.object({ kind: z.literal('incident'), incidentId: z.string(), atMs: z.number(), what: z.string() }),
  z.object({ kind: z.literal('meter'), rateFrom: z.string(), hasTime: z.boolean() }),
])

export const captureSchema = z.object({
  captureId: z.string(),
  source: z.string(),
  cause: causeSchema,
  atMs: z.number(),
  fromMs: z.number(),
  toMs: z.number(),
  samples: z.number(),
  bytes: z.number(),
  /** False: the stream ended or broke before all of it was there. */
  isWhole: z.boolean(),
  /** The clock that dates it against this computer's, when it was taken or read; missing: not told. */
  clock: z
    .object({ aheadMs: z.number().nullable(), uncertaintyMs: z.number().nullable(), isCorrected: z.boolean() })
    .optional(),
})

/** Most columns of a picture, and of it all channels' bytes. */
const mostColumns = 4000
const mostViewBytes = 32 * 2 * 4 * mostColumns

export const wavePictureSchema = z.object({
  /** The trigger's place, or the first column without one. */
  atMs: z.number(),
  isTriggered: z.boolean(),
  rateHz: z.number(),
  /** Of the first column against `atMs`, and from column to column, ms. */
  firstMs: z.number(),
  stepMs: z.number(),
  /** Samples in a column; 1: every sample is there, and lowest and highest are the same. */
  samplesEach: z.number(),
  columns: z.number(),
  channels: z.array(channelSchema),
  /** float32, little-endian, NaN for a gap: for each channel the lowest of every column, then the highest of every column. */
  values: bytesSchema(mostViewBytes),
})

export const sampledRmsSchema = z.object({
  name: z.string(),
  unit: z.enum(['V', 'A']),
  /** One-cycle RMS every half cycle over the last tenth of a second: lowest, highest, and the root of the mean square. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  rms: z.number().nullable(),
})

const known = z.number().nullable()
export const waveLookSchema = z.object({
  atMs: z.number(),
  frequencyHz: known,
  channels: z.array(
    z.object({
      name: z.string(),
      unit: z.enum(['V', 'A']),
      instant: known,
      /** Over one cycle; of the fundamental over that cycle, and its angle against a cosine at `atMs`, degrees. */
      rms: known,
      fundamental: known,
      angleDeg: known,
    }),
  ),
  spectrum: z
    .object({
      cycles: z.number(),
      frequencyHz: z.number(),
      isMeasuredFrequency: z.boolean(),
      /** RMS of order 0, 1, 2, ... */
      orders: z.array(z.number()),
      thdPercent: known,
      thdTo: z.number(),
    })
    .nullable(),
})

export const wavesContract = {
  /** Every source with its state, about once a second. */
  'waves.sources': stream(
    'latest',
    z.strictObject({}),
    z.object({
      analysis: z.object({
        state: z.enum(['starting', 'running', 'down', 'closed']),
        problem: z.string().nullable(),
        restarts: z.number(),
      }),
      sources: z.array(waveSourceSchema),
    }),
  ),
  /** The newest samples as a picture of at most `columns` columns, up to twenty a second; held still by the trigger where there is one. */
  'waves.watch': stream(
    'latest',
    z.strictObject({
      sourceId,
      spanMs: z.number().min(1).max(30_000),
      columns: z.number().int().min(10).max(mostColumns),
      /** Samples, or the RMS of one cycle around each of them. */
      mode,
      trigger: levelTriggerSchema.nullable(),
      /** Share of the span before the trigger. */
      before: z.number().min(0).max(1),
    }),
    z.object({
      /** Why there is no picture, for a person. */
      problem: z.string().nullable(),
      picture: wavePictureSchema.nullable(),
      rms: z.array(sampledRmsSchema),
      /** Over whole cycles of the last full second; null: not every crossing was seen. */
      frequencyHz: z.number().nullable(),
    }),
  ),
  /** A picture of what has passed and is still in memory, around a time; null: it has left the memory. */
  'waves.still': query(
    z.strictObject({
      sourceId,
      atMs: z.number(),
      fromMs: z.number().min(-60_000).max(60_000),
      toMs: z.number().min(-60_000).max(60_000),
      columns: z.number().int().min(10).max(mostColumns),
      mode,
    }),
    wavePictureSchema.nullable(),
  ),
  /** Values, phasors and a spectrum: of the newest samples four times a second, or once at a time that has passed. */
  'waves.look': stream(
    'latest',
    z.strictObject({ sourceId, atMs: z.number().nullable(), spectrumOf: z.string().min(1).max(8).nullable() }),
    z.object({
      /** Why there is no look, for a person. */
      problem: z.string().nullable(),
      look: waveLookSchema.nullable(),
    }),
  ),
  'waves.captures': query(z.strictObject({ sourceId }), z.array(captureSchema)),
  /** A capture piece by piece, in the bytes of assets/waves/README.md. */
  'waves.capture': flow(
    z.strictObject({ sourceId, captureId: z.string().min(1).max(200) }),
    z.object({ at: z.number(), total: z.number(), bytes: bytesSchema(1 << 18) }),
  ),
  /** Takes one around now. */
  'waves.captureNow': command(z.strictObject({ intentId: z.uuid(), sourceId }), z.object({ captureId: z.string() })),
  /** Captures whenever a channel passes a level, until it is taken back or the program ends. Dips, swells and interruptions are captured always. */
  'waves.setTrigger': command(
    z.strictObject({ intentId: z.uuid(), sourceId, trigger: levelTriggerSchema.nullable() }),
    z.object({ trigger: levelTriggerSchema.nullable() }),
  ),
  /** Captures whenever a finding of at least this severity is raised, until it is taken back or the program ends. */
  'waves.setFindingTrigger': command(
    z.strictObject({ intentId: z.uuid(), sourceId, severity: z.enum(['warning', 'critical']).nullable() }),
    z.object({ severity: z.enum(['warning', 'critical']).nullable() }),
  ),
} as const
export type WaveSourceState = Readonly<z.infer<typeof waveSourceSchema>>
export type SampledLook = Readonly<z.infer<typeof waveLookSchema>>
export type WavePicture = Readonly<z.infer<typeof wavePictureSchema>>
export type SampledRms = Readonly<z.infer<typeof sampledRmsSchema>>
export type WaveCapture = Readonly<z.infer<typeof captureSchema>>

import { z } from 'zod'
import { bytesSchema } from './bytes.ts'
import { query, stream } from './define.ts'
import { timeRange } from './time-range.ts'
import { subjectSchema } from '../model/finding.ts'

/**
 * Power quality: this part's entries of the contract. Times of what was sampled are UTC by the front end's clock, epoch ms. Each value says how it
 * is known: "sampled", "meter event", "polled RMS" or "reconstructed".
 */

const sourceId = z.string().min(1).max(80)
export const truthSchema = z.enum(['sampled', 'meter event', 'polled RMS', 'reconstructed'])
export type TruthKind = z.infer<typeof truthSchema>

export const qualitySchemeSchema = z.object({ channels: z.array(z.string()), orders: z.number(), bands: z.number() })
/** A scheme has a thousand columns, float32. */
const mostValueBytes = 1 << 16

export const qualityNowSchema = z.object({
  length: z.enum(['window', '3s', '10min', '2h']),
  fromMs: z.number(),
  toMs: z.number(),
  /** Windows of 10 or 12 cycles in it, how many of them are flagged, and how much time they cover. */
  windows: z.number(),
  flagged: z.number(),
  coveredMs: z.number(),
  scheme: qualitySchemeSchema,
  /** float32, little-endian, in the order of `columnsOf(scheme)`; NaN where a value is not known. */
  values: bytesSchema(mostValueBytes),
  flicker: z.array(
    z.object({ channel: z.string(), pinst: z.number(), pstSoFar: z.number().nullable(), soFarS: z.number() }),
  ),
})

export const ongoingSchema = z.object({
  kind: z.enum(['dip', 'swell', 'interruption']),
  fromMs: z.number(),
  channels: z.array(z.string()),
  extremeV: z.number(),
})

/** What one source saw of a voltage event. */
export const eventMemberSchema = z.object({
  id: z.string(),
  truth: truthSchema,
  sourceName: z.string(),
  /** The wave source it was sampled by; null: a meter. */
  waveSourceId: z.string().nullable(),
  subject: subjectSchema,
  kind: z.enum(['dip', 'swell', 'interruption', 'excursion']),
  phases: z.array(z.string()),
  /** Sampled: beginning and end. Polled: when it was first and last seen. Null: it goes on, or its end was not seen. */
  fromMs: z.number(),
  toMs: z.number().nullable(),
  /** The true duration lies between these; null: no bound. */
  atLeastMs: z.number().nullable(),
  atMostMs: z.number().nullable(),
  /** Lowest or highest value, V and percent of the declared voltage. */
  extremeV: z.number().nullable(),
  extremePercent: z.number().nullable(),
  /** The true extreme can be worse than that. */
  isBound: z.boolean(),
  /** Samples were lost before its end. */
  isCut: z.boolean(),
  captureId: z.string().nullable(),
  /** On which side of the measuring point its cause lies, and why. */
  side: z.object({ side: z.enum(['upstream', 'downstream', 'unknown']), why: z.string() }).nullable(),
  evidence: z.string(),
})

/** One event of the supply with all who saw it; its numbers are those of the best known member. */
export const powerEventSchema = z.object({
  id: z.string(),
  direction: z.enum(['under', 'over']),
  truth: truthSchema,
  kind: eventMemberSchema.shape.kind,
  fromMs: z.number(),
  toMs: z.number().nullable(),
  phases: z.array(z.string()),
  extremePercent: z.number().nullable(),
  durationMs: z.number().nullable(),
  /** Null where depth and duration are bounds: an excursion in polled values is no dip of the standards. */
  names: z
    .object({
      en50160: z.string().nullable(),
      itic: z.enum(['inside', 'below', 'above']),
      /** Whether equipment that keeps to SEMI F47 must ride through; null: not in its scope. */
      semiF47: z.boolean().nullable(),
      ieee1159: z.string(),
    })
    .nullable(),
  members: z.array(eventMemberSchema),
})

const verdict = z.enum(['within', 'outside', 'unknown'])
const judgedSchema = z.object({
  counted: z.number(),
  inside: z.number(),
  neededPermille: z.number(),
  verdict,
})
export const reportRowSchema = z.object({
  /** "Voltage", "Harmonic 5" ...; phase "L1", or "all". */
  group: z.string(),
  phase: z.string(),
  rule: z.string(),
  unit: z.string(),
  least: z.number().nullable(),
  most: z.number().nullable(),
  all: judgedSchema,
  unflagged: judgedSchema,
  lowest: z.number().nullable(),
  highest: z.number().nullable(),
  p95: z.number().nullable(),
})
export const editionSchema = z.enum(['2010', '2022'])

export const qualityReportSchema = z.object({
  sourceName: z.string(),
  truth: truthSchema,
  /** What the report is, in a sentence: indicative, and why. */
  standing: z.string(),
  edition: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  /** Intervals of ten minutes with values, of those a week has, and how many of them are flagged. */
  intervals: z.number(),
  expected: z.number(),
  flagged: z.number(),
  rows: z.array(reportRowSchema),
  /** Dips and swells of the week by cell of EN 50160; polled excursions are none. */
  cells: z.array(z.object({ cell: z.string(), count: z.number() })),
  /** What was not assessed, and why. */
  missing: z.array(z.string()),
})

export const qualityContract = {
  /** What the newest window, or the newest 150/180 cycles, gave; with the last ten minutes beside it. */
  'quality.watch': stream(
    'latest',
    z.strictObject({ sourceId, length: z.enum(['window', '3s']) }),
    z.object({
      row: qualityNowSchema.nullable(),
      tenMinutes: qualityNowSchema.nullable(),
      /** Dips, swells and interruptions that go on now. */
      ongoing: z.array(ongoingSchema),
    }),
  ),
  /** Ten-minute or two-hour values of some columns, oldest first; at most a week of them at once. */
  'quality.rows': query(
    timeRange.extend({
      sourceId,
      length: z.enum(['10min', '2h']),
      keys: z.array(z.string().max(40)).min(1).max(24),
    }),
    z.array(
      z.object({
        fromMs: z.number(),
        toMs: z.number(),
        windows: z.number(),
        flagged: z.number(),
        coveredMs: z.number(),
        values: z.array(z.number().nullable()),
      }),
    ),
  ),
  /** Voltage events of a time, newest first, equivalent ones joined. */
  'quality.events': query(
    timeRange,
    z.object({
      events: z.array(powerEventSchema),
      /** Later than `fromMs` where the history of that time is too long to be read at once. */
      sinceMs: z.number(),
    }),
  ),
  /** Statistics of the week that begins then, of one wave source or meter. */
  'quality.report': query(
    z.strictObject({ sourceId, fromMs: z.number(), edition: editionSchema }),
    qualityReportSchema,
  ),
} as const
export type QualityNow = Readonly<z.infer<typeof qualityNowSchema>>
export type Ongoing = Readonly<z.infer<typeof ongoingSchema>>
export type PowerEventMember = Readonly<z.infer<typeof eventMemberSchema>>
export type PowerEvent = Readonly<z.infer<typeof powerEventSchema>>
export type QualityReport = Readonly<z.infer<typeof qualityReportSchema>>
export type QualityReportRow = Readonly<z.infer<typeof reportRowSchema>>

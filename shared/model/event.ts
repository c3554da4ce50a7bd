import { z } from 'zod'
import { severities, subjectSchema } from './finding.ts'

/** A row of the site's history: findings raised and cleared, voltage excursions, connection changes, control changes. */
export const eventSchema = z.object({
  id: z.string(),
  atMs: z.number(),
  /** finding-raised, finding-cleared, line-connected, line-disconnected, armed, disarmed, override-*, fallback, started, stopped … */
  kind: z.string(),
  severity: z.enum(severities),
  subject: subjectSchema.nullable(),
  message: z.string(),
  /** The whole finding, decision or command the row speaks of. */
  data: z.record(z.string(), z.unknown()).nullable(),
})
export type SiteEvent = Readonly<z.infer<typeof eventSchema>>

/** Who did what and why, in order; rows are only ever added. `hash` chains each row to the one before it (SHA-256, hex). */
export const auditRowSchema = z.object({
  seq: z.number().int(),
  atMs: z.number(),
  who: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
  hash: z.string(),
})
export type AuditRow = Readonly<z.infer<typeof auditRowSchema>>

/** One interval of one meter: energy from the meter's own register, means and extremes of what was polled in it. */
export const intervalSchema = z.object({
  meterId: z.string(),
  startMs: z.number(),
  lengthS: z.union([z.literal(60), z.literal(900)]),
  /** From the register at both ends, kWh; null when either end is missing or the counter went backwards (then `note` says so). */
  importKwh: z.number().nullable(),
  exportKwh: z.number().nullable(),
  registerStartKwh: z.number().nullable(),
  registerEndKwh: z.number().nullable(),
  /** quantity key -> [min, mean, max, number of samples] over the interval. */
  stats: z.record(z.string(), z.tuple([z.number(), z.number(), z.number(), z.number()])),
  /** Share of the expected samples that were good, 0..1. */
  coverage: z.number(),
  note: z.string().nullable(),
})
export type Interval = Readonly<z.infer<typeof intervalSchema>>

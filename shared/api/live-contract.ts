import { z } from 'zod'
import { controlStateSchema } from '../model/decision.ts'
import { findingSchema, notAssessedSchema } from '../model/finding.ts'
import { healthSchema } from '../model/health.ts'
import { imageSchema } from '../model/image.ts'
import { stream } from './define.ts'

/** What is measured and known now. */

export const liveSchema = z.object({
  image: imageSchema,
  control: controlStateSchema,
  /** Active findings, those that cleared and nobody has acknowledged, and what could not be assessed. */
  findings: z.array(findingSchema),
  notAssessed: z.array(notAssessedSchema),
})

/** Polled samples of one meter, oldest first; null is a gap. All columns have the length of `atMs`. */
export const traceSchema = z.object({
  reset: z.boolean(),
  atMs: z.array(z.number()),
  columns: z.record(z.string(), z.array(z.number().nullable())),
})

export type Live = z.infer<typeof liveSchema>
export type Trace = z.infer<typeof traceSchema>

export const liveContract = {
  /** Everything the screens show, about once a second; the newest replaces the older. */
  live: stream('latest', z.strictObject({}), liveSchema),
  /** Every sample of one meter at its polling rate, beginning with up to `backlogS` seconds of the past. */
  trace: stream(
    'every',
    z.strictObject({
      meterId: z.string(),
      quantities: z.array(z.string()).min(1).max(24),
      backlogS: z.number().min(0).max(600),
    }),
    traceSchema,
  ),
  health: stream('latest', z.strictObject({}), healthSchema),
} as const

import { z } from 'zod'
import { shelvedSchema } from '../alarms/shelf.ts'

export const subjectSchema = z.object({
  kind: z.enum(['site', 'circuit', 'meter', 'charger', 'line']),
  id: z.string(),
})
export type Subject = Readonly<z.infer<typeof subjectSchema>>

/** A number a person can check the finding with: label, value and unit, e.g. threshold 207 V. */
export const usedNumberSchema = z.object({ label: z.string(), value: z.number(), unit: z.string() })
export type UsedNumber = Readonly<z.infer<typeof usedNumberSchema>>

export const severities = ['info', 'warning', 'critical'] as const

export const findingSchema = z.object({
  id: z.string(),
  detector: z.string(),
  subject: subjectSchema,
  phase: z.string().nullable(),
  severity: z.enum(severities),
  /** A cleared one stays on the alarm list until a person acknowledges it. */
  state: z.enum(['active', 'cleared']),
  /** How often the same was raised and cleared before this, unacknowledged. Missing: never. */
  repeats: z.number().int().positive().optional(),
  raisedAtMs: z.number(),
  /** Last time the numbers changed while it was held. */
  updatedAtMs: z.number(),
  clearedAtMs: z.number().nullable(),
  title: z.string(),
  /** A sentence with the numbers in it, what it means and what to do. */
  message: z.string(),
  /** The numbers used; for an excursion also its extreme and the time it was outside. */
  numbers: z.array(usedNumberSchema),
  /** What the finding rests on, e.g. "polled RMS every 1.0 s": an event shorter than blindMs may have been missed. */
  evidence: z.string(),
  blindMs: z.number().nullable(),
  acknowledged: z.object({ who: z.string(), atMs: z.number(), note: z.string() }).nullable(),
  /** Put aside by a person until then. Missing: not. */
  shelved: shelvedSchema.optional(),
})
export type Finding = Readonly<z.infer<typeof findingSchema>>

/** A detector that lacks its inputs says so, never "ok". */
export const notAssessedSchema = z.object({ detector: z.string(), subject: subjectSchema, why: z.string() })
export type NotAssessed = Readonly<z.infer<typeof notAssessedSchema>>

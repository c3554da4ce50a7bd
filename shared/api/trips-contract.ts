import { z } from 'zod'
import { causeIds } from '../forensics/cause.ts'
import { incidentSchema, incidentStatuses, incidentSummarySchema } from '../forensics/incident.ts'
import { patternsSchema } from '../forensics/patterns.ts'
import { command, query, stream } from './define.ts'
import { noteSchema, personSchema } from './person-words.ts'

/** Characters of a weather file: a year by the quarter of an hour is about one million. */
export const mostWeather = 3_000_000

const incidentId = z.string().regex(/^[0-9A-Za-z-]{1,80}$/, 'the id of an incident')

/** Incidents: what tripped or looked like it, why, and what persons found out about it. */
export const tripsContract = {
  /** All that are kept, newest first, as they change. */
  'trips.list': stream(
    'latest',
    z.strictObject({}),
    z.object({
      incidents: z.array(incidentSummarySchema),
      /** Why they could not all be read or kept, for a person; null: nothing is wrong. */
      problem: z.string().nullable(),
    }),
  ),
  'trips.read': query(
    z.strictObject({ incidentId }),
    z.object({
      incident: incidentSchema,
      similar: z.array(z.object({ incident: incidentSummarySchema, alike: z.string() })),
    }),
  ),
  /** "It just tripped": what a person saw, now or some time ago. Answers the incident it became, or the one it belongs to. */
  'trips.report': command(
    z.strictObject({
      intentId: z.uuid(),
      who: personSchema,
      note: noteSchema,
      atMs: z.number(),
      circuitId: z.string().max(63).nullable(),
    }),
    incidentSummarySchema,
  ),
  'trips.note': command(
    z.strictObject({ intentId: z.uuid(), incidentId, who: personSchema, text: noteSchema.pipe(z.string().min(1)) }),
    incidentSummarySchema,
  ),
  /** What is done about it, and what it was in the end. */
  'trips.setStatus': command(
    z.strictObject({
      intentId: z.uuid(),
      incidentId,
      who: personSchema,
      status: z.enum(incidentStatuses),
      confirmedCause: z.enum(causeIds).nullable(),
      note: noteSchema,
    }),
    incidentSummarySchema,
  ),
  /** A photo that was sent with `transfer.receive` for the purpose `incident-photo`. */
  'trips.attachPhoto': command(
    z.strictObject({ intentId: z.uuid(), incidentId, transferId: z.uuid(), who: personSchema }),
    incidentSummarySchema,
  ),
  /** A ticket for `transfer.fetch`. */
  'trips.photo': query(
    z.strictObject({ incidentId, photoId: z.string().regex(/^[0-9a-f-]{1,64}$/) }),
    z.object({ ticket: z.string(), fileName: z.string() }),
  ),
  /** All incidents and near misses laid over one another; `weather`: the text of a CSV that a person gave. */
  'trips.patterns': query(z.strictObject({ weather: z.string().max(mostWeather).optional() }), patternsSchema),
} as const

/** What a screen sends a photo of an incident for. */
export const photoPurpose = 'incident-photo'

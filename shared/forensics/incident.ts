import { z } from 'zod'
import { usedNumberSchema } from '../model/finding.ts'
import { causeIds } from './cause.ts'
import { incidentKinds, type IncidentKind } from './evidence.ts'

/** How long before and after the moment an incident keeps what was measured, ms. */
export const beforeMs = 15 * 60_000
export const afterMs = 15 * 60_000

export const incidentStatuses = ['new', 'looking', 'explained', 'closed'] as const
export type IncidentStatus = (typeof incidentStatuses)[number]

const reasonSchema = z.object({
  sign: z.string(),
  says: z.string(),
  /** Natural logarithm of the likelihood ratio, from the table. */
  weight: z.number(),
  numbers: z.array(usedNumberSchema),
})
export const rankedCauseSchema = z.object({
  cause: z.enum(causeIds),
  name: z.string(),
  probability: z.number(),
  evidenceFor: z.array(reasonSchema),
  evidenceAgainst: z.array(reasonSchema),
  missing: z.array(z.string()),
  checkNext: z.array(z.string()),
})

/** One line of the timeline's drawing: values in the order of its times; null: nothing was read. */
export const seriesSchema = z.object({
  key: z.string(),
  label: z.string(),
  unit: z.enum(['A', 'V']),
  group: z.enum(['current', 'voltage', 'charger', 'limit']),
  values: z.array(z.number().nullable()),
})
/** Something that changed around the moment. */
export const changeSchema = z.object({
  atMs: z.number(),
  kind: z.enum(['start', 'end', 'limit', 'status', 'silent', 'back', 'finding', 'decision', 'incident', 'voltage']),
  subject: z.string(),
  text: z.string(),
})
export type IncidentChange = Readonly<z.infer<typeof changeSchema>>

export const photoSchema = z.object({
  id: z.string(),
  fileName: z.string(),
  mediaType: z.enum(['image/jpeg', 'image/png', 'image/webp']),
  bytes: z.number(),
  atMs: z.number(),
  sha256: z.string(),
})
export type IncidentPhoto = Readonly<z.infer<typeof photoSchema>>

/** What a list shows of an incident. */
export const incidentSummarySchema = z.object({
  id: z.string(),
  /** The moment, and when it was noticed (UTC). */
  atMs: z.number(),
  openedAtMs: z.number(),
  kind: z.enum(incidentKinds),
  circuitId: z.string().nullable(),
  circuitName: z.string().nullable(),
  phases: z.array(z.string()),
  chargers: z.array(z.string()),
  verdict: z.object({
    sentence: z.string(),
    byCurrent: z.enum(['explained', 'inside-band', 'warm', 'not-explained', 'unknown']),
    sureness: z.enum(['likely', 'perhaps', 'open']),
  }),
  topCause: z.enum(causeIds),
  topProbability: z.number(),
  /** open: the minutes after it are still being kept; cut: the program ended meanwhile. */
  state: z.enum(['open', 'complete', 'cut']),
  status: z.enum(incidentStatuses),
  /** What a person found out in the end. */
  confirmedCause: z.enum(causeIds).nullable(),
  /** What is missing of it, for a person. */
  missing: z.array(z.string()),
})
export type IncidentSummary = Readonly<z.infer<typeof incidentSummarySchema>>

export const incidentVersion = 1
export const incidentSchema = incidentSummarySchema.extend({
  /** Id of the incident that this one turned out to be part of: it is in no list, and what was opened by then still finds it. */
  partOf: z.string().optional(),
  version: z.literal(incidentVersion),
  siteName: z.string(),
  timezone: z.string(),
  /** Of a person who said that it tripped. */
  said: z.object({ who: z.string(), note: z.string(), atMs: z.number(), saidAtMs: z.number() }).nullable(),
  updatedAtMs: z.number(),
  /** Everything the ranking rests on (shared/forensics/evidence.ts). */
  evidence: z.record(z.string(), z.unknown()),
  ranked: z.array(rankedCauseSchema),
  /** Times of the series, UTC. */
  times: z.array(z.number()),
  series: z.array(seriesSchema),
  /** How the series are known. */
  seriesBasis: z.string(),
  changes: z.array(changeSchema),
  notes: z.array(z.object({ atMs: z.number(), who: z.string(), text: z.string() })),
  photos: z.array(photoSchema),
})
export type Incident = Readonly<z.infer<typeof incidentSchema>>

export const summaryOf = (incident: Incident): IncidentSummary => incidentSummarySchema.parse(incident)

/** Whether it claims that something opened or stopped: where only readings stopped, or only a person says so, it does not. */
export const claimsTrip = ({ kind, topCause }: Pick<Incident, 'kind' | 'topCause'>): boolean =>
  kind !== 'sight' && kind !== 'said' && topCause !== 'telemetry-only'

/** What an incident looks like, in two words. */
export const kindWords: Readonly<Record<IncidentKind, string>> = {
  trip: 'Breaker open',
  pole: 'Pole open',
  'charger-stop': 'Charger stopped',
  window: 'Voltage window',
  supply: 'Supply lost',
  dark: 'All silent',
  sight: 'Not seen',
  said: 'Said by a person',
}

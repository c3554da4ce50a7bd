import { z } from 'zod'
import { causeIds } from '../../shared/forensics/cause.ts'
import { incidentKinds } from '../../shared/forensics/evidence.ts'
import { claimsTrip } from '../../shared/forensics/incident.ts'
import { byCurrentWords } from '../../shared/forensics/verdict.ts'
import type { Diagnosed } from '../core/forensics/diagnose-record.ts'
import { isoTime } from './monitor-records.ts'

const reason = z.object({
  says: z.string().describe('with its numbers and where they come from'),
  weight: z.number().describe('natural logarithm of the likelihood ratio, from shared/forensics/likelihood-table.ts'),
})

/** One line of `diagnose`. */
export const diagnoseLineSchema = z.object({
  type: z.literal('incident'),
  schema: z.literal(1),
  id: z.string(),
  at: z.string().describe('the moment: of the first reading without the load, UTC'),
  noticedAfterS: z.number().describe('from the moment to the first verdict, by the times of the record'),
  kind: z
    .enum(incidentKinds)
    .describe('what was noticed: sight means that readings stopped, not that something tripped'),
  claimsTrip: z
    .boolean()
    .describe('false: only readings stopped, or only a person says so; nothing is claimed to have opened or stopped'),
  circuit: z.string().nullable(),
  circuitName: z.string().nullable(),
  phases: z.array(z.string()),
  chargers: z.array(z.string()),
  said: z.object({ who: z.string(), note: z.string(), at: z.string() }).nullable(),
  verdict: z.string(),
  sureness: z.enum(['likely', 'perhaps', 'open']),
  byCurrent: z.enum(Object.keys(byCurrentWords) as [keyof typeof byCurrentWords]),
  firstCause: z.enum(causeIds).describe('what the first verdict said'),
  causes: z
    .array(
      z.object({
        cause: z.enum(causeIds),
        name: z.string(),
        probability: z.number(),
        for: z.array(reason),
        against: z.array(reason),
        missing: z.array(z.string()),
        checkNext: z.array(z.string()),
      }),
    )
    .describe('likeliest first; the probabilities of all of them are 1 together'),
  missing: z.array(z.string()).describe('what of the 15 minutes before and after is not there'),
})
export type DiagnoseLine = z.infer<typeof diagnoseLineSchema>

/** The JSON Schema of one line, for readers in other languages. */
export const diagnoseJsonSchema = (): unknown => ({
  ...z.toJSONSchema(diagnoseLineSchema, { target: 'draft-2020-12' }),
  $id: 'https://tripscope.invalid/schemas/diagnose.schema.json',
  title: 'One line of "npm run -s diagnose"',
})

const digits = (value: number, count: number): number => Number(value.toFixed(count))

export const diagnoseLine = ({ incident, first }: Diagnosed): DiagnoseLine => ({
  type: 'incident',
  schema: 1,
  id: incident.id,
  at: isoTime(incident.atMs),
  noticedAfterS: digits((first.openedAtMs - incident.atMs) / 1000, 1),
  kind: incident.kind,
  claimsTrip: claimsTrip(incident),
  circuit: incident.circuitId,
  circuitName: incident.circuitName,
  phases: incident.phases,
  chargers: incident.chargers,
  said:
    incident.said === null
      ? null
      : { who: incident.said.who, note: incident.said.note, at: isoTime(incident.said.atMs) },
  verdict: incident.verdict.sentence,
  sureness: incident.verdict.sureness,
  byCurrent: incident.verdict.byCurrent,
  firstCause: first.topCause,
  causes: incident.ranked.map((cause) => ({
    cause: cause.cause,
    name: cause.name,
    probability: digits(cause.probability, 4),
    for: cause.evidenceFor.map(({ says, weight }) => ({ says, weight })),
    against: cause.evidenceAgainst.map(({ says, weight }) => ({ says, weight })),
    missing: cause.missing,
    checkNext: cause.checkNext,
  })),
  missing: incident.missing,
})

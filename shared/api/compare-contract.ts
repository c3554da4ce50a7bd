import { z } from 'zod'
import { incidentSummarySchema } from '../forensics/incident.ts'
import { severities } from '../model/finding.ts'
import { query } from './define.ts'
import { historyContract } from './history-contract.ts'

/** One side of a comparison: a recording that is open; null: the site. */
const sideId = z.string().max(80).nullable()

const sideSchema = z.object({
  deckId: sideId,
  /** Name of the file; of the site where it is live. */
  name: z.string(),
  siteName: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  meters: z.array(z.object({ id: z.string(), name: z.string(), quantities: z.array(z.string()) })),
  /** As of where it stands. */
  findings: z.array(
    z.object({ title: z.string(), subject: z.string(), severity: z.enum(severities), sinceMs: z.number() }),
  ),
  incidents: z.array(incidentSummarySchema),
})
export type ComparedSide = Readonly<z.infer<typeof sideSchema>>

/** Two recordings, or a recording and the site, beside one another. */
export const compareContract = {
  'compare.read': query(
    z.strictObject({ one: sideId, other: sideId }),
    z.object({
      one: sideSchema,
      other: sideSchema,
      /** What differs between their site files, entries by their ids; null: nothing on that side. */
      changes: z.array(z.object({ path: z.string(), one: z.string().nullable(), other: z.string().nullable() })),
    }),
  ),
  /** `history.read` of one side. */
  'compare.history': query(
    historyContract['history.read'].input.extend({ deckId: sideId }),
    historyContract['history.read'].output,
  ),
} as const

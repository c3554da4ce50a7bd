import { z } from 'zod'
import { decisionSchema, writeSchema } from '../model/decision.ts'
import { auditRowSchema, intervalSchema } from '../model/event.ts'
import { query } from './define.ts'
import { lastRowsOf, timeRange } from './time-range.ts'

/** What was measured, decided, written and done before now. Rows of a range: as of `events.read`. */

/** Rows of an answer with all statistics (45 of a full meter), and of one with the few that were asked for: about 2 MB of JSON either way. */
export const mostFullIntervalRows = 500
export const mostIntervalRows = 2000

/** An interval, or several joined to one row for a long range. */
export const joinedIntervalSchema = intervalSchema.extend({
  /** How many intervals are in the row, and where it ends; absent for a single one. */
  joined: z.number().int().optional(),
  endMs: z.number().optional(),
})
export type JoinedInterval = Readonly<z.infer<typeof joinedIntervalSchema>>

const bucket = z.tuple([z.number(), z.number(), z.number()]).nullable()

export const historyContract = {
  'history.read': query(
    timeRange.extend({
      meterId: z.string(),
      quantities: z.array(z.string()).min(1).max(12),
      maxBuckets: z.number().int().min(10).max(2000),
    }),
    z.object({
      startMs: z.number(),
      bucketMs: z.number(),
      columns: z.array(z.object({ quantity: z.string(), buckets: z.array(bucket) })),
    }),
  ),
  /**
   * Intervals in order of time. Without `limit` the whole range in at most `mostJoinedRows` rows: where there are more, neighbours are joined
   * (energies summed, extremes kept; `joined` and `endMs` say so). With `limit` a page of single ones from the oldest or newest end: for all of
   * them ask again from behind the last one until none comes. `quantities` names the statistics that are wanted (default: all, and fewer rows).
   */
  'intervals.read': query(
    timeRange.extend({
      meterId: z.string(),
      lengthS: z.union([z.literal(60), z.literal(900)]),
      quantities: z.array(z.string()).max(8).optional(),
      limit: z.number().int().min(1).max(mostIntervalRows).optional(),
      from: z.enum(['oldest', 'newest']).optional(),
    }),
    z.array(joinedIntervalSchema),
  ),
  'decisions.read': query(lastRowsOf, z.array(decisionSchema)),
  'writes.read': query(lastRowsOf, z.array(writeSchema)),
  'audit.read': query(lastRowsOf, z.array(auditRowSchema)),
} as const

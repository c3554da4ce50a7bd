import { z } from 'zod'

/** UTC, epoch milliseconds; the end is not in it. */
export const timeRange = z.strictObject({ fromMs: z.number(), toMs: z.number() })

/** The newest `limit` rows of a range. */
export const lastRowsOf = timeRange.extend({ limit: z.number().int().min(1).max(5000) })

import { z } from 'zod'
import { whySchema } from '../allocation/why.ts'
import { query } from './define.ts'
import { timeRange } from './time-range.ts'

const column = z.array(z.number().nullable())

/** What load control did with one charger and why, now and in the past. */
export const storyContract = {
  /** `atMs`: null is now. The newest decision kept that is not younger; decisions are kept when they change, and once a minute. */
  'control.why': query(z.strictObject({ chargerId: z.string(), atMs: z.number().nullable() }), whySchema),
  /** One charger's limits, requests and current of the last hour, and what changed and why. */
  'control.story': query(
    timeRange.extend({ chargerId: z.string() }),
    z.object({
      /** The times of the columns; null is a gap. */
      atMs: z.array(z.number()),
      /** What control decided (the request), what the charger says is in force, and the highest phase current it measured, A. */
      askedA: column,
      heldA: column,
      drawnA: column,
      /** From when on the columns are kept: this run of the program, an hour at most. */
      sinceMs: z.number(),
      stepMs: z.number(),
      changes: z.array(
        z.object({
          atMs: z.number(),
          fromA: z.number().nullable(),
          toA: z.number(),
          mode: z.enum(['monitoring', 'armed']),
          why: z.string(),
        }),
      ),
      /** How fast its limit falls and rises here, and why. */
      hysteresis: z.array(z.string()),
    }),
  ),
} as const

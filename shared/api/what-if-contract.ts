import { z } from 'zod'
import { strategySchema } from '../site/control-schema.ts'
import { query } from './define.ts'
import { timeRange } from './time-range.ts'

/** Longest stretch that is played at once: an hour of a middling site takes some ten seconds. */
export const longestStretchMs = 21_600_000

const outcome = z.object({
  energyKWh: z.number(),
  /** Above limits, A s over all phases and circuits, how often and how long in one piece, s. */
  overAs: z.number(),
  breaches: z.number().int(),
  longestOverS: z.number(),
  /** Highest and mean share of the tightest limit, %. */
  worstShare: z.number(),
  meanShare: z.number(),
  switches: z.number().int(),
  trips: z.number().int(),
  money: z.number(),
})

/** A recorded stretch with other settings, against the same stretch with the settings of now. */
export const whatIfContract = {
  'control.whatIf': query(
    timeRange.extend({
      margin: z.number().min(0.5).max(1).optional(),
      strategy: strategySchema.optional(),
      /** Every so manieth second a decision reaches the chargers. */
      loopS: z.number().int().min(1).max(60).optional(),
      /** Limits and breakers of one circuit, times this. */
      rating: z.strictObject({ circuitId: z.string(), factor: z.number().min(0.2).max(3) }).optional(),
    }),
    z.object({
      asIs: outcome,
      changed: outcome,
      /** What the comparison rests on and what it can't know. */
      basis: z.array(z.string()),
    }),
  ),
} as const

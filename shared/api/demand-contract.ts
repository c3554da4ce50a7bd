import { z } from 'zod'
import { demandStateSchema } from '../planning/demand-state.ts'
import { command, query } from './define.ts'
import { personSchema as person, reasonSchema as reason } from './person-words.ts'

const priceSlotSchema = z.object({ fromMs: z.number(), toMs: z.number(), perKWh: z.number() })
const intent = { intentId: z.uuid(), who: person, reason }
/** A month of quarter hours as JSON is under 400 kB. */
const longestPriceFile = 1_000_000

const planSchema = z.object({
  slots: z.array(
    z.object({
      fromMs: z.number(),
      toMs: z.number(),
      perKWh: z.number().nullable(),
      kW: z.number(),
      naiveKW: z.number(),
    }),
  ),
  cars: z.array(
    z.object({
      chargerId: z.string(),
      plannedKWh: z.number(),
      missingKWh: z.number(),
      money: z.number().nullable(),
      naiveMoney: z.number().nullable(),
      kW: z.array(z.number()),
    }),
  ),
  money: z.number().nullable(),
  naiveMoney: z.number().nullable(),
  missingKWh: z.number(),
})

/** Demand, tariff, dimming and the planner. Money is in the site file's currency. */
export const demandContract = {
  'demand.read': query(
    z.strictObject({}),
    demandStateSchema.extend({
      atMs: z.number(),
      currency: z.string(),
      /** Price of the month's highest demand per kW; null: not declared. */
      charge: z.number().nullable(),
      /** What the peak so far costs, and what it would cost if this interval ends as predicted. */
      peakMoney: z.number().nullable(),
      predictedMoney: z.number().nullable(),
      prices: z.array(priceSlotSchema),
      /** "day-ahead.json, read 2026-11-28" or "the site file's tariff". */
      pricesFrom: z.string(),
      isPlanApplied: z.boolean(),
      /** The intervals that ended in the last hours, newest last: mean power, W. */
      intervals: z.array(z.object({ startMs: z.number(), watts: z.number() })),
    }),
  ),
  /** Energy a vehicle is to have by a time (null: taken back). */
  'demand.setTarget': command(
    z.strictObject({
      ...intent,
      chargerId: z.string(),
      target: z.strictObject({ energyKWh: z.number().positive().max(1000), departAtMs: z.number() }).nullable(),
    }),
    demandStateSchema,
  ),
  /** The grid operator dims, or no longer does, told by a person or by a file. */
  'demand.dim': command(z.strictObject({ ...intent, isDimmed: z.boolean() }), demandStateSchema),
  /** Prices from a file: CSV with a head line, or day-ahead JSON. */
  'demand.setPrices': command(
    z.strictObject({ ...intent, name: z.string().max(200), text: z.string().max(longestPriceFile) }),
    z.object({ prices: z.array(priceSlotSchema), notes: z.array(z.string()) }),
  ),
  /** What the planner would do for the targets there are, and what the naive way costs. */
  'demand.plan': query(z.strictObject({}), planSchema),
  /** Follows the plan (made anew as things change), or no longer does. */
  'demand.applyPlan': command(
    z.strictObject({ ...intent, isApplied: z.boolean() }),
    z.object({ isApplied: z.boolean() }),
  ),
} as const

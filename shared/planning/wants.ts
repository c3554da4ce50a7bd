import { z } from 'zod'

/** What persons and the planner want of load control beside limits: kept by the site, each only narrows what a charger gets or orders who goes first. */

export const targetSchema = z.object({
  chargerId: z.string(),
  /** Energy the vehicle is to have got by then, kWh from when it was said. */
  energyKWh: z.number().positive().max(1000),
  departAtMs: z.number(),
  who: z.string(),
  setAtMs: z.number(),
  /** Charged since then, kWh. */
  gotKWh: z.number(),
})
export type Target = Readonly<z.infer<typeof targetSchema>>

/** From and until when a charger may have how much, A; times of the calendar. */
export const planSlotSchema = z.object({ fromMs: z.number(), toMs: z.number(), limitA: z.number().min(0) })
export type PlanSlot = Readonly<z.infer<typeof planSlotSchema>>

export const dimmingStateSchema = z.object({
  isDimmed: z.boolean(),
  /** "digital input of UMG 96RM", or who said so. */
  source: z.string(),
  sinceMs: z.number(),
  /** What the chargers may have together while it holds, W. */
  allowedW: z.number(),
  devices: z.number().int(),
})
export type DimmingState = Readonly<z.infer<typeof dimmingStateSchema>>

/** One thing that is wanted. */
export const wantSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('target'),
    chargerId: z.string(),
    /** null takes the target back. */
    target: z.strictObject({ energyKWh: z.number().positive().max(1000), departAtMs: z.number() }).nullable(),
  }),
  z.strictObject({ kind: z.literal('dim'), isDimmed: z.boolean() }),
  /** By the file of the grid operator; null: as much as they like. */
  z.strictObject({ kind: z.literal('dim-file'), allowedW: z.number().min(0).nullable(), validUntilMs: z.number() }),
  /** Why nothing can be read from it; null: it can be. What it said last holds until its time is over. */
  z.strictObject({ kind: z.literal('dim-file-problem'), why: z.string().max(500).nullable() }),
  z.strictObject({
    kind: z.literal('plan'),
    /** null takes all plans back. */
    plans: z
      .array(z.strictObject({ chargerId: z.string(), slots: z.array(planSlotSchema).max(500) }))
      .max(2000)
      .nullable(),
  }),
  z.strictObject({ kind: z.literal('month-peak'), watts: z.number().min(0), atMs: z.number() }),
])
export type Want = Readonly<z.infer<typeof wantSchema>>

import { z } from 'zod'
import { dimmingStateSchema, planSlotSchema, targetSchema } from './wants.ts'

export const demandNowSchema = z.object({
  meterId: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  /** Imported since the interval began, kWh, by the meter's register; null: its beginning was not seen. */
  energyKWh: z.number().nullable(),
  soFarW: z.number(),
  predictedW: z.number(),
  leastW: z.number(),
  allowedW: z.number().nullable(),
  recentW: z.number().nullable(),
  targetW: z.number().nullable(),
  month: z.string(),
  monthPeakW: z.number().nullable(),
  monthPeakAtMs: z.number().nullable(),
  ageMs: z.number().nullable(),
})
export const demandStateSchema = z.object({
  demand: demandNowSchema.nullable(),
  dimming: dimmingStateSchema.nullable(),
  targets: z.array(targetSchema),
  plans: z.array(z.object({ chargerId: z.string(), slots: z.array(planSlotSchema) })),
})
export type DemandState = Readonly<z.infer<typeof demandStateSchema>>

import { z } from 'zod'

/** What rows of the history about sampled voltage events and captures hold: read anew, because old rows may have another form. */
export const voltageDataSchema = z.object({
  source: z.string(),
  event: z.object({
    kind: z.enum(['dip', 'swell', 'interruption']),
    fromMs: z.number(),
    toMs: z.number().nullable(),
    isCut: z.boolean(),
    extremeV: z.number(),
    channels: z.array(z.string()),
  }),
  side: z.object({ side: z.enum(['upstream', 'downstream', 'unknown']), why: z.string() }).nullish(),
})
export type VoltageData = z.infer<typeof voltageDataSchema>

export const captureDataSchema = z.object({
  source: z.string(),
  captureId: z.string(),
  atMs: z.number(),
  fromMs: z.number().optional(),
  toMs: z.number().optional(),
  cause: z.object({ kind: z.string(), hasTime: z.boolean().optional() }).optional(),
})
export type CaptureData = z.infer<typeof captureDataSchema>

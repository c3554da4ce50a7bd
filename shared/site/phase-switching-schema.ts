import { z } from 'zod'

/**
 * When a charger may be switched between three phases and one. Contactors wear and a car must stop for it, so both ways wait, and an
 * hour has only so many.
 */
export const phaseSwitchingSchema = z.strictObject({
  phases: z
    .enum(['auto', 'fixed'])
    .default('auto')
    .describe('auto: one phase where there is no room for the minimum on three; fixed: left as it is'),
  toOne: z
    .number()
    .int()
    .min(30)
    .max(3600)
    .default(120)
    .describe('Seconds for which three phases must have had too little before it goes to one'),
  toThree: z
    .number()
    .int()
    .min(60)
    .max(7200)
    .default(300)
    .describe('Seconds for which three phases must have had enough before it goes back to them'),
  perHour: z.number().int().min(1).max(12).default(4).describe('Most switches within any hour'),
})
export type PhaseSwitching = z.infer<typeof phaseSwitchingSchema>

/** As a charger of the site file has it. */
export const phaseSwitchingField = phaseSwitchingSchema
  .optional()
  .describe('Whether load control may switch it between one phase and three; without it never')

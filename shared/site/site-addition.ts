import { z } from 'zod'
import { lineSchema, meterSchema } from './site.ts'

/** What a person adds to the site after finding a device: a meter, the line it hangs on where that is new, and the circuit it measures. */
export const siteAdditionSchema = z.strictObject({
  /** A line the site file does not have yet; null where `meter.line` names one of its own. */
  line: lineSchema.nullable(),
  meter: meterSchema,
  /** A circuit without a meter that this one measures; null leaves the meter unassigned. */
  circuitId: z.string().nullable(),
})
export type SiteAddition = z.infer<typeof siteAdditionSchema>

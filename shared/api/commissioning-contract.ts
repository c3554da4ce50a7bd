import { z } from 'zod'
import { wiringCheckSchema } from '../wiring/check-result.ts'
import { query } from './define.ts'

/** How the site is connected: this part's entries of the contract. */
export const meterWiringSchema = z.object({ meterId: z.string(), checks: z.array(wiringCheckSchema) })

export const commissioningContract = {
  /** Every passive check of every meter, as of the last image (shared/wiring). */
  'commissioning.wiring': query(z.strictObject({}), z.object({ meters: z.array(meterWiringSchema) })),
} as const
export type MeterWiring = Readonly<z.infer<typeof meterWiringSchema>>

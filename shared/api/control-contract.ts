import { z } from 'zod'
import { controlStateSchema, fallbackWrittenSchema, overrideSchema } from '../model/decision.ts'
import { command } from './define.ts'
import { personSchema as person, reasonSchema as reason } from './person-words.ts'

/** What a person may want of the load control. */
export const controlContract = {
  'control.arm': command(z.strictObject({ intentId: z.uuid(), who: person, reason }), controlStateSchema),
  'control.disarm': command(
    z.strictObject({ intentId: z.uuid(), who: person, reason }),
    controlStateSchema,
    'carried-out',
  ),
  /**
   * Writes the declared fallback and the watchdog's time into a charger, once, where its document allows it, and reads them back.
   * `confirmed`: the person was told that this is kept in the charger.
   */
  'control.writeFallback': command(
    z.strictObject({ intentId: z.uuid(), chargerId: z.string(), who: person, reason, confirmed: z.literal(true) }),
    fallbackWrittenSchema,
  ),
  /** A limit for one charger until it expires: 0 pauses; clamped by every hard limit; ends by itself. */
  'override.set': command(
    z.strictObject({
      intentId: z.uuid(),
      chargerId: z.string(),
      limitA: z.number().min(0).max(500),
      ttlS: z.number().int().min(10).max(86_400),
      reason,
      who: person,
    }),
    overrideSchema,
  ),
  'override.cancel': command(
    z.strictObject({ intentId: z.uuid(), overrideId: z.string(), who: person, reason }),
    overrideSchema,
  ),
} as const

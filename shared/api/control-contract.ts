import { z } from 'zod'
import { controlStateSchema, fallbackWrittenSchema } from '../model/decision.ts'
import { overrideConditionSchema, overrideSchema, overrideScopeSchema } from '../model/override.ts'
import { overridePreviewSchema } from '../model/override-preview.ts'
import { command, query } from './define.ts'
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
  /**
   * A limit until it expires or a condition breaks: 0 pauses; clamped by every hard limit; ends by itself. `chargerId` is short for the
   * scope of one charger; exactly one of the two.
   */
  'override.set': command(
    z
      .strictObject({
        intentId: z.uuid(),
        chargerId: z.string().optional(),
        scope: overrideScopeSchema.optional(),
        limitA: z.number().min(0).max(6300),
        ttlS: z.number().int().min(10).max(86_400),
        conditions: z.array(overrideConditionSchema).max(8).optional(),
        reason,
        who: person,
      })
      .refine(({ chargerId, scope }) => (chargerId === undefined) !== (scope === undefined), {
        message: 'either chargerId or scope says what it holds',
      }),
    overrideSchema,
  ),
  /** What it would come to, before it is given: nothing is changed. */
  'override.preview': query(
    z.strictObject({ scope: overrideScopeSchema, limitA: z.number().min(0).max(6300) }),
    overridePreviewSchema.nullable(),
  ),
  /** The window that gave these overrides is still open; those given on that condition end when it says so no more. */
  'override.renew': command(
    z.strictObject({ intentId: z.uuid(), overrideIds: z.array(z.string()).max(200), who: person }),
    z.array(z.string()),
  ),
  'override.cancel': command(
    z.strictObject({ intentId: z.uuid(), overrideId: z.string(), who: person, reason }),
    overrideSchema,
  ),
} as const

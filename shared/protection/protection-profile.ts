import { z } from 'zod'

/** A register's raw number says something where its bits under `mask` are `equals`. `of` is a quantity of the same profile. */
const bits = {
  of: z.string(),
  mask: z.number().int().min(1).max(0xffffffff),
  equals: z.number().int().min(0).max(0xffffffff),
}

export const breakerStates = ['open', 'closed', 'tripped'] as const
export type BreakerState = (typeof breakerStates)[number]

/**
 * What a trip unit means by a cause, whatever its maker calls it. `protection`: by its protection, it does not say by which part;
 * `commanded`: somebody or something opened it on purpose; `device`: its own fault.
 */
export const tripKinds = [
  'overload',
  'short-circuit',
  'earth-fault',
  'neutral',
  'temperature',
  'undervoltage',
  'imbalance',
  'protection',
  'commanded',
  'device',
] as const
export type TripKind = (typeof tripKinds)[number]

/**
 * What a trip unit or a residual current monitor says of itself, in a meter's profile. All of it is read; nothing of it is ever written,
 * so what can only be read after a write (a settings group to be chosen, an event to be asked for) is believed only where it is there.
 */
export const protectionSchema = z.strictObject({
  /** The first that fits; none: not known. */
  states: z.array(z.strictObject({ ...bits, means: z.enum(breakerStates) })).default([]),
  /** States and causes count only where this holds. */
  validWhen: z.strictObject(bits).optional(),
  /** Why it tripped, in words for a person, and as what it counts where causes are ranked (missing: it is shown only). */
  causes: z.array(z.strictObject({ ...bits, says: z.string(), means: z.enum(tripKinds).optional() })).default([]),
  /** Alarms of a residual current monitor, in words. */
  alarms: z.array(z.strictObject({ ...bits, says: z.string() })).default([]),
  /** Its own settings are among the quantities (setting_ir, ...); they are believed where this holds. */
  settingsWhen: z.strictObject(bits).optional(),
  hasSettings: z.boolean().default(false),
})
export type Protection = z.infer<typeof protectionSchema>
export type ProtectionBits = { readonly of: string; readonly mask: number; readonly equals: number }

import { z } from 'zod'
import { sourceSchema } from '../profile/register.ts'
import { isQuantityKey, type QuantityKey } from '../quantities.ts'
import { mbusFunctions } from './record-value.ts'
import { mbusDirections, mbusPhases } from './phases.ts'
import { mbusQuantities } from './vif-tables.ts'

/**
 * Which record of a reply holds a quantity: by what its DIF and VIF say. All that is not written must be plain: no storage, tariff,
 * sub-unit, phase or direction, and never any other VIFE.
 */
const select = {
  /** Quantity of the VIF (vif-tables.ts). */
  vif: z.enum(mbusQuantities as [string, ...string[]]),
  function: z.enum(mbusFunctions).default('instantaneous'),
  storage: z.number().int().min(0).default(0),
  /** `all`: the sum of every tariff from 1 up, for a meter that sends no total. */
  tariff: z.union([z.number().int().min(0), z.literal('all')]).default(0),
  subUnit: z.number().int().min(0).max(1023).default(0),
  phase: z.enum(mbusPhases).optional(),
  direction: z.enum(mbusDirections).optional(),
  /** The n-th of the records that fit, from 1, over all telegrams of a reply: for meters whose records differ by their place only. */
  position: z.number().int().min(1).max(255).optional(),
  /** Reactive or apparent quantities that the meter sends as W or Wh, for want of a unit in the old standard. */
  as: z.enum(['reactive', 'apparent']).optional(),
  /** From the unit the VIF names to the quantity's own unit by itself; this beside it. */
  scale: z.number().default(1),
}

export const mbusSelectorSchema = z.strictObject(select)
export type MbusSelector = z.infer<typeof mbusSelectorSchema>

export const mbusQuantitySchema = z.strictObject({
  ...select,
  /** Where the first fits no record, these are tried in turn. */
  or: z.array(mbusSelectorSchema).optional(),
  note: z.string().optional(),
  confidence: z.enum(['single-source', 'conflicting']).optional(),
})
export type MbusQuantity = z.infer<typeof mbusQuantitySchema>

export const mbusProfileSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  make: z.string(),
  models: z.array(z.string()).min(1),
  sources: z.array(sourceSchema).min(1),
  confidence: z.enum(['high', 'medium', 'low']),
  /** The meters it is for, by their header: each entry is one way to fit; what is left out may be anything. */
  match: z
    .array(
      z.strictObject({
        manufacturer: z
          .string()
          .regex(/^[A-Z]{3}$/, 'three capital letters')
          .optional(),
        version: z.number().int().min(0).max(255).optional(),
        medium: z.number().int().min(0).max(255),
      }),
    )
    .min(1),
  capabilities: z.strictObject({
    /** Averaging window of voltage, current and power inside the meter, ms; null where the maker does not say. */
    windowMs: z.number().nullable(),
    /** How often the meter renews what it sends, ms; null where the maker does not say. */
    refreshMs: z.number().nullable(),
    /** It sends its own highest and lowest values (function field 1 and 2). */
    minMax: z.boolean(),
    /** Telegrams in one full reply; null where it depends on the meter. */
    telegrams: z.number().int().min(1).nullable(),
  }),
  billing: z.strictObject({ suitable: z.enum(['mid-variant-only', 'not-suitable', 'not-verified']), note: z.string() }),
  quirks: z.array(z.string()).default([]),
  quantities: z.record(z.string().refine(isQuantityKey, 'not a quantity of shared/quantities.ts'), mbusQuantitySchema),
})
export type MbusProfile = Omit<z.infer<typeof mbusProfileSchema>, 'quantities'> & {
  readonly quantities: Readonly<Partial<Record<QuantityKey, MbusQuantity>>>
}

/** `<id>.golden.yaml`: whole replies and the values a person expects of them. */
export const mbusGoldenSchema = z.strictObject({
  profile: z.string(),
  cases: z
    .array(
      z.strictObject({
        source: z.string(),
        /** Long frames of one reply as hex, from 68 to 16, in the order of the wire. */
        telegrams: z.array(z.string().regex(/^([0-9A-Fa-f]{2} ?)+$/, 'bytes as two hex digits each')).min(1),
        /** In the quantity's unit; null where the reply holds none. Quantities that are not named must be null. */
        values: z.record(z.string(), z.union([z.number(), z.null()])),
      }),
    )
    .min(1),
})
export type MbusGolden = z.infer<typeof mbusGoldenSchema>

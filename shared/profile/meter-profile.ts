import { z } from 'zod'
import { ownRecordFields } from '../meter-records/own-records.ts'
import { protectionSchema } from '../protection/protection-profile.ts'
import { isQuantityKey, type QuantityKey } from '../quantities.ts'
import {
  framingSchema,
  identitySchema,
  nameplateSchema,
  lineHabitsSchema,
  notAvailableSchema,
  registerSchema,
  registerSpaceSchema,
  sourceSchema,
  wordOrderSchema,
} from './register.ts'

/** How often a quantity is read: fast at the meter's period, normal at most every 1 s, slow every 10 s. */
export const cadences = ['fast', 'normal', 'slow'] as const
export type Cadence = (typeof cadences)[number]

export const meterQuantitySchema = registerSchema.extend({
  every: z.enum(cadences),
  /** Confirmed by one source only, or sources disagree: said beside the value. */
  confidence: z.enum(['single-source', 'conflicting']).optional(),
})

/**
 * A register in which the meter itself keeps the highest or lowest it ever measured of a quantity. It is read slowly, for change:
 * what it says beyond what polling saw is evidence of the time between two reads. Never written, so never reset by us.
 */
export const meterExtremeSchema = registerSchema.extend({
  /** What it is the extreme of: a key of `quantities`, so that polling has something to be compared with. */
  quantity: z.string(),
  kind: z.enum(['maximum', 'minimum']),
  /** reset: since it was reset at the meter; demand-period: begins anew by itself with every period, so its fall is nothing to tell; unknown: the maker does not say. */
  since: z.enum(['reset', 'demand-period', 'unknown']),
  confidence: z.enum(['single-source', 'conflicting']).optional(),
})

/**
 * A layout that is found and not fixed: the addresses of the profile are those of a device whose model's number stands in register
 * `at`; shared/sunspec/place.ts moves them to where the device's own chain of models has it.
 */
export const sunSpecLayoutSchema = z.strictObject({
  /** Numbers of the models that have this layout. */
  models: z.array(z.number().int().min(1).max(65534)).min(1),
  /** Registers of the model after its length register. */
  length: z.number().int().min(1).max(65535),
  at: z.number().int().min(0).max(65535),
  /** Other profiles whose models will do as well. */
  alternatives: z.array(z.string()).default([]),
})

export const meterProfileSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  make: z.string(),
  models: z.array(z.string()).min(1),
  sources: z.array(sourceSchema).min(1),
  confidence: z.enum(['high', 'medium', 'low']),
  transports: z.array(z.enum(['tcp', 'rtu-over-tcp', 'serial'])).min(1),
  framing: framingSchema,
  serial: z
    .strictObject({
      baud: z.number().int(),
      parity: z.enum(['none', 'even', 'odd']),
      stopBits: z.union([z.literal(1), z.literal(2)]),
      unit: z.number().int(),
    })
    .optional(),
  space: registerSpaceSchema,
  wordOrder: wordOrderSchema,
  line: lineHabitsSchema,
  /** Recognises the model: this quantity must read inside [low, high]. */
  probe: z.strictObject({ quantity: z.string(), low: z.number(), high: z.number() }),
  /** Where the meter says its model; tells models apart that measure alike. */
  identity: z.array(identitySchema).optional(),
  /** Serial number, firmware and the ratio set in it, where a document names their registers. */
  nameplate: z.array(nameplateSchema).optional(),
  capabilities: z.strictObject({
    /** Averaging window of the fast quantities inside the meter, ms; null where the maker does not say. */
    windowMs: z.number().nullable(),
    /** How often the meter refreshes its registers, ms; null where the maker does not say. */
    refreshMs: z.number().nullable(),
    minMaxRegisters: z.boolean(),
    eventLog: z.boolean(),
    harmonicsToOrder: z.number().int().nullable(),
    angles: z.boolean(),
  }),
  billing: z.strictObject({ suitable: z.enum(['mid-variant-only', 'not-suitable', 'not-verified']), note: z.string() }),
  notAvailable: notAvailableSchema,
  sunspec: sunSpecLayoutSchema.optional(),
  quirks: z.array(z.string()).default([]),
  quantities: z.record(z.string().refine(isQuantityKey, 'not a quantity of shared/quantities.ts'), meterQuantitySchema),
  /** Of a trip unit or a residual current monitor: what its registers say. */
  protection: protectionSchema.optional(),
  /** What the meter keeps of its own: clock, event logs, alarms, verdict, captures, harmonics with angles. */
  ...ownRecordFields,
  /** The meter's own highest and lowest values; beside these, a listed `*_max` quantity is one of its base quantity (extremes.ts). */
  extremes: z.array(meterExtremeSchema).optional(),
})
export type MeterProfile = Omit<z.infer<typeof meterProfileSchema>, 'quantities'> & {
  readonly quantities: Readonly<Partial<Record<QuantityKey, z.infer<typeof meterQuantitySchema>>>>
  /** The model a device was found to have, whose registers `quantities` are then; never in a file (shared/sunspec/place.ts). */
  readonly sunspecModel?: number
}

/** `<id>.golden.yaml`: raw words seen in the maker's document or another project's test, and the value a person expects. */
export const goldenSchema = z.strictObject({
  profile: z.string(),
  cases: z
    .array(
      z.strictObject({
        source: z.string(),
        /** Meter or charger quantity key; `i_l1.maximum` for one of `extremes`; for chargers also `status`, and `limit-write` for what a written limit looks like. */
        quantity: z.string(),
        /** The registers' words in wire order, as four hex digits each; last the scale factor's, where the value has one. */
        words: z.array(z.string().regex(/^[0-9A-Fa-f]{4}$/)).min(1),
        /** Expected value in the quantity's unit; null where the words mean "not available"; a word for a status. */
        value: z.union([z.number(), z.string(), z.null()]),
        /** How far the register may be from `value`, in its unit: a display shows fewer digits and was read a moment later. Default: a ten-thousandth. */
        tolerance: z.number().nonnegative().optional(),
      }),
    )
    .default([]),
  /** Records, times and captured samples in the maker's words, and what each comes to. */
  records: z
    .array(
      z.strictObject({
        source: z.string(),
        /** `clock`, or the id of one of `logs`. */
        of: z.string(),
        words: z.array(z.string().regex(/^[0-9A-Fa-f]{4}$/)).min(1),
        /** The moment as the meter says it, "2026-11-28 22:15:03.250"; null: an empty slot. */
        time: z.string().nullable(),
        event: z.string().optional(),
        durationMs: z.number().optional(),
        extremeV: z.number().optional(),
        extremePercent: z.number().optional(),
        phases: z.array(z.string()).optional(),
        /** The code of an alarm or an entry. */
        about: z.string().optional(),
      }),
    )
    .optional(),
  /** One sample of a capture as bytes in the order they lie, its gain or scale, and the volts or amperes it is. */
  samples: z
    .array(
      z.strictObject({
        source: z.string(),
        bytes: z
          .string()
          .regex(/^([0-9A-Fa-f]{2} ?)+$/)
          .optional(),
        raw: z.number().optional(),
        gain: z.number(),
        value: z.number(),
      }),
    )
    .optional(),
})

import { z } from 'zod'

/** Register types as the makers' documents use them. Width in 16-bit registers is in `registerWidth`. */
export const registerTypes = [
  'uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64', 'float32', 'float64',
  /** Schneider's four-quadrant power factor in a float32: beyond +-1 the value is folded (manual DOCA0005EN). */
  'float32-4q-pf',
] as const
export type RegisterType = (typeof registerTypes)[number]

export const registerWidth: Readonly<Record<RegisterType, 1 | 2 | 4>> = {
  uint16: 1, int16: 1, uint32: 2, int32: 2, uint64: 4, int64: 4, float32: 2, float64: 4, 'float32-4q-pf': 2,
}

export const wordOrderSchema = z.enum(['high-first', 'low-first'])
export type WordOrder = z.infer<typeof wordOrderSchema>

export const registerSpaceSchema = z.enum(['holding', 'input'])
export type RegisterSpace = z.infer<typeof registerSpaceSchema>

/** Where a number lives: zero-based wire address, type, and the factor from the raw number to the quantity's unit. */
export const registerSchema = z.strictObject({
  address: z.number().int().min(0).max(65535),
  type: z.enum(registerTypes),
  scale: z.number().default(1),
  /** Default from the profile. */
  space: registerSpaceSchema.optional(),
  wordOrder: wordOrderSchema.optional(),
  note: z.string().optional(),
})
export type Register = z.infer<typeof registerSchema>

/** The habits of a device on its line that a legal read must respect. */
export const lineHabitsSchema = z.strictObject({
  /** Largest number of registers in one read. */
  maxRegisters: z.number().int().min(1).max(125),
  /** Registers without a listed quantity that a block may run across; 0 where they raise an exception. */
  maxGap: z.number().int().min(0).max(124).default(0),
  /** Only even addresses and counts are answered. */
  evenOnly: z.boolean().default(false),
  /** Address ranges [first, last] that no block may touch. */
  holes: z.array(z.tuple([z.number().int(), z.number().int()])).default([]),
  timeoutMs: z.number().int().min(50).max(10_000).default(500),
  /** Silence wanted between frames beyond the standard's 3.5 characters. */
  quietMs: z.number().min(0).max(1000).default(0),
})
export type LineHabits = z.infer<typeof lineHabitsSchema>

/**
 * Raw integers that mean "not available", by type; strings (decimal or 0x) where a number would lose digits. NaN is always that.
 */
export const notAvailableSchema = z.partialRecord(
  z.enum(['uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64']),
  z.array(z.union([z.number().int(), z.string().regex(/^(0x[0-9a-fA-F]+|-?[0-9]+)$/, 'a whole number, decimal or with 0x')])),
).default({})

export const sourceSchema = z.strictObject({ document: z.string(), page: z.string().optional(), note: z.string().optional() })

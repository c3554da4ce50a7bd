import { z } from 'zod'

/** Register types as the makers' documents use them. Width in 16-bit registers is in `registerWidth`. */
export const registerTypes = [
  'uint16',
  'int16',
  'uint32',
  'int32',
  'uint64',
  'int64',
  'float32',
  'float64',
  /** Schneider's four-quadrant power factor in a float32: beyond +-1 the value is folded (manual DOCA0005EN). */
  'float32-4q-pf',
] as const
export type RegisterType = (typeof registerTypes)[number]

export const registerWidth: Readonly<Record<RegisterType, 1 | 2 | 4>> = {
  uint16: 1,
  int16: 1,
  uint32: 2,
  int32: 2,
  uint64: 4,
  int64: 4,
  float32: 2,
  float64: 4,
  'float32-4q-pf': 2,
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
  /**
   * Where the device itself keeps the power of ten of this value (SunSpec's sunssf: -10 to 10): the value is raw x 10^it x `scale`.
   * Read in one block with the value, since it may change; without a valid one the value is missing.
   */
  scaleRegister: z.strictObject({ address: z.number().int().min(0).max(65535), name: z.string() }).optional(),
  /** What the maker's document calls it, where the screen should say so: SunSpec's point names. */
  point: z.string().optional(),
  note: z.string().optional(),
})
export type Register = z.infer<typeof registerSchema>

type Placed = Pick<Register, 'address' | 'type'> & { readonly scaleRegister?: Register['scaleRegister'] }

/** The registers that must come in one read for this value: its own and the one of its scale factor, with all between. */
export const registerSpan = ({
  address,
  type,
  scaleRegister,
}: Placed): { readonly first: number; readonly width: number } => {
  const first = Math.min(address, scaleRegister?.address ?? address)
  return { first, width: Math.max(address + registerWidth[type], (scaleRegister?.address ?? 0) + 1) - first }
}

/** How many words `decodeRegister` takes: the value's own, and one of its scale factor. */
export const decodedWidth = ({ type, scaleRegister }: Omit<Placed, 'address'>): number =>
  registerWidth[type] + (scaleRegister === undefined ? 0 : 1)

/** What `decodeRegister` takes, cut from words that were read from register `from` on: the value's words, then its scale factor's. */
export const wordsOfRegister = (
  { address, type, scaleRegister }: Placed,
  from: number,
  words: readonly number[],
): number[] => [
  ...words.slice(address - from, address - from + registerWidth[type]),
  ...(scaleRegister === undefined ? [] : words.slice(scaleRegister.address - from, scaleRegister.address - from + 1)),
]

/** How the device frames its messages on a serial bus: rtu, or ascii where it speaks Modbus ASCII only. Default rtu. */
export const framingSchema = z.enum(['rtu', 'ascii']).optional()

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
  /** Functions 3 and 4 answer the same registers, by the maker's word: reads may alternate, so that a reply is told from one before. */
  bothFunctions: z.literal(true).optional(),
  timeoutMs: z.number().int().min(50).max(10_000).default(500),
  /** Silence wanted between frames beyond the standard's 3.5 characters. */
  quietMs: z.number().min(0).max(1000).default(0),
})
export type LineHabits = z.infer<typeof lineHabitsSchema>

const rawIntegerSchema = z.union([
  z.number().int(),
  z.string().regex(/^(0x[0-9a-fA-F]+|-?[0-9]+)$/, 'a whole number, decimal or with 0x'),
])

/**
 * Raw integers that mean "not available", by type; strings (decimal or 0x) where a number would lose digits; {from, to} for a whole range,
 * e.g. every number with 0x7FFF in its high word. NaN is always that, and so are the codes of `commonMarkers`.
 */
export const notAvailableSchema = z
  .partialRecord(
    z.enum(['uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64']),
    z.array(z.union([rawIntegerSchema, z.strictObject({ from: rawIntegerSchema, to: rawIntegerSchema })])),
  )
  .default({})

export const sourceSchema = z.strictObject({
  document: z.string(),
  page: z.string().optional(),
  note: z.string().optional(),
})

/**
 * A register in which the device says what it is, and what its models say there. Read alone, exactly so many registers: several
 * makers answer it in no other way. A device that answers with something else is another model; one that refuses says nothing.
 */
export const identitySchema = z.strictObject({
  address: z.number().int().min(0).max(65535),
  /** text: two characters a register, high byte first; text-wide: one character a register. */
  type: z.enum(['uint16', 'uint32', 'text', 'text-wide']),
  /** Length of a text, registers. */
  registers: z.number().int().min(1).max(40).default(1),
  /** Default from the profile. */
  space: registerSpaceSchema.optional(),
  /** Numbers as they are, texts by their beginning, and the model each means. */
  expected: z
    .array(z.strictObject({ value: z.union([z.number().int(), z.string().min(1)]), model: z.string() }))
    .min(1),
  /** Confirmed by one source only, or sources disagree. */
  confidence: z.enum(['single-source', 'conflicting']).optional(),
  source: z.string(),
})
export type Identity = z.infer<typeof identitySchema>

/**
 * A register in which the device says who it is or how it is set: read on request only, and compared with an earlier look (maintenance).
 * Read alone, as an identity is.
 */
export const nameplateSchema = z.strictObject({
  of: z.enum(['serial', 'firmware', 'ct-primary', 'ct-secondary']),
  address: z.number().int().min(0).max(65535),
  type: z.enum(['uint16', 'uint32', 'float32', 'text', 'text-wide']),
  /** Length of a text, registers. */
  registers: z.number().int().min(1).max(40).default(1),
  /** Default from the profile. */
  space: registerSpaceSchema.optional(),
  /** Amperes for one of its units; of transformers only. */
  scale: z.number().positive().optional(),
  source: z.string(),
})
export type Nameplate = z.infer<typeof nameplateSchema>

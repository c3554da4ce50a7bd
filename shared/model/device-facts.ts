import { z } from 'zod'

/** What was learned of one device and holds until it or its profile changes: which reads it answers. */
export const deviceFactsSchema = z.object({
  version: z.literal(1),
  /** Of the registers and habits it was learned with; another one makes it void. */
  fingerprint: z.string(),
  blocks: z.array(
    z.object({
      functionCode: z.union([z.literal(3), z.literal(4)]),
      address: z.number().int().min(0).max(65535),
      count: z.number().int().min(1).max(125),
      keys: z.array(z.string()).min(1),
    }),
  ),
  /** Quantities whose registers it refuses even alone. */
  refused: z.array(z.string()),
})
export type DeviceFacts = Readonly<z.infer<typeof deviceFactsSchema>>

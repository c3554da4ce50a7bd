import { z } from 'zod'
import { query, stream } from './define.ts'

export const feedHealthSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['openmetrics', 'modbus-tcp', 'mqtt']),
  /** Where it can be read or goes to. */
  address: z.string(),
  state: z.enum(['opening', 'open', 'failed']),
  /** Why it failed and what to do; null: it did not. */
  why: z.string().nullable(),
  served: z.number(),
  servedAtMs: z.number().nullable(),
  /** Readers that were let go: to make room for others, or since they did not take their answer. */
  letGo: z.number(),
})
export type FeedHealthRow = z.infer<typeof feedHealthSchema>

/** What other systems read of this site. A feed only goes out; it is set up in the site file. */
export const feedsContract = {
  'feeds.watch': stream(
    'latest',
    z.strictObject({}),
    z.object({
      feeds: z.array(feedHealthSchema),
      /** Why none of them runs here; null: they do. */
      offWhy: z.string().nullable(),
    }),
  ),
  /** The registers of a feed over Modbus TCP. Addresses are zero-based. */
  'feeds.registers': query(
    z.strictObject({}),
    z.object({
      rows: z.array(
        z.object({
          address: z.number().int(),
          kind: z.enum(['site', 'circuit', 'charger', 'meter']),
          id: z.string(),
          label: z.string(),
          unit: z.string(),
        }),
      ),
    }),
  ),
} as const

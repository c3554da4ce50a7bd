import { z } from 'zod'
import { command, query } from './define.ts'
import { noteSchema, personSchema } from './person-words.ts'
import { timeRange } from './time-range.ts'

/** The store keeps every second of a week. */
export const longestSnapshotMs = 7 * 86_400_000

/** The last minutes, or a stretch that was. */
const windowFields = { minutes: z.number().min(1).max(10_080).optional(), range: timeRange.optional() }

export const snapshotContract = {
  /** A snapshot of a stretch of time, made while it is fetched with the ticket (`transfer.fetch`). One of `minutes` and `range` is given. */
  'snapshot.export': command(
    z.strictObject({
      intentId: z.uuid(),
      ...windowFields,
      who: personSchema,
      note: noteSchema,
      /** The comments of the site file too; people write secrets there in more ways than can be found. */
      comments: z.boolean().default(false),
      /** Names of the site and of all that is in it, hosts and persons are replaced by numbered ones. */
      anonymous: z.boolean().default(false),
    }),
    z.object({ fileName: z.string(), ticket: z.string() }),
    // Sent again, it is another file: a ticket works once.
    'shared',
  ),
  /** What would go into it, and about how large each part would be, bytes before packing; null: not known before it is made. */
  'snapshot.preview': query(
    z.strictObject(windowFields),
    z.object({
      fromMs: z.number(),
      toMs: z.number(),
      parts: z.array(z.object({ name: z.string(), what: z.string(), bytes: z.number().nullable() })),
      /** Of the file, packed: a guess. */
      packedBytes: z.number(),
      remarks: z.array(z.string()),
    }),
  ),
} as const

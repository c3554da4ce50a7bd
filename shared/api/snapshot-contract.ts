import { z } from 'zod'
import { command } from './define.ts'
import { noteSchema, personSchema } from './person-words.ts'

export const snapshotContract = {
  /** A zip of the last `minutes`, made while it is fetched with the ticket (`transfer.fetch`). */
  'snapshot.export': command(
    z.strictObject({
      intentId: z.uuid(),
      minutes: z.number().min(1).max(1440),
      who: personSchema,
      note: noteSchema,
      /** The comments of the site file too; people write secrets there in more ways than can be found. */
      comments: z.boolean().default(false),
    }),
    z.object({ fileName: z.string(), ticket: z.string() }),
    // Sent again, it is another file: a ticket works once.
    'shared',
  ),
} as const

import { z } from 'zod'
import { command } from './define.ts'
import { noteSchema, personSchema } from './person-words.ts'

export const snapshotContract = {
  /** A zip of the last `minutes`; the renderer saves it where the person says. */
  'snapshot.export': command(
    z.strictObject({
      intentId: z.uuid(),
      minutes: z.number().min(1).max(1440),
      who: personSchema,
      note: noteSchema,
      /** The comments of the site file too; people write secrets there in more ways than can be found. */
      comments: z.boolean().default(false),
    }),
    z.object({
      fileName: z.string(),
      sha256: z.string(),
      base64: z.string(),
      files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
    }),
    'shared',
  ),
} as const

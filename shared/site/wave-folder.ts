import { z } from 'zod'

/** Into it another recorder writes its files, e.g. a share of a power quality meter; each is opened when it is whole. */
export const waveFolderSchema = z.strictObject({
  id: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9._-]{0,62}$/,
      'lower-case letters, digits, ".", "_" or "-", starting with a letter or digit',
    )
    .describe('Unique over the whole file; lower-case letters, digits, ".", "_", "-"'),
  name: z.string().min(1).max(80).optional(),
  path: z.string().min(1).max(1000).describe('Folder on this computer, absolute; nothing in it is changed'),
})

import { z } from 'zod'

/** A photo a person attached; its bytes lie beside, by `id`. */
export const photoSchema = z.object({
  id: z.string(),
  fileName: z.string(),
  mediaType: z.enum(['image/jpeg', 'image/png', 'image/webp']),
  bytes: z.number(),
  sha256: z.string(),
  atMs: z.number(),
  who: z.string(),
})
export type AcceptancePhoto = Readonly<z.infer<typeof photoSchema>>

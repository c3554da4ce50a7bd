import { z } from 'zod'

/**
 * An alarm put aside for a bounded time by a person who knows of it (ISA-18.2: shelving). It is still found and kept; it only doesn't
 * call for attention. Longest time, s: a shift of 12 hours. Editable assumption.
 */
export const longestShelfS = 12 * 3600
export const shortestShelfS = 60

export const shelvedSchema = z.object({
  who: z.string(),
  atMs: z.number(),
  untilMs: z.number(),
  reason: z.string(),
})
export type Shelved = Readonly<z.infer<typeof shelvedSchema>>

import { z } from 'zod'
import { command, query } from './define.ts'
import { personSchema as who, reasonSchema as reason } from './person-words.ts'

/** As large as a site file may be (electron/io/site-file.ts). */
const text = z.string().max(2 << 20)

export const siteProblemSchema = z.object({
  line: z.number().int(),
  column: z.number().int(),
  /** `circuits[2].breaker.rating`; empty for the file as a whole. */
  path: z.string(),
  message: z.string(),
  remedy: z.string(),
  severity: z.enum(['error', 'warning']),
})
export type SiteProblem = Readonly<z.infer<typeof siteProblemSchema>>

const modelSchema = z.object({ id: z.string(), make: z.string(), model: z.string() })
const catalogueSchema = z.object({
  meters: z.array(modelSchema),
  mbusMeters: z.array(modelSchema),
  chargers: z.array(modelSchema),
})
export type SiteModels = z.infer<typeof catalogueSchema>

/** The site file as a person writes it on the screen: its text, what is wrong with a draft of it, and putting a draft in its place. */
export const siteEditorContract = {
  'siteFile.text': query(z.strictObject({}), z.object({ text: z.string(), version: z.string(), file: z.string() })),
  'siteFile.check': query(z.strictObject({ text }), z.array(siteProblemSchema)),
  /** Meters and chargers there are profiles of. */
  'siteFile.models': query(z.strictObject({}), catalogueSchema),
  /** Writes the draft and opens the site anew. Refused while armed, and where the file is no longer of the version `basedOn`. */
  'siteFile.save': command(
    z.strictObject({ intentId: z.uuid(), text, basedOn: z.string(), who, reason }),
    z.object({ reopens: z.literal(true) }),
  ),
} as const

import { z } from 'zod'
import { command, stream } from './define.ts'

const person = z.string().trim().min(1).max(80)

/** How the site file on disk stands to the site that is open. */
export const siteFileStateSchema = z.object({
  /** The file says something else than when it was opened. */
  changed: z.boolean(),
  /** Why the file as it is now could not be opened; null where it could. */
  problem: z.string().nullable(),
  /** False: the file names no time zone, so days and reports are in UTC until a person says where the site is. */
  namesTimezone: z.boolean(),
})
export type SiteFileState = Readonly<z.infer<typeof siteFileStateSchema>>

export const siteFileContract = {
  siteFile: stream('latest', z.strictObject({}), siteFileStateSchema),
  /** Closes the site and opens its file anew. Refused while armed, and where the file can't be opened as it is. */
  'site.reopen': command(z.strictObject({ intentId: z.uuid(), who: person }), z.object({ reopens: z.literal(true) })),
  /** Writes the site's time zone (IANA name) into its file and opens it anew. */
  'site.setTimezone': command(
    z.strictObject({ intentId: z.uuid(), who: person, timezone: z.string().trim().min(1).max(64) }),
    z.object({ reopens: z.literal(true) }),
  ),
} as const

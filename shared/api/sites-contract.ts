import { z } from 'zod'
import { command, query } from './define.ts'
import { personSchema as who } from './person-words.ts'

export const siteOnDiskSchema = z.object({
  file: z.string(),
  /** false: it was open once and is no longer there. */
  isThere: z.boolean(),
})

const sitesSchema = z.object({
  /** The file of the site that is open; null: the simulated one. */
  current: z.string().nullable(),
  /** Open on this computer before, the newest first. */
  recent: z.array(siteOnDiskSchema),
  /** Where new ones are made when no other place is named. */
  folder: z.string(),
})
export type Sites = z.infer<typeof sitesSchema>

/** A path of this computer, as a person types or chooses it. */
const file = z.string().trim().min(1).max(1000)

export const newSiteSchema = z.strictObject({
  name: z.string().trim().min(1).max(80),
  /** IANA name. */
  timezone: z.string().trim().min(1).max(64),
  limitA: z.number().positive().max(6300),
  nominalVoltage: z.number().min(90).max(400),
  frequency: z.union([z.literal(50), z.literal(60)]),
})

/** Which site is open, and turning to another. A host shows one at a time. */
export const sitesContract = {
  'sites.list': query(z.strictObject({}), sitesSchema),
  /** Closes the open site and opens this one (null: the simulated one). Refused while armed, and where it can't be opened. */
  'sites.open': command(
    z.strictObject({ intentId: z.uuid(), file: file.nullable(), who }),
    z.object({ opens: z.literal(true) }),
  ),
  /** Writes a new site file and opens it. `file`: where; null: in the usual folder, named after the site. */
  'sites.create': command(
    z.strictObject({ intentId: z.uuid(), site: newSiteSchema, file: file.nullable(), who }),
    z.object({ opens: z.literal(true), file: z.string() }),
  ),
} as const

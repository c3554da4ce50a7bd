import { z } from 'zod'
import { severities } from '../model/finding.ts'
import { command, query, stream } from './define.ts'
import { personSchema as who } from './person-words.ts'

export const siteOnDiskSchema = z.object({
  file: z.string(),
  /** false: it was open once and is no longer there. */
  isThere: z.boolean(),
})

const sitesSchema = z.object({
  /** The file of the site that this screen shows; null: the simulated one, or none. */
  current: z.string().nullable(),
  /** Open on this computer before, the newest first. */
  recent: z.array(siteOnDiskSchema),
  /** Where new ones are made when no other place is named. */
  folder: z.string(),
})
export type Sites = z.infer<typeof sitesSchema>

/** An alarm that calls for a person: active, not shelved and not acknowledged. */
const callingSchema = z.object({
  id: z.string(),
  severity: z.enum(severities),
  title: z.string(),
  message: z.string(),
  raisedAtMs: z.number(),
})
export type CallingAlarm = Readonly<z.infer<typeof callingSchema>>

export const openSiteSchema = z.object({
  siteId: z.string(),
  name: z.string(),
  /** null: the simulated one. */
  file: z.string().nullable(),
  /** Who armed its control; null: it is only watched. */
  armedBy: z.string().nullable(),
  isArmed: z.boolean(),
  /** Why nothing can be written there; null: it can. */
  readOnly: z.string().nullable(),
  /** Active alarms that are not shelved; null before its first picture. */
  active: z.object({ critical: z.number(), warning: z.number(), info: z.number() }).nullable(),
  /** Those that call, the worst and newest first; no more than a person reads. */
  calling: z.array(callingSchema),
  /** Meters and chargers that answer, of all. */
  answering: z.number(),
  devices: z.number(),
  /** Replies of its devices since it was opened: while they rise it is measured. */
  replies: z.number(),
  /** Of its last picture, its time; null: none yet. */
  atMs: z.number().nullable(),
  /** What went wrong with it as a whole, e.g. a changed file that could not be opened. */
  problem: z.string().nullable(),
})
export type OpenSite = Readonly<z.infer<typeof openSiteSchema>>

const openSitesSchema = z.object({
  /** In the order in which they were opened. */
  sites: z.array(openSiteSchema),
  /** How many may be open at once. */
  most: z.number(),
  /** Were to be opened by the program itself and could not be. */
  notOpened: z.array(z.object({ file: z.string(), why: z.string() })),
})
export type OpenSites = Readonly<z.infer<typeof openSitesSchema>>

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

/**
 * The sites that the program has open, each measured and controlled by itself; which of them a screen shows is said by its greeting
 * (frames.ts), not here.
 */
export const sitesContract = {
  'sites.list': query(z.strictObject({}), sitesSchema),
  /** How every open site does, about once a second, whichever this screen shows. */
  openSites: stream('latest', z.strictObject({}), openSitesSchema),
  /**
   * Opens a site (null: the simulated one) beside the others, or says that it is open; the screen then turns to it. `instead`: the one this
   * screen shows is closed for it. Refused where it can't be opened, shares a line with one that is open, or too many are open.
   */
  'sites.open': command(
    z.strictObject({ intentId: z.uuid(), file: file.nullable(), instead: z.boolean().default(false), who }),
    z.object({
      siteId: z.string(),
      /** false: it is opened when the other one is closed; the screen comes to it by itself. */
      isOpen: z.boolean(),
    }),
  ),
  /** Writes a new site file and opens it. `file`: where; null: in the usual folder, named after the site. */
  'sites.create': command(
    z.strictObject({ intentId: z.uuid(), site: newSiteSchema, file: file.nullable(), who }),
    z.object({ siteId: z.string(), file: z.string() }),
  ),
  /** Closes a site; the others go on. Refused while its control is armed unless a person said so (`evenArmed`), and for the last one. */
  'sites.close': command(
    z.strictObject({ intentId: z.uuid(), siteId: z.string().max(100), evenArmed: z.boolean(), who }),
    z.object({}),
  ),
} as const

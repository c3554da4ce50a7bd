import { z } from 'zod'
import {
  controlStateSchema,
  decisionSchema,
  fallbackWrittenSchema,
  overrideSchema,
  writeSchema,
} from '../model/decision.ts'
import { auditRowSchema, eventSchema, intervalSchema } from '../model/event.ts'
import { findingSchema, notAssessedSchema } from '../model/finding.ts'
import { healthSchema } from '../model/health.ts'
import { imageSchema, phaseSchema } from '../model/image.ts'
import { siteSchema } from '../site/site.ts'
import { command, query, stream } from './define.ts'
import { doctorContract } from './doctor-contract.ts'
import { exploreContract } from './explore-contract.ts'
import { noteSchema, personSchema, reasonSchema } from './person-words.ts'
import { scanContract } from './scan-contract.ts'
import { siteFileContract } from './site-file-contract.ts'

/** Times are UTC, epoch milliseconds. Ids of intents are made by the client (UUID), so a repeated send is one intent. */

/** v1; a client that speaks another number is told to reload. */
export const contractVersion = 1

const range = z.strictObject({ fromMs: z.number(), toMs: z.number() })
const person = personSchema
const reason = reasonSchema

/** How one quantity of one meter is known: shown beside every value of it. */
export const quantitySourceSchema = z.object({
  /** "input register 0x0046, float32, high word first, x1 (FC 4)" */
  register: z.string(),
  periodMs: z.number(),
  /** The meter's own averaging window, ms; null when the maker does not say. */
  windowMs: z.number().nullable(),
  /** Longest event that could have been missed entirely between two reads, ms: the period less the window. */
  blindMs: z.number(),
  confidence: z.enum(['confirmed', 'single-source', 'conflicting']),
})

export const meterDescriptionSchema = z.object({
  id: z.string(),
  name: z.string(),
  profileId: z.string(),
  make: z.string(),
  model: z.string(),
  lineId: z.string(),
  /** Modbus unit or M-Bus address, and the same for a person: "unit 5", "M-Bus address 5", "M-Bus number 12345678". */
  unit: z.number(),
  address: z.string(),
  bus: z.enum(['modbus', 'mbus']),
  quantities: z.record(z.string(), quantitySourceSchema),
  billing: z.string(),
  currentTransformer: z.string().nullable(),
  quirks: z.array(z.string()),
  documents: z.array(z.string()),
  /** Quantities of a normal meter page this model does not have. */
  lacks: z.array(z.string()),
  /** What the device itself said it is, where that is looked up (SunSpec): null until it answered; absent for a model that is fixed. */
  identity: z
    .object({
      maker: z.string().nullable(),
      model: z.string().nullable(),
      version: z.string().nullable(),
      serial: z.string().nullable(),
      /** "meter model 203, three phases with neutral, at register 40069; 'SunS' at register 40000" */
      place: z.string(),
      notes: z.array(z.string()),
    })
    .nullable()
    .optional(),
})
export const chargerDescriptionSchema = z.object({
  id: z.string(),
  name: z.string(),
  profileId: z.string(),
  make: z.string(),
  model: z.string(),
  circuitId: z.string(),
  phases: z.array(phaseSchema),
  minimumA: z.number(),
  maximumA: z.number(),
  priority: z.number(),
  fallbackA: z.number(),
  canReadBack: z.boolean(),
  canPause: z.boolean(),
  watchdog: z.string(),
  /** Why it is never written to; null: it is controlled. */
  monitoredOnly: z.string().nullable(),
  /** What this model cannot do, each as the end of "it cannot ...", and how it would switch phases where it can. */
  cannot: z.array(z.string()),
  phaseSwitch: z.string().nullable(),
})

export const overviewSchema = z.object({
  site: siteSchema,
  meters: z.array(meterDescriptionSchema),
  chargers: z.array(chargerDescriptionSchema),
  /** Warnings about the site file that do not stop it from being used. */
  warnings: z.array(z.string()),
  version: z.string(),
})

export const liveSchema = z.object({
  image: imageSchema,
  control: controlStateSchema,
  /** Active findings, those that cleared and nobody has acknowledged, and what could not be assessed. */
  findings: z.array(findingSchema),
  notAssessed: z.array(notAssessedSchema),
})

/** Polled samples of one meter, oldest first; null is a gap. All columns have the length of `atMs`. */
export const traceSchema = z.object({
  reset: z.boolean(),
  atMs: z.array(z.number()),
  columns: z.record(z.string(), z.array(z.number().nullable())),
})

/** Rows of an answer with all statistics (45 of a full meter), and of one with the few that were asked for: about 2 MB of JSON either way. */
export const mostFullIntervalRows = 500
export const mostIntervalRows = 2000

/** An interval, or several joined to one row for a long range. */
export const joinedIntervalSchema = intervalSchema.extend({
  /** How many intervals are in the row, and where it ends; absent for a single one. */
  joined: z.number().int().optional(),
  endMs: z.number().optional(),
})
export type JoinedInterval = Readonly<z.infer<typeof joinedIntervalSchema>>

const bucket = z.tuple([z.number(), z.number(), z.number()]).nullable()

export const contract = {
  'site.describe': query(z.strictObject({}), overviewSchema),

  /** Everything the screens show, about once a second; the newest replaces the older. */
  live: stream('latest', z.strictObject({}), liveSchema),
  /** Every sample of one meter at its polling rate, beginning with up to `backlogS` seconds of the past. */
  trace: stream(
    'every',
    z.strictObject({
      meterId: z.string(),
      quantities: z.array(z.string()).min(1).max(24),
      backlogS: z.number().min(0).max(600),
    }),
    traceSchema,
  ),
  health: stream('latest', z.strictObject({}), healthSchema),
  /** New rows of the history as they happen, newest last; first the last `backlog` rows. */
  events: stream(
    'every',
    z.strictObject({ backlog: z.number().int().min(0).max(1000) }),
    z.object({ reset: z.boolean(), rows: z.array(eventSchema) }),
  ),

  'history.read': query(
    range.extend({
      meterId: z.string(),
      quantities: z.array(z.string()).min(1).max(12),
      maxBuckets: z.number().int().min(10).max(2000),
    }),
    z.object({
      startMs: z.number(),
      bucketMs: z.number(),
      columns: z.array(z.object({ quantity: z.string(), buckets: z.array(bucket) })),
    }),
  ),
  /**
   * Intervals in order of time. Without `limit` the whole range in at most `mostJoinedRows` rows: where there are more, neighbours are joined
   * (energies summed, extremes kept; `joined` and `endMs` say so). With `limit` a page of single ones from the oldest or newest end: for all of
   * them ask again from behind the last one until none comes. `quantities` names the statistics that are wanted (default: all, and fewer rows).
   */
  'intervals.read': query(
    range.extend({
      meterId: z.string(),
      lengthS: z.union([z.literal(60), z.literal(900)]),
      quantities: z.array(z.string()).max(8).optional(),
      limit: z.number().int().min(1).max(mostIntervalRows).optional(),
      from: z.enum(['oldest', 'newest']).optional(),
    }),
    z.array(joinedIntervalSchema),
  ),
  /**
   * The newest rows of the range, oldest first. Beside `limit` an answer ends at some megabytes: for all of a long range ask again for what lies
   * before the first row until nothing more comes.
   */
  'events.read': query(range.extend({ limit: z.number().int().min(1).max(5000) }), z.array(eventSchema)),
  'decisions.read': query(range.extend({ limit: z.number().int().min(1).max(5000) }), z.array(decisionSchema)),
  'writes.read': query(range.extend({ limit: z.number().int().min(1).max(5000) }), z.array(writeSchema)),
  'audit.read': query(range.extend({ limit: z.number().int().min(1).max(5000) }), z.array(auditRowSchema)),

  'control.arm': command(z.strictObject({ intentId: z.uuid(), who: person, reason }), controlStateSchema),
  'control.disarm': command(z.strictObject({ intentId: z.uuid(), who: person, reason }), controlStateSchema),
  /**
   * Writes the declared fallback and the watchdog's time into a charger, once, where its document allows it, and reads them back.
   * `confirmed`: the person was told that this is kept in the charger.
   */
  'control.writeFallback': command(
    z.strictObject({ intentId: z.uuid(), chargerId: z.string(), who: person, reason, confirmed: z.literal(true) }),
    fallbackWrittenSchema,
  ),
  /** A limit for one charger until it expires: 0 pauses; clamped by every hard limit; ends by itself. */
  'override.set': command(
    z.strictObject({
      intentId: z.uuid(),
      chargerId: z.string(),
      limitA: z.number().min(0).max(500),
      ttlS: z.number().int().min(10).max(86_400),
      reason,
      who: person,
    }),
    overrideSchema,
  ),
  'override.cancel': command(
    z.strictObject({ intentId: z.uuid(), overrideId: z.string(), who: person, reason }),
    overrideSchema,
  ),
  'finding.acknowledge': command(
    z.strictObject({ intentId: z.uuid(), findingId: z.string(), who: person, note: noteSchema }),
    findingSchema,
  ),

  /** A zip of the last `minutes`; the renderer saves it where the person says. */
  'snapshot.export': command(
    z.strictObject({
      intentId: z.uuid(),
      minutes: z.number().min(1).max(1440),
      who: person,
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
  ),

  ...scanContract,
  ...exploreContract,
  ...doctorContract,
  ...siteFileContract,
} as const

export type TripscopeContract = typeof contract
export type Overview = z.infer<typeof overviewSchema>
export type Live = z.infer<typeof liveSchema>
export type Trace = z.infer<typeof traceSchema>
export type MeterDescription = z.infer<typeof meterDescriptionSchema>
export type ChargerDescription = z.infer<typeof chargerDescriptionSchema>
export type QuantitySource = z.infer<typeof quantitySourceSchema>

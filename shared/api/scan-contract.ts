import { z } from 'zod'
import { siteAdditionSchema } from '../site/site-addition.ts'
import { lineSchema } from '../site/site.ts'
import { command, query, stream } from './define.ts'
import { personSchema } from './person-words.ts'

/** Finding devices: where to look, what was found, and taking a find into the site. A scan only reads. */

const person = personSchema
const list = z.string().trim().min(1).max(4000)
const bauds = [300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] as const
const mbusBauds = [300, 600, 1200, 2400, 4800, 9600, 19200, 38400] as const

export const scanRequestSchema = z.discriminatedUnion('kind', [
  /** Addresses, ports and unit ids as a person types them (shared/scan/lists.ts); nothing beyond them is asked. */
  z.strictObject({
    kind: z.literal('tcp'),
    hosts: list,
    ports: list,
    units: list,
    framings: z
      .array(z.enum(['tcp', 'rtu-over-tcp']))
      .min(1)
      .max(2),
  }),
  /** A serial port that no line of the site uses. */
  z.strictObject({
    kind: z.literal('serial'),
    path: z.string().trim().min(1).max(400),
    bauds: z
      .array(z.union(bauds.map((rate) => z.literal(rate))))
      .min(1)
      .max(bauds.length),
    parities: z
      .array(z.enum(['none', 'even', 'odd']))
      .min(1)
      .max(3),
    stopBits: z.union([z.literal(1), z.literal(2)]),
    units: list,
  }),
  /** A line of the site at its own settings, in the gaps of its polling. */
  z.strictObject({ kind: z.literal('line'), lineId: z.string().min(1).max(80), units: list }),
  /** Meters on an M-Bus, by their primary addresses, by their numbers with wildcards, or both ways. */
  z.strictObject({
    kind: z.literal('mbus'),
    at: z.discriminatedUnion('via', [
      /** An M-Bus line of the site, between its readings. */
      z.strictObject({ via: z.literal('line'), lineId: z.string().min(1).max(80) }),
      z.strictObject({
        via: z.literal('serial'),
        path: z.string().trim().min(1).max(400),
        bauds: z
          .array(z.union(mbusBauds.map((rate) => z.literal(rate))))
          .min(1)
          .max(mbusBauds.length),
        parity: z.enum(['none', 'even', 'odd']),
      }),
      /** A converter that passes bytes through. `baud`: that of the bus behind it, which says how long an answer may take. */
      z.strictObject({
        via: z.literal('tcp'),
        host: z.string().trim().min(1).max(253),
        port: z.number().int().min(1).max(65_535),
        baud: z.union(mbusBauds.map((rate) => z.literal(rate))),
      }),
    ]),
    by: z.enum(['primary', 'secondary', 'both']),
    /** Primary addresses as a person types them; not looked at when searched by number alone. */
    addresses: list,
    /** Numbers with the digits A to E too, which few meters have. */
    hexDigits: z.boolean(),
  }),
])
export type ScanRequest = z.infer<typeof scanRequestSchema>

/** What speaks for and against a model, in sentences with the figures they rest on. */
export const scanCandidateSchema = z.object({
  kind: z.enum(['meter', 'charger']),
  profileId: z.string(),
  make: z.string(),
  model: z.string(),
  /** 0..1, comparable between the candidates of one find; `word` says it. */
  confidence: z.number().min(0).max(1),
  word: z.enum(['certain', 'strong', 'likely', 'possible']),
  evidence: z.array(z.string()),
  against: z.array(z.string()),
  /** What must be done before it can be added, e.g. another word order set in the device; null: nothing. */
  hindrance: z.string().nullable(),
  /** Which of several meter models of a SunSpec device it is; null where there is no choice. */
  sunspec: z.object({ model: z.number().int(), index: z.number().int() }).nullable(),
})
export type ScanCandidate = z.infer<typeof scanCandidateSchema>

export const scanFindSchema = z.object({
  id: z.string(),
  atMs: z.number(),
  /** "127.0.0.1:502, Modbus TCP" or "/dev/ttyUSB0, 9600 baud 8N1" or "line bus-1". */
  where: z.string(),
  /** Modbus unit id; of an M-Bus meter the primary address in its answer. */
  unit: z.number(),
  /** What an M-Bus meter says of itself, and by which kind of address it was reached; null for Modbus. */
  mbus: z
    .object({
      /** Eight digits as printed on it; null where it tells none. */
      id: z.string().nullable(),
      manufacturer: z.string().nullable(),
      version: z.number().nullable(),
      medium: z.number().nullable(),
      mediumName: z.string().nullable(),
      reachedBy: z.array(z.enum(['primary', 'secondary'])),
    })
    .nullable(),
  /** The site's own line it hangs on, or the line to add with it. */
  lineId: z.string().nullable(),
  line: lineSchema.nullable(),
  /** identified: one model; ambiguous: several whose registers answer alike; unknown: it answers, but as none we know; garbled: broken replies. */
  verdict: z.enum(['identified', 'ambiguous', 'unknown', 'garbled']),
  /** Best first; empty when unknown. */
  candidates: z.array(scanCandidateSchema),
  notes: z.array(z.string()),
  turnaroundMs: z.number().nullable(),
  requests: z.number().int(),
})
export type ScanFind = z.infer<typeof scanFindSchema>

export const scanStateSchema = z.object({
  /** cancelled: it can be resumed where it stopped; ended: everything was tried. */
  phase: z.enum(['idle', 'running', 'cancelled', 'ended']),
  scanId: z.string().nullable(),
  request: scanRequestSchema.nullable(),
  who: z.string().nullable(),
  startedAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
  /** What is being tried, for a person. */
  now: z.string(),
  /** Unit ids tried, of how many: an id counts once for each port, framing and speed. Of an M-Bus: `counted` says what. */
  done: z.number().int(),
  total: z.number().int(),
  counted: z.enum(['unit ids', 'addresses', '% of the numbers', 'steps']),
  requests: z.number().int(),
  idsPerSecond: z.number().nullable(),
  leftMs: z.number().nullable(),
  finds: z.array(scanFindSchema),
  /** Where nothing could be asked, and why: a refused connection, a silent address, a port that can't be opened, meters that can't be told apart. */
  troubles: z.array(
    z.object({
      where: z.string(),
      kind: z.enum(['refused', 'silent', 'failed', 'mute', 'collision']),
      problem: z.string(),
    }),
  ),
  /** More troubles than are listed. */
  troublesLeftOut: z.number().int(),
  /** What the scan keeps to, and what it leaves alone. */
  notes: z.array(z.string()),
})
export type ScanState = z.infer<typeof scanStateSchema>

export const scanContract = {
  /** The state and the finds of the last scan, whole; kept while the program runs. */
  scan: stream('latest', z.strictObject({}), scanStateSchema),
  'scan.ports': query(
    z.strictObject({}),
    z.array(z.object({ path: z.string(), description: z.string(), lineId: z.string().nullable() })),
  ),
  'scan.start': command(
    z.strictObject({ intentId: z.uuid(), who: person, request: scanRequestSchema }),
    scanStateSchema,
  ),
  'scan.cancel': command(z.strictObject({ intentId: z.uuid() }), scanStateSchema),
  'scan.resume': command(z.strictObject({ intentId: z.uuid() }), scanStateSchema),
  /** Writes the meter into the site file and opens the site anew. Refused while control is armed and where another instance holds the site. */
  'site.addMeter': command(
    z.strictObject({ intentId: z.uuid(), who: person, addition: siteAdditionSchema }),
    z.object({ meterId: z.string() }),
  ),
} as const

import { z } from 'zod'
import { tapeEntrySchema } from '../bus/tape-entry.ts'
import { query, stream } from './define.ts'

/** What happens on a line: this part's entries of the contract. */

const deviceReportSchema = z.object({
  /** Null for a unit on the wire that the site file does not have. */
  id: z.string().nullable(),
  name: z.string(),
  kind: z.enum(['meter', 'charger', 'unknown']),
  unit: z.number(),
  requests: z.number(),
  replies: z.number(),
  timeouts: z.number(),
  crcErrors: z.number(),
  framingErrors: z.number(),
  wrongUnit: z.number(),
  lateReplies: z.number(),
  exceptions: z.record(z.string(), z.number()),
  turnaroundMs: z
    .object({ p50: z.number(), p95: z.number(), p99: z.number(), max: z.number(), n: z.number() })
    .nullable(),
  busShare: z.number(),
  /** The fast period asked for and the one seen, ms. */
  periodMs: z.number().nullable(),
  achievedPeriodMs: z.number().nullable(),
})

const signSchema = z.object({
  kind: z.string(),
  state: z.enum(['found', 'clear', 'not-assessed']),
  title: z.string(),
  text: z.string(),
  numbers: z.array(z.object({ label: z.string(), value: z.string() })),
  how: z.string(),
  remedy: z.string(),
  frames: z.array(z.number()),
})

/** A cycle of null: no period is long enough, because slower reads alone fill the line. */
const cycleSchema = z.object({ p50Ms: z.number().nullable(), p95Ms: z.number().nullable() })
const budgetSchema = z.object({
  /** Null: nothing was measured on this line yet, or it cannot be calculated; `note` says why. */
  best: cycleSchema.nullable(),
  note: z.string(),
  /** Share of the line's time at the periods asked for; above 1 they cannot be kept. */
  load: z.object({ p50: z.number(), p95: z.number() }).nullable(),
  wire: z
    .object({
      baud: z.number(),
      parity: z.enum(['none', 'even', 'odd']),
      stopBits: z.union([z.literal(1), z.literal(2)]),
    })
    .nullable(),
  advice: z.array(
    z.object({ kind: z.string(), title: z.string(), text: z.string(), cycle: cycleSchema, changes: z.boolean() }),
  ),
})

export const lineReportSchema = z.object({
  lineId: z.string(),
  framing: z.enum(['rtu', 'ascii', 'mbap', 'mbus']),
  fromMs: z.number(),
  toMs: z.number(),
  frames: z.number(),
  exchanges: z.number(),
  busShare: z.number(),
  /** How far the times can be trusted on this transport. */
  timing: z.string(),
  characterMs: z.number(),
  devices: z.array(deviceReportSchema),
  signs: z.array(signSchema),
  budget: budgetSchema,
  tape: z.object({
    entries: z.number(),
    bytes: z.number(),
    boundBytes: z.number(),
    sinceMs: z.number().nullable(),
    dropped: z.number(),
  }),
})
export type LineReport = Readonly<z.infer<typeof lineReportSchema>>

const lineId = z.string().min(1).max(80)

export const doctorContract = {
  /** What comes and goes on a line: first up to `backlogS` seconds of the past, then batches a few times a second. `dropped`: entries left out of a batch that would be too large. */
  'line.tape': stream(
    'every',
    z.strictObject({ lineId, backlogS: z.number().min(0).max(600) }),
    z.object({ reset: z.boolean(), dropped: z.number(), entries: z.array(tapeEntrySchema) }),
  ),
  /** Counts, signs and the best cycle over the last `windowS` seconds. `assumeBaud`: of a bus behind a gateway. */
  'doctor.report': query(
    z.strictObject({
      lineId,
      windowS: z.number().min(1).max(600),
      assumeBaud: z.number().int().min(300).max(1_000_000).nullable(),
    }),
    lineReportSchema,
  ),
  /** Entries of the tape, oldest first; the newest `limit` of the range. */
  'doctor.frames': query(
    z.strictObject({ lineId, fromMs: z.number(), toMs: z.number(), limit: z.number().int().min(1).max(5000) }),
    z.object({ entries: z.array(tapeEntrySchema), more: z.boolean() }),
  ),
  /** The kept frames of a range as a pcap file, to be fetched with the ticket (`transfer.fetch`); `how`: what to tell Wireshark. `seqs`: only these. */
  'doctor.exportPcap': query(
    z.strictObject({ lineId, fromMs: z.number(), toMs: z.number(), seqs: z.array(z.number()).max(20_000).nullable() }),
    z.object({ fileName: z.string(), ticket: z.string(), packets: z.number(), how: z.string() }),
  ),
} as const

import { z } from 'zod'
import { comparisonSchema } from '../acceptance/compare.ts'
import { dueSchema, dutySchema } from '../acceptance/due.ts'
import { planNumbersSchema, runSchema, runSummarySchema } from '../acceptance/run.ts'
import { siteChangeWordsSchema } from '../acceptance/site-diff.ts'
import { command, query, stream } from './define.ts'
import { personSchema as who, reasonSchema as reason, remarkSchema } from './person-words.ts'

const intentId = z.uuid()
const runId = z.string().regex(/^[0-9A-Za-z-]{1,80}$/, 'the id of a run')
const stepId = z.string().min(1).max(160)

const noticeSchema = z.object({
  tone: z.enum(['normal', 'warning', 'alarm']),
  /** The file of the protocol it is about. */
  part: z.string(),
  text: z.string(),
})
export type ProtocolNotice = Readonly<z.infer<typeof noticeSchema>>

/** A protocol that was checked, and the run in it where that could be read. */
export const checkedProtocolSchema = z.object({
  fileName: z.string(),
  isSound: z.boolean(),
  notices: z.array(noticeSchema),
  run: runSummarySchema.nullable(),
})
export type CheckedProtocol = Readonly<z.infer<typeof checkedProtocolSchema>>

export const acceptanceStateSchema = z.object({
  /** The one that is prepared, runs or is paused; null: none. */
  run: runSchema.nullable(),
  /** Finished and given up ones, newest first. */
  earlier: z.array(runSummarySchema),
  /** Control was armed by the run, and is disarmed when it ends. */
  isArmedByRun: z.boolean(),
  /** Why what is kept could not be read or kept, for a person; null: nothing is wrong. */
  problem: z.string().nullable(),
})
export type AcceptanceState = Readonly<z.infer<typeof acceptanceStateSchema>>

export const reactionSchema = z.object({
  chargerId: z.string(),
  name: z.string(),
  /** From too much current to less of it, as site file, profile and IEC 61851-1 allow, s; and of what it is the sum. */
  declaredS: z.number(),
  parts: z.array(z.object({ label: z.string(), seconds: z.number() })),
  /** Worst of the latest run: from the order to the read back, and to the current that follows, s; null: not measured. */
  measuredReadBackS: z.number().nullable(),
  measuredCurrentS: z.number().nullable(),
  measuredAtMs: z.number().nullable(),
  /** What the line of the charger does to it, or why nothing is known; a sentence. */
  says: z.string(),
})
export type Reaction = Readonly<z.infer<typeof reactionSchema>>

export const maintenanceSchema = z.object({
  /** The finished run it is compared with; null: there is none yet. */
  baseline: runSummarySchema.nullable(),
  nowMs: z.number(),
  site: z.array(siteChangeWordsSchema),
  /** Devices and settings, each as what it was and what it is; `why`: not known now. */
  devices: z.array(
    z.object({
      what: z.string(),
      was: z.string().nullable(),
      is: z.string().nullable(),
      state: z.enum(['same', 'changed', 'unknown']),
      why: z.string().nullable(),
    }),
  ),
  due: z.array(dueSchema),
})
export type Maintenance = Readonly<z.infer<typeof maintenanceSchema>>

/** The site acceptance test, and what is looked at after it. */
export const acceptanceContract = {
  'acceptance.state': stream('latest', z.strictObject({}), acceptanceStateSchema),
  /** What a test with these numbers would be made of. */
  'acceptance.plan': query(
    z.strictObject({ numbers: planNumbersSchema }),
    runSchema.pick({ steps: true, leftOut: true, numbers: true }),
  ),
  /** Prepares a run: of all steps of the plan, or of these. Refused while another is not finished. */
  'acceptance.prepare': command(
    z.strictObject({
      intentId,
      who,
      reason,
      numbers: planNumbersSchema,
      stepIds: z.array(stepId).max(20_000).nullable(),
    }),
    runSummarySchema,
  ),
  /**
   * Runs what is open, step by step; `stepId`: this one alone, also when it has a result already. `arm`: control is armed for it where
   * it is not, and disarmed at its end; without, steps that need it end as not done.
   */
  'acceptance.run': command(
    z.strictObject({ intentId, who, reason, stepId: stepId.nullable(), arm: z.boolean() }),
    runSummarySchema,
  ),
  /** Stops the step that runs: it is open again, and everything is back as it was. */
  'acceptance.pause': command(z.strictObject({ intentId, who }), runSummarySchema, 'carried-out'),
  'acceptance.remark': command(z.strictObject({ intentId, stepId, who, text: remarkSchema }), runSummarySchema),
  /** A photo that was sent with `transfer.receive` for the purpose `acceptance-photo`. */
  'acceptance.attachPhoto': command(z.strictObject({ intentId, stepId, transferId: z.uuid(), who }), runSummarySchema),
  /** A ticket for `transfer.fetch`. */
  'acceptance.photo': query(
    z.strictObject({ runId, photoId: z.string().regex(/^[0-9a-f-]{1,64}$/) }),
    z.object({ ticket: z.string(), fileName: z.string() }),
  ),
  /** A person's word on a step: refused as a pass where the step needs a photo and has none. */
  'acceptance.judge': command(
    z.strictObject({ intentId, stepId, who, verdict: z.enum(['pass', 'fail', 'not-done', 'open']), note: reason }),
    runSummarySchema,
  ),
  'acceptance.witness': command(
    z.strictObject({ intentId, name: who, role: z.string().trim().max(80) }),
    runSummarySchema,
  ),
  /** Reads what the devices say of themselves, and seals the protocol; nothing of the run changes any more. */
  'acceptance.finish': command(z.strictObject({ intentId, who, reason }), runSummarySchema),
  'acceptance.abandon': command(z.strictObject({ intentId, who, reason }), z.object({}), 'carried-out'),
  'acceptance.read': query(z.strictObject({ runId }), runSchema),
  /** A ticket for `transfer.fetch`: the sealed file, or one document of it. */
  'acceptance.protocol': query(
    z.strictObject({ runId, document: z.enum(['all', 'pdf', 'html', 'json']) }),
    z.object({ ticket: z.string(), fileName: z.string() }),
  ),
  /** A file that was sent for the purpose `acceptance-protocol`: whether it is as it was sealed. It may be compared with afterwards. */
  'acceptance.check': command(z.strictObject({ intentId, transferId: z.uuid() }), checkedProtocolSchema),
  /** `now` against an earlier one; both finished. */
  'acceptance.compare': query(z.strictObject({ runId, earlierId: runId }), comparisonSchema),
  /** Declared time of reaction against the measured one, for every charger. */
  'acceptance.reaction': query(z.strictObject({}), z.object({ chargers: z.array(reactionSchema) })),
  /** What changed since the latest finished run, and what is due. Reads the devices' own registers. */
  'maintenance.look': query(z.strictObject({}), maintenanceSchema),
  /** A calibration or a test that was done, or when it must be done again. */
  'maintenance.note': command(
    z.strictObject({ intentId, who, duty: dutySchema }),
    z.object({ due: z.array(dueSchema) }),
  ),
} as const

export const acceptancePhotoPurpose = 'acceptance-photo'
export const protocolPurpose = 'acceptance-protocol'

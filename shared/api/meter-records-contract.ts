import { z } from 'zod'
import { toldAlarmSchema, toldClockSchema } from '../model/meter-told.ts'
import { command, query, stream } from './define.ts'
import { personSchema as person, reasonSchema as reason } from './person-words.ts'

/** What meters keep of their own: clocks, event logs, verdicts, harmonics with angles. Their captures are among the wave sources (waves-contract.ts). */

const meterId = z.string().min(1).max(80)

export const ownRecordsSchema = z.object({
  meterId: z.string(),
  name: z.string(),
  clock: z
    .object({
      isSettable: z.boolean(),
      runsIn: z.enum(['utc', 'local', 'unknown']),
      /** null: it was not read yet, or can't be. */
      told: toldClockSchema.nullable(),
      atMs: z.number().nullable(),
      problem: z.string().nullable(),
    })
    .nullable(),
  logs: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      /** Taken into the history since the program was started, and when it was looked at last. */
      taken: z.number(),
      readAtMs: z.number().nullable(),
      problem: z.string().nullable(),
    }),
  ),
  alarms: z.array(toldAlarmSchema).nullable(),
  /** The meter's own verdict of EN 50160, the last that was read; null: there is none. */
  verdict: z
    .object({
      /** UTC, by its clock corrected. */
      atMs: z.number().nullable(),
      result: z.string(),
      failed: z.array(z.string()),
      /** Its counters of dips and swells by cell. */
      cells: z.array(z.object({ cell: z.string(), count: z.number() })),
    })
    .nullable(),
  /** Of a meter that judges itself: why there is no verdict, or no newer one; null: it was read, or this model does not judge. */
  noVerdict: z.enum(['not-asked-yet', 'not-read', 'not-judged-yet']).nullable(),
  hasHarmonics: z.boolean(),
})

const reconstructedChannelSchema = z.object({
  name: z.string(),
  unit: z.enum(['V', 'A']),
  /** RMS of order 1, 2, ... and degrees of a sine. */
  magnitudes: z.array(z.number()),
  anglesDeg: z.array(z.number()),
})

const reconstructedCycleSchema = z.object({
  atMs: z.number(),
  /** Stands beside every curve and in every file of it. */
  label: z.string(),
  orders: z.number(),
  frequencyHz: z.number(),
  channels: z.array(reconstructedChannelSchema),
  /** What is not drawn, and why. */
  without: z.array(z.object({ name: z.string(), why: z.string() })),
  /** The meter's setting must be said by a person. */
  asksVoltageUnit: z.boolean(),
})

export const meterRecordsContract = {
  'meterRecords.watch': stream('latest', z.strictObject({}), z.object({ meters: z.array(ownRecordsSchema) })),
  /** Sets the meter's clock to this computer's, reads it back, and writes who did it into the audit. */
  'meterRecords.setClock': command(
    z.strictObject({ intentId: z.uuid(), meterId, who: person, reason }),
    z.object({ beforeMs: z.number().nullable(), after: toldClockSchema }),
  ),
  /** One cycle of every channel from the harmonics with angles that the meter shows now. */
  'meterRecords.reconstruct': query(
    z.strictObject({
      meterId,
      /** What the meter's setting is, where its registers do not tell. */
      voltageUnit: z.enum(['V', '%']).nullable(),
    }),
    reconstructedCycleSchema,
  ),
} as const
export type OwnRecords = Readonly<z.infer<typeof ownRecordsSchema>>
export type ReconstructedCycle = Readonly<z.infer<typeof reconstructedCycleSchema>>

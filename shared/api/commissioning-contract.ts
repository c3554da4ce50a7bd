import { z } from 'zod'
import { phaseSchema } from '../model/image.ts'
import { wiringCheckSchema } from '../wiring/check-result.ts'
import { command, query, stream } from './define.ts'
import { personSchema as who, reasonSchema as reason } from './person-words.ts'

/** How the site is connected: this part's entries of the contract. */
export const meterWiringSchema = z.object({ meterId: z.string(), checks: z.array(wiringCheckSchema) })

const number = z.number().nullable()
const answerSchema = z.object({
  /** Median step of the current (A) and of the active power (W), and its noise, A. */
  stepA: number,
  stepW: number,
  noiseA: z.number(),
  responds: z.boolean(),
  /** Share of the charger's own step. */
  gain: number,
  /** Two sigma of that share, because the steps differ among themselves. */
  gainError: z.number(),
  angleDeg: number,
  ohm: number,
})
const perPhaseAnswer = z.object({ L1: answerSchema, L2: answerSchema, L3: answerSchema })
const siteChangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('charger-phases'), id: z.string(), phases: z.array(phaseSchema).readonly() }),
  z.object({ kind: z.literal('meter-reverse'), id: z.string(), reverse: z.boolean() }),
])

/** One test of a socket, as it grows or as it came out. */
export const socketTestSchema = z.object({
  testId: z.string(),
  chargerId: z.string(),
  who: z.string(),
  state: z.enum(['running', 'done', 'not-done']),
  /** What it does now, or why it is not done. */
  says: z.string(),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  lowA: z.number(),
  highA: z.number(),
  /** Steps read so far, and how many there will be. */
  steps: z.number(),
  ofSteps: z.number(),
  /** What the charger says of its own step at T1, T2, T3. */
  terminalStepA: z.array(number),
  terminalOhm: z.array(number),
  stepA: z.number(),
  matrix: z.array(
    z.object({
      meterId: z.string(),
      isAbove: z.boolean(),
      phases: perPhaseAnswer,
      settleMs: number,
    }),
  ),
  findings: z.array(
    z.object({
      subject: z.object({ kind: z.enum(['charger', 'meter']), id: z.string() }),
      state: z.enum(['good', 'check', 'wrong']),
      says: z.string(),
    }),
  ),
  unknown: z.array(z.string()),
  changes: z.array(z.object({ change: siteChangeSchema, why: z.string() })),
})

export const commissioningContract = {
  /** Every passive check of every meter, as of the last image (shared/wiring). */
  'commissioning.wiring': query(z.strictObject({}), z.object({ meters: z.array(meterWiringSchema) })),
  /**
   * Steps one charger down and up under the load control and looks what every meter does; the others are held meanwhile. Refused while
   * control is not armed, without a car, or while another test runs.
   */
  'commissioning.testSocket': command(
    z.strictObject({
      intentId: z.uuid(),
      chargerId: z.string().min(1).max(80),
      repeats: z.number().int().min(3).max(10),
      who,
      reason,
    }),
    socketTestSchema,
  ),
  'commissioning.stopTest': command(z.strictObject({ intentId: z.uuid(), who, reason }), z.object({}), 'carried-out'),
  /** The test that runs, and the latest of each charger. */
  'commissioning.tests': stream('latest', z.strictObject({}), z.object({ tests: z.array(socketTestSchema) })),
  /** The site file with a change that a test asks for: to be saved with `siteFile.save`. */
  'commissioning.change': query(
    z.strictObject({ change: siteChangeSchema }),
    z.object({
      text: z.string(),
      basedOn: z.string(),
      firstLine: z.number(),
      removed: z.array(z.string()),
      added: z.array(z.string()),
    }),
  ),
} as const
export type MeterWiring = Readonly<z.infer<typeof meterWiringSchema>>
export type SocketTest = Readonly<z.infer<typeof socketTestSchema>>

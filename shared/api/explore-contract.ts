import { z } from 'zod'
import { profileDraftSchema } from '../profile/draft.ts'
import { registerSchema, registerSpaceSchema, wordOrderSchema } from '../profile/register.ts'
import { command, query, stream } from './define.ts'
import { personSchema } from './person-words.ts'

/** Looking at registers and making profiles. Nothing here ever writes to a device. */

const person = personSchema
const bauds = [300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] as const

/** Where the device is: on a line of the site, read in the gaps of its polling, or at an address of its own. */
export const exploreTargetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('line'), lineId: z.string().min(1).max(80) }),
  z.strictObject({
    kind: z.literal('network'),
    framing: z.enum(['tcp', 'rtu-over-tcp']),
    host: z.string().trim().min(1).max(253),
    port: z.number().int().min(1).max(65535),
  }),
  z.strictObject({
    kind: z.literal('serial'),
    path: z.string().trim().min(1).max(400),
    baud: z.union(bauds.map((rate) => z.literal(rate))),
    parity: z.enum(['none', 'even', 'odd']),
    stopBits: z.union([z.literal(1), z.literal(2)]),
  }),
])
export type ExploreTarget = z.infer<typeof exploreTargetSchema>

const place = {
  target: exploreTargetSchema,
  unit: z.number().int().min(0).max(255),
  functionCode: z.union([z.literal(3), z.literal(4)]),
  first: z.number().int().min(0).max(65535),
}

/** `word` null where `why` says what came instead: the exception's words, or why nothing was asked. */
export const cellSchema = z.object({
  address: z.number().int(),
  word: z.number().int().nullable(),
  why: z.string().nullable(),
})

export const exploreReadingSchema = z.object({
  /** opening, reading (cells so far), done (one round whole; a watch goes on), failed (nothing more will come). */
  step: z.enum(['opening', 'reading', 'done', 'failed']),
  /** "line bus-feeder-2, unit 30" */
  where: z.string(),
  /** Rounds completed. */
  round: z.number().int(),
  /** When the round was complete, UTC ms; null before. */
  atMs: z.number().nullable(),
  cells: z.array(cellSchema),
  /** Requests sent in this round, and registers settled of those asked for. */
  requests: z.number().int(),
  settled: z.number().int(),
  wanted: z.number().int(),
  problem: z.string().nullable(),
  /** What the reading learned of the device's habits, and what it keeps to. */
  notes: z.array(z.string()),
})
export type ExploreReading = z.infer<typeof exploreReadingSchema>

export const habitsSchema = z.object({
  step: z.enum(['measuring', 'done', 'failed']),
  where: z.string(),
  requests: z.number().int(),
  problem: z.string().nullable(),
  /** Largest block answered; `isLimit` when one more register was refused although that register itself answers. */
  block: z
    .object({
      answered: z.number().int(),
      refused: z.number().int().nullable(),
      isLimit: z.boolean(),
      words: z.string(),
    })
    .nullable(),
  /** null: could not be told. */
  evenOnly: z.object({ value: z.boolean().nullable(), words: z.string() }).nullable(),
  turnaround: z.object({ medianMs: z.number(), longestMs: z.number(), replies: z.number().int() }).nullable(),
})
export type Habits = z.infer<typeof habitsSchema>

export const profileSummarySchema = z.object({
  id: z.string(),
  make: z.string(),
  models: z.array(z.string()),
  origin: z.enum(['built-in', 'own', 'own-overrides']),
})
export type ProfileSummary = z.infer<typeof profileSummarySchema>

/** Where a profile says each quantity is: laid over the registers that were read. */
export const profileOverlaySchema = z.object({
  id: z.string(),
  make: z.string(),
  models: z.array(z.string()),
  space: registerSpaceSchema,
  wordOrder: wordOrderSchema,
  quantities: z.record(z.string(), registerSchema),
})
export type ProfileOverlay = z.infer<typeof profileOverlaySchema>

export const exploreContract = {
  /** Reads a range once (`periodMs` null) or again and again; every round is sent. Ending the subscription cancels it. */
  'explore.watch': stream(
    'every',
    z.strictObject({
      ...place,
      count: z.number().int().min(1).max(1000),
      periodMs: z.number().int().min(200).max(60_000).nullable(),
    }),
    exploreReadingSchema,
  ),
  /** Tries out block lengths and odd addresses from a register that answers. */
  'explore.measure': stream('every', z.strictObject(place), habitsSchema),
  'explore.profiles': query(z.strictObject({}), z.array(profileSummarySchema)),
  'explore.profile': query(z.strictObject({ id: z.string().max(80) }), profileOverlaySchema),
  /** Checks the draft as at the next start and saves profile and golden words in the user's folder. */
  'explore.save': command(
    z.strictObject({ intentId: z.uuid(), who: person, draft: profileDraftSchema, overwrite: z.boolean() }),
    z.object({
      id: z.string(),
      files: z.array(z.string()),
      backups: z.array(z.string()),
      overridesBuiltIn: z.boolean(),
      witnesses: z.number().int(),
      /** Meters of the site that use this id and would read by the new profile once the site is opened anew. */
      usedBy: z.array(z.string()),
    }),
  ),
  /** Lets a meter of the site use a profile and opens the site anew. Refused while control is armed. */
  'explore.useProfile': command(
    z.strictObject({ intentId: z.uuid(), who: person, profileId: z.string().max(80), meterId: z.string().max(80) }),
    z.object({ meterId: z.string() }),
  ),
} as const

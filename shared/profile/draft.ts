/** A profile as a person makes it at the meter: assigned registers, the words read of them, and what the display showed. */
import { z } from 'zod'
import { isQuantityKey, quantities, type QuantityKey } from '../quantities.ts'
import { checkMeterGolden } from './check-golden.ts'
import { decodeRegister } from './codec.ts'
import { cadences, type MeterProfile } from './meter-profile.ts'
import { readGolden, readMeterProfile, type Golden } from './read-profile.ts'
import { lineHabitsSchema, registerSpaceSchema, registerTypes, registerWidth, wordOrderSchema } from './register.ts'
import { judgeWitness } from './witness.ts'
import { writeGolden, writeMeterProfile } from './write-profile.ts'
import { formatProblem } from '../yaml/problem.ts'

export const draftQuantitySchema = z.strictObject({
  key: z.string().refine(isQuantityKey, 'not a quantity of shared/quantities.ts'),
  address: z.number().int().min(0).max(65535),
  type: z.enum(registerTypes),
  wordOrder: wordOrderSchema,
  scale: z.number().refine((scale) => Number.isFinite(scale) && scale !== 0, 'a scale of 0 says nothing'),
  every: z.enum(cadences),
  /** Default: the draft's. */
  space: registerSpaceSchema.optional(),
  /** What was read of its registers, wire order, and when. */
  words: z.array(z.number().int().min(0).max(65535)).min(1).max(4),
  atMs: z.number(),
  /** What the meter's display showed, as typed; null: nobody looked. */
  shown: z.string().max(40).nullable(),
})
export type DraftQuantity = z.infer<typeof draftQuantitySchema>

export const profileDraftSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and "-"')
    .max(60),
  make: z.string().trim().min(1).max(60),
  model: z.string().trim().min(1).max(80),
  document: z.string().trim().min(1).max(200),
  /** Where it was read: "SDM630 feeder 2, line bus-feeder-2, unit 10". */
  readFrom: z.string().trim().min(1).max(200),
  space: registerSpaceSchema,
  transports: z.array(z.enum(['tcp', 'rtu-over-tcp', 'serial'])).min(1),
  serial: z
    .strictObject({
      baud: z.number().int(),
      parity: z.enum(['none', 'even', 'odd']),
      stopBits: z.union([z.literal(1), z.literal(2)]),
      unit: z.number().int(),
    })
    .nullable(),
  line: lineHabitsSchema,
  probe: z.strictObject({ quantity: z.string(), low: z.number(), high: z.number() }),
  notes: z.array(z.string().trim().min(1).max(300)).max(20),
  quantities: z.array(draftQuantitySchema).min(1).max(200),
})
export type ProfileDraft = z.infer<typeof profileDraftSchema>

export type MadeProfile =
  | {
      readonly ok: true
      readonly profile: MeterProfile
      readonly profileText: string
      readonly goldenText: string
      readonly witnesses: number
    }
  | { readonly ok: false; readonly problems: readonly string[] }

const hexWord = (word: number): string => word.toString(16).toUpperCase().padStart(4, '0')
const utc = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** The value of an assigned quantity from words of its registers, in its unit; null where they hold none. */
export const draftValue = (
  { type, wordOrder, scale }: Pick<DraftQuantity, 'type' | 'wordOrder' | 'scale'>,
  words: readonly number[],
): number | null => {
  if (words.length !== registerWidth[type]) return null
  const decoded = decodeRegister({ type, scale }, words, { wordOrder })
  return typeof decoded === 'object' ? decoded.value : null
}

const mostUsedOrder = (list: readonly DraftQuantity[]): 'high-first' | 'low-first' => {
  const wide = list.filter(({ type }) => registerWidth[type] > 1)
  return wide.filter(({ wordOrder }) => wordOrder === 'low-first').length * 2 > wide.length ? 'low-first' : 'high-first'
}

const profileOf = (draft: ProfileDraft): MeterProfile => {
  const wordOrder = mostUsedOrder(draft.quantities)
  return {
    id: draft.id,
    make: draft.make,
    models: [draft.model],
    sources: [
      {
        document: draft.document,
        note: `assigned and read live at ${draft.readFrom}, ${utc(Math.max(...draft.quantities.map(({ atMs }) => atMs)))}`,
      },
    ],
    // One meter, looked at once: never more than that until others confirm it.
    confidence: 'low',
    transports: draft.transports,
    ...(draft.serial === null ? {} : { serial: draft.serial }),
    space: draft.space,
    wordOrder,
    line: draft.line,
    probe: draft.probe,
    capabilities: {
      windowMs: null,
      refreshMs: null,
      minMaxRegisters: false,
      eventLog: false,
      harmonicsToOrder: null,
      angles: false,
    },
    billing: { suitable: 'not-verified', note: 'Made on site; nothing is known of its approval.' },
    notAvailable: {},
    quirks: draft.notes,
    quantities: Object.fromEntries(
      [...draft.quantities]
        .sort((a, b) => a.address - b.address)
        .map(({ key, address, type, scale, every, ...one }) => [
          key,
          {
            address,
            type,
            scale,
            every,
            confidence: 'single-source' as const,
            ...(one.space === undefined || one.space === draft.space ? {} : { space: one.space }),
            ...(registerWidth[type] > 1 && one.wordOrder !== wordOrder ? { wordOrder: one.wordOrder } : {}),
          },
        ]),
    ),
  }
}

/** The cases with their honest sources, and what is wrong with the witnesses. */
const casesOf = (draft: ProfileDraft): { cases: Golden['cases']; problems: string[]; witnesses: number } => {
  const cases: Golden['cases'] = []
  const problems: string[] = []
  let witnesses = 0
  for (const one of draft.quantities) {
    const key = one.key as QuantityKey
    const { label, unit } = quantities[key]
    const decoded = draftValue(one, one.words)
    const words = one.words.map(hexWord)
    if (one.words.length !== registerWidth[one.type]) {
      problems.push(
        `${label}: ${one.type} takes ${String(registerWidth[one.type])} registers, ${String(one.words.length)} were read; read the range again`,
      )
    } else if (one.shown !== null && one.shown.trim() !== '') {
      const witness = judgeWitness(key, decoded, one.shown)
      if (!witness.ok) {
        problems.push(`${label}: ${witness.why}`)
        continue
      }
      witnesses += 1
      cases.push({
        quantity: key,
        words,
        value: witness.value,
        tolerance: witness.tolerance,
        source: `read live ${utc(one.atMs)} at ${draft.readFrom}; a person read ${one.shown.trim()}${unit === '1' ? '' : ` ${unit}`} from the meter's display`,
      })
    } else {
      cases.push({
        quantity: key,
        words,
        value: decoded,
        source: `read live ${utc(one.atMs)} at ${draft.readFrom}; value by this profile's own rule, no independent witness`,
      })
    }
  }
  return { cases, problems, witnesses }
}

/** The two files' texts, checked as at the next start; or everything that keeps them from being saved, with what to do. */
export const makeProfile = (draft: ProfileDraft): MadeProfile => {
  const twice = draft.quantities.filter(
    ({ key }, index) => draft.quantities.findIndex((other) => other.key === key) < index,
  )
  const { cases, problems, witnesses } = casesOf(draft)
  const wrong = [
    ...twice.map(({ key }) => `${quantities[key as QuantityKey].label} is assigned twice; remove one`),
    ...problems,
    ...(witnesses === 0 && problems.length === 0
      ? [
          "nothing independent says that the values are right: type what the meter's display shows for at least one quantity that is not zero",
        ]
      : []),
  ]
  if (wrong.length > 0) return { ok: false, problems: wrong }
  const draftProfile = profileOf(draft)
  const profileText = writeMeterProfile(draftProfile, [
    `${draft.make} ${draft.model}: made with the register explorer at ${draft.readFrom}.`,
    'Addresses are zero-based, as on the wire.',
  ])
  const goldenText = writeGolden({ profile: draft.id, cases }, [
    'Raw words read from the meter, and the value expected. The source says whether a person confirmed it on the display.',
  ])
  const profile = readMeterProfile(profileText, `${draft.id}.yaml`)
  const golden = readGolden(goldenText, `${draft.id}.golden.yaml`)
  if (!profile.ok) return { ok: false, problems: profile.problems.map(formatProblem) }
  if (!golden.ok) return { ok: false, problems: golden.problems.map(formatProblem) }
  const disagree = checkMeterGolden(profile.profile, golden.profile)
  return disagree.length > 0
    ? { ok: false, problems: disagree }
    : { ok: true, profile: profile.profile, profileText, goldenText, witnesses }
}

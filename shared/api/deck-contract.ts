import { z } from 'zod'
import { capabilities } from '../model/capability.ts'
import { severities } from '../model/finding.ts'
import { command, query, stream } from './define.ts'

/** Recordings that are open beside the site, or without one: which of them this screen shows, and where it is played. */

/** The purpose under which a screen sends a recording (`transfer.receive`): it is opened, and shown there, when all of it came. */
export const recordingPurpose = 'recording'

export const tapePlaceSchema = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  positionMs: z.number(),
  speed: z.number(),
  isPlaying: z.boolean(),
  /** What has been played is not at the position yet: it is on its way there. */
  isBehind: z.boolean(),
})
export type TapePlace = Readonly<z.infer<typeof tapePlaceSchema>>

/** What a person should know of a recording, the worst first. */
export const deckNoteSchema = z.object({
  tone: z.enum(['alarm', 'warning', 'normal']),
  /** The part of the file it speaks of; null: the whole. */
  part: z.string().nullable(),
  text: z.string(),
})
export type DeckNote = Readonly<z.infer<typeof deckNoteSchema>>

export const deckStateSchema = z.object({
  deckId: z.string(),
  /** Name of the file. */
  name: z.string(),
  can: z.array(z.enum(capabilities)),
  place: tapePlaceSchema,
  /** What is still being read or checked, and how much of it, 0 to 1; null: nothing. */
  progress: z.object({ text: z.string(), share: z.number().nullable() }).nullable(),
  notes: z.array(deckNoteSchema),
})
export type DeckState = Readonly<z.infer<typeof deckStateSchema>>

/** The site that goes on while a recording is shown; null where none is open. */
const liveSiteSchema = z.object({ name: z.string(), isArmed: z.boolean(), activeFindings: z.number() }).nullable()

export const shownSchema = z.object({
  /** The recording this screen shows; null: the site. */
  tape: deckStateSchema.nullable(),
  live: liveSiteSchema,
})
export type Shown = Readonly<z.infer<typeof shownSchema>>

export const momentSchema = z.object({
  atMs: z.number(),
  isFinding: z.boolean(),
  severity: z.enum(severities),
  text: z.string(),
})
/** Something that happened in a recording, to be stepped to. */
export type DeckMoment = Readonly<z.infer<typeof momentSchema>>

export const deckActSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('play') }),
  z.strictObject({ kind: z.literal('pause') }),
  z.strictObject({ kind: z.literal('speed'), speed: z.number().min(0.25).max(100) }),
  z.strictObject({ kind: z.literal('seek'), toMs: z.number() }),
  z.strictObject({ kind: z.literal('step'), to: z.enum(['next', 'previous']), of: z.enum(['event', 'finding']) }),
])

export const deckContract = {
  /** What this screen shows, and where its recording stands. */
  shown: stream('latest', z.strictObject({}), shownSchema),
  'deck.list': query(
    z.strictObject({}),
    z.array(z.object({ deckId: z.string(), name: z.string(), site: z.string(), fromMs: z.number(), toMs: z.number() })),
  ),
  /** Files that the flight recorder made by itself at incidents of the site that is open, newest first. */
  'deck.kept': query(z.strictObject({}), z.array(z.object({ name: z.string(), bytes: z.number(), atMs: z.number() }))),
  'deck.openKept': command(
    z.strictObject({ intentId: z.uuid(), name: z.string().max(200) }),
    z.object({ deckId: z.string() }),
  ),
  /** From now on this screen, and no other, is answered from a recording; null: from the site. Subscriptions that run are not moved. */
  'deck.show': query(z.strictObject({ deckId: z.string().nullable() }), z.object({})),
  /** Plays the recording that this screen shows; other screens that show it follow. */
  'deck.act': command(z.strictObject({ act: deckActSchema }), tapePlaceSchema),
  /** What happened in the recording that this screen shows, oldest first, at most 2000. */
  'deck.moments': query(z.strictObject({}), z.array(momentSchema)),
  /** Closes a recording; the file stays where it is. */
  'deck.close': command(z.strictObject({ intentId: z.uuid(), deckId: z.string() }), z.object({})),
} as const

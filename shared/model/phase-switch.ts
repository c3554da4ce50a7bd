import { z } from 'zod'
import { phaseSchema } from './image.ts'

export const phaseCountSchema = z.union([z.literal(1), z.literal(3)])
export type PhaseCount = z.infer<typeof phaseCountSchema>

/** Why another number of phases is better: nothing but room, which own generation and dimming make as well as circuits do. */
export const switchCauses = ['no-room-for-three', 'room-for-three'] as const
export type SwitchCause = (typeof switchCauses)[number]

/**
 * Where a charger that may be switched stands between one phase and three.
 * steady: it is where it should be; waiting: the other number would be better and its dwell time runs; spent: the hour has had its switches;
 * pausing: it is paused, so that no contactor moves under load; switching: it was told and has not said so yet; given-up: it failed
 * twice in a row and is left where it is until control is armed anew.
 */
export const phaseSwitchSchema = z.object({
  stage: z.enum(['steady', 'waiting', 'spent', 'pausing', 'switching', 'given-up']),
  /** What it says it is on; null: it does not say, and counts on all of them. */
  on: phaseCountSchema.nullable(),
  /** What it is going to, or would; null: nothing. */
  to: phaseCountSchema.nullable(),
  cause: z.enum(switchCauses).nullable(),
  /** The site phases it will load after the switch, or does now where there is none. */
  phases: z.array(phaseSchema),
  /** How long the stage or its cause has lasted, ms, and how long it must (waiting) or may (pausing, switching). */
  lastedMs: z.number(),
  boundMs: z.number(),
  /** Switches within the last hour, and how many there may be. */
  switches: z.number().int(),
  perHour: z.number().int(),
  /** What went wrong with the last try; null: nothing. */
  failed: z.string().nullable(),
})
export type PhaseSwitchState = Readonly<z.infer<typeof phaseSwitchSchema>>

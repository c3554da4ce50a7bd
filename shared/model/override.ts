import { z } from 'zod'
import { boundSchema } from './bound.ts'

/**
 * What a person's limit holds: one charger, chargers picked by hand, or a circuit. Of a charger and of a group each charger may have at
 * most the limit; of a circuit it is what a phase of the circuit may carry in all, and 0 pauses every charger below it.
 */
export const overrideScopeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('charger'), id: z.string().min(1).max(200) }),
  z.strictObject({
    kind: z.literal('group'),
    name: z.string().trim().min(1).max(80),
    ids: z.array(z.string().min(1).max(200)).min(1).max(2000),
  }),
  z.strictObject({ kind: z.literal('circuit'), id: z.string().min(1).max(200) }),
])
export type OverrideScope = Readonly<z.infer<typeof overrideScopeSchema>>

/** What must stay so for an override to hold. One that can't be seen does not hold: then the override ends. */
export const overrideConditionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('meter-believed'), meterId: z.string() }),
  z.strictObject({ kind: z.literal('charger-below'), chargerId: z.string(), amperes: z.number().min(0).max(6300) }),
  z.strictObject({ kind: z.literal('circuit-below'), circuitId: z.string(), amperes: z.number().min(0).max(6300) }),
  /** Of the heat of the earliest trip, on the warmest phase. */
  z.strictObject({ kind: z.literal('margin-below'), circuitId: z.string(), percent: z.number().min(1).max(100) }),
  z.strictObject({ kind: z.literal('vehicle-stays'), chargerId: z.string() }),
  /** The window it was given from says every few seconds that it is still open (`override.renew`). */
  z.strictObject({ kind: z.literal('window-open') }),
])
export type OverrideCondition = Readonly<z.infer<typeof overrideConditionSchema>>

/** A window that has said nothing for longer than this is gone, s; it says so every 10 s. */
export const windowGoneS = 30

/** What became of it at one charger. */
export const overrideAtChargerSchema = z.object({
  chargerId: z.string(),
  /** The id of the override that holds there instead; null: this one does. */
  yieldsTo: z.string().nullable(),
  state: z.enum(['pending', 'written', 'verified', 'failed']),
  /** What it came down to after the hard limits, A; null while not decided. */
  effectiveA: z.number().nullable(),
  why: z.string().nullable(),
})
export type OverrideAtCharger = Readonly<z.infer<typeof overrideAtChargerSchema>>

export const overrideStates = [
  'pending',
  'written',
  'verified',
  'failed',
  /** It runs, and holds nowhere: another one does. */
  'yielding',
  'expired',
  'cancelled',
  /** A condition does not hold any more. */
  'reverted',
  'refused',
] as const

export const overrideSchema = z.object({
  id: z.string(),
  scope: overrideScopeSchema,
  /** The chargers it concerns while it runs; empty when it has ended. */
  chargers: z.array(overrideAtChargerSchema),
  /** What was asked for, A. */
  limitA: z.number(),
  conditions: z.array(overrideConditionSchema),
  reason: z.string(),
  who: z.string(),
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
  /** The worst of its chargers where it holds. */
  state: z.enum(overrideStates),
  /** What it came down to after the hard limits, A (the highest of its chargers; of a circuit what its fullest phase is planned to
   * carry), and the bound that clamped it; null while not yet decided or not clamped. */
  effectiveA: z.number().nullable(),
  clampedBy: boundSchema.nullable(),
  why: z.string().nullable(),
  endedAtMs: z.number().nullable(),
})
export type Override = Readonly<z.infer<typeof overrideSchema>>

const endStates: readonly Override['state'][] = ['expired', 'cancelled', 'reverted', 'refused']
/** It holds, is on its way, or stands back for another; a failed write is tried again until it ends. */
export const isRunning = ({ state, endedAtMs }: Pick<Override, 'state' | 'endedAtMs'>): boolean =>
  endedAtMs === null && !endStates.includes(state)

/** The one whose limit holds at a charger now; undefined: none, or only a circuit's limit above it. */
export const holderAt = (overrides: readonly Override[], chargerId: string): Override | undefined =>
  overrides.find(
    (override) =>
      isRunning(override) &&
      !isOfCircuit(override) &&
      override.chargers.some((at) => at.chargerId === chargerId && at.yieldsTo === null),
  )

/** It limits what a circuit carries, not each charger. */
export const isOfCircuit = ({ scope, limitA }: Pick<Override, 'scope' | 'limitA'>): boolean =>
  scope.kind === 'circuit' && limitA > 0

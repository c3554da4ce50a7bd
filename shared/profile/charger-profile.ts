import { z } from 'zod'
import { chargerQuantityKeys, chargerStatusSchema } from '../model/image.ts'
import {
  framingSchema,
  identitySchema,
  nameplateSchema,
  lineHabitsSchema,
  notAvailableSchema,
  registerSchema,
  registerSpaceSchema,
  sourceSchema,
  wordOrderSchema,
} from './register.ts'

/** A register that is written; without a function of its own it is written as the limit is, or with 16 where it takes more. */
export const controlRegisterSchema = registerSchema.extend({
  functionCode: z.union([z.literal(6), z.literal(16)]).optional(),
})
export type ControlRegister = z.infer<typeof controlRegisterSchema>

/**
 * What keeps a charger from trusting a dead controller for ever.
 * poll: any valid request refreshes it, so requests stop when decisions stop; setpoint-validity: the limit itself expires and
 * must be written again; lifebit and token: a value written within the timeout; timeout-write: a timeout register rewritten;
 * configuration: set outside Modbus, not visible here; none: nobody documents one, so a charger that is cut off keeps its last limit.
 */
export const watchdogSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('poll'), timeoutS: z.number(), timeoutRegister: registerSchema.optional() }),
  z.strictObject({ kind: z.literal('setpoint-validity'), timeoutS: z.number() }),
  z.strictObject({
    kind: z.literal('lifebit'),
    timeoutS: z.number(),
    register: controlRegisterSchema,
    value: z.number().int(),
  }),
  z.strictObject({
    kind: z.literal('token'),
    timeoutS: z.number(),
    register: controlRegisterSchema,
    value: z.number().int(),
  }),
  z.strictObject({
    kind: z.literal('timeout-write'),
    timeoutS: z.number(),
    register: controlRegisterSchema,
    value: z.number().int(),
  }),
  z.strictObject({ kind: z.literal('configuration'), note: z.string() }),
  z.strictObject({ kind: z.literal('none'), note: z.string() }),
])

/**
 * Charging on one phase or on three. `steered`: control may use it, because the quantity `phases` says where it is: what is written and what is
 * read for each, how long that may take, and the pause between two switches where a document names one. No document here says that a
 * contactor may move under load, so control always pauses the charger first.
 */
export const phaseSwitchSchema = z.strictObject({
  address: z.number().int(),
  note: z.string(),
  steered: z
    .strictObject({
      register: controlRegisterSchema,
      /** Written for one phase and for three. */
      one: z.number().int(),
      three: z.number().int(),
      /** Read as the quantity `phases`. */
      says: z.strictObject({ one: z.number().int(), three: z.number().int() }),
      settleMs: z.number().int().min(1000).max(120_000),
      spacingMs: z.number().int().min(0).max(3_600_000).default(0),
    })
    .optional(),
})

export const chargerProfileSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  make: z.string(),
  models: z.array(z.string()).min(1),
  sources: z.array(sourceSchema).min(1),
  confidence: z.enum(['high', 'medium', 'low']),
  transports: z.array(z.enum(['tcp', 'rtu-over-tcp', 'serial'])).min(1),
  framing: framingSchema,
  space: registerSpaceSchema,
  wordOrder: wordOrderSchema,
  line: lineHabitsSchema,
  notAvailable: notAvailableSchema,
  quantities: z.partialRecord(z.enum(chargerQuantityKeys), registerSchema.extend({ every: z.enum(['fast', 'slow']) })),
  /** Where the charger says its model. */
  identity: z.array(identitySchema).optional(),
  /** Serial number, firmware and the ratio set in it, where a document names their registers. */
  nameplate: z.array(nameplateSchema).optional(),
  status: z.strictObject({
    address: z.number().int(),
    /** string: ASCII, two characters a register, up to `registers`; otherwise a number, shifted right and masked. */
    type: z.enum(['uint16', 'uint32', 'string']),
    registers: z.number().int().min(1).max(10),
    shift: z.number().int().default(0),
    mask: z.number().int().default(0xffffffff),
    codes: z.record(z.string(), chargerStatusSchema),
  }),
  limit: registerSchema.extend({
    functionCode: z.union([z.literal(6), z.literal(16)]),
    /** Smallest charging limit, A, and the value that pauses (null: cannot be paused by the limit, at most by `enable`). */
    minimum: z.number(),
    pauseValue: z.number().nullable(),
    /** Steps the charger can tell apart, A. */
    resolution: z.number().positive(),
    /** Where the limit in force is read back; null: it cannot be, and the screen says so. */
    readBack: registerSchema.nullable(),
    /** How far a read back may differ from what was written and still count as the same, A. */
    tolerance: z.number(),
    /** How long the charger may take to show a new limit in its read back, ms. */
    settleMs: z.number(),
    /**
     * Shortest time between two writes, ms, as the maker states it; where none does, an editable assumption: no car follows a limit
     * sooner. A reduction that a circuit needs does not wait for it.
     */
    spacingMs: z.number().min(0).default(2000),
    /**
     * The register (and its read back, in the same unit) holds watts, after `scale`. A watt must never let any phase carry more
     * than the amperes decided: the voltage is taken as the lowest there may be, and power for the whole charger as if one phase
     * took all of it, because the charger does not know what the car will do. A car on three phases then gets a third of what it could.
     */
    watts: z.strictObject({ per: z.enum(['total', 'phase']), lowestVoltage: z.number().positive() }).optional(),
  }),
  /**
   * A release beside the limit: `on` is written after a charging limit, and again with every one; `off` pauses where the limit
   * cannot. With a limit that is read back it must be readable: anything but `on` counts as 0 A.
   */
  enable: z.strictObject({ register: controlRegisterSchema, on: z.number().int(), off: z.number().int() }).optional(),
  watchdog: watchdogSchema,
  /**
   * Where its own fallback current and time-out may be written, as far as a document says so: by a person's act, once, never at control's
   * rate (such registers are kept in non-volatile memory). Read back in the quantities fallback_limit and watchdog_timeout.
   */
  ownFallback: z
    .strictObject({
      limit: controlRegisterSchema.optional(),
      timeout: controlRegisterSchema.optional(),
      /** Shortest and longest time-out it takes, s. */
      timeoutS: z.tuple([z.number(), z.number()]).optional(),
      source: z.string(),
    })
    .optional(),
  /** How it is told to charge on one phase or three; null: it has nothing for that. */
  phaseSwitch: phaseSwitchSchema.nullable().default(null),
  /** Why its documentation does not allow it to be steered safely: it is read, never written to, and set aside at what it may draw. */
  monitoredOnly: z.string().min(1).optional(),
  quirks: z.array(z.string()).default([]),
})
export type ChargerProfile = z.infer<typeof chargerProfileSchema>

/** Whether 0 A can be ordered at all; of one that is only monitored nothing can. */
export const canPause = (profile: Pick<ChargerProfile, 'limit' | 'enable' | 'monitoredOnly'>): boolean =>
  profile.monitoredOnly === undefined && (profile.limit.pauseValue !== null || profile.enable !== undefined)

import { z } from 'zod'
import { doubtSchema } from './doubt.ts'
import { protectionReadingSchema } from '../protection/read-protection.ts'
import { meterToldSchema } from './meter-told.ts'
import { sampleSchema } from './sample.ts'

export const phaseSchema = z.enum(['L1', 'L2', 'L3'])
const perPhaseSample = z.object({ L1: sampleSchema, L2: sampleSchema, L3: sampleSchema })

/**
 * What the meter's own extreme register showed beyond what polling saw: somewhere between two reads of that register, `fromMs` and
 * `toMs`, the quantity reached `value`, while polling saw at most (a minimum: at least) `polled`, null where it saw nothing.
 */
export const extremeEvidenceSchema = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  before: z.number(),
  value: z.number(),
  polled: z.number().nullable(),
  /** How long within that time polling brought no value although it should have, ms. */
  unseenMs: z.number(),
})
export const meterExtremeReadingSchema = z.object({
  /** The register's value in the quantity's unit, and when it was read. */
  value: z.number(),
  atMs: z.number(),
  since: z.enum(['reset', 'demand-period', 'unknown']),
  /** The latest time it told more than polling saw; null while it did not. */
  evidence: extremeEvidenceSchema.nullable(),
})
export type ExtremeEvidence = Readonly<z.infer<typeof extremeEvidenceSchema>>
export type MeterExtremeReading = Readonly<z.infer<typeof meterExtremeReadingSchema>>

/** What a meter said last, by quantity key (see quantities.ts for units). A key is present when the profile has it. */
export const meterReadingSchema = z.object({
  samples: z.record(z.string(), sampleSchema),
  /** The meter's own highest and lowest values, by quantity key; only what was read. */
  extremes: z
    .record(
      z.string(),
      z.object({ maximum: meterExtremeReadingSchema.optional(), minimum: meterExtremeReadingSchema.optional() }),
    )
    .optional(),
  /** What it says of itself; left out while it was not asked, or can't tell. */
  told: meterToldSchema.optional(),
  /** Why some of it is not believed; left out while all is. */
  doubts: z.array(doubtSchema).optional(),
})
export type MeterReading = Readonly<z.infer<typeof meterReadingSchema>>

/** What the vehicle and the charger are doing, from the charger's own status register. */
export const chargerStatuses = [
  'available',
  'connected',
  'ready',
  'charging',
  'suspended',
  'fault',
  'unavailable',
] as const
export const chargerStatusSchema = z.enum(chargerStatuses)
export type ChargerStatus = (typeof chargerStatuses)[number]

/**
 * A charger's own values, by charger quantity: i_t1..i_t3 (A at the socket's terminals T1..T3), u_t1..u_t3 (V), p_total (W),
 * e_session and e_total (kWh), limit (A, read back), fallback_limit (A), watchdog_remaining (s), watchdog_timeout (s),
 * max_rated (A), phases (on how many phases it lets its vehicle charge: 1 or 3).
 */
export const chargerQuantityKeys = [
  'i_t1',
  'i_t2',
  'i_t3',
  'u_t1',
  'u_t2',
  'u_t3',
  'p_total',
  'e_session',
  'e_total',
  'limit',
  'fallback_limit',
  'watchdog_remaining',
  'watchdog_timeout',
  'max_rated',
  'phases',
] as const
export type ChargerQuantityKey = (typeof chargerQuantityKeys)[number]

export const chargerReadingSchema = z.object({
  status: z.object({
    value: chargerStatusSchema.nullable(),
    code: z.string().nullable(),
    quality: sampleSchema.shape.quality,
    atMs: z.number().nullable(),
  }),
  samples: z.record(z.string(), sampleSchema),
  /** Measured current mapped to the site's phases through the charger's phase map and rotation. */
  siteCurrentA: perPhaseSample,
})
export type ChargerReading = Readonly<z.infer<typeof chargerReadingSchema>>

/** Where a circuit's current comes from, said beside every number of it. */
export const circuitSourceSchema = z.enum(['meter', 'sum-of-chargers', 'none'])

/** Of a thermal image: with nothing flowing before anybody looked, and with as much as does not trip. Percent of what trips. */
const pastPair = z.object({ cold: z.number(), hot: z.number() })

/**
 * Thermal margin used, percent (100: trip), of the fastest and of the slowest breaker of the declared model, each as two runs where the
 * past is not known; `lowPercent` and `highPercent` go round all of them.
 */
export const thermalReadingSchema = z.object({
  lowPercent: z.number(),
  highPercent: z.number(),
  early: pastPair,
  late: pastPair,
  /** Seconds until the earliest and the latest trip at the present current, each null where it never trips; null without a current. */
  toTrip: z.object({ earlyS: z.number().nullable(), lateS: z.number().nullable() }).nullable(),
})
export type ThermalReading = Readonly<z.infer<typeof thermalReadingSchema>>

/** Per phase: current (A), limit (A), headroom (A, null when the current is unknown), thermal margin used (% early bound, null when unknown). */
export const circuitPhaseSchema = z.object({
  currentA: sampleSchema,
  limitA: z.number(),
  headroomA: z.number().nullable(),
  /** The early bound as one number, once the unknown past no longer matters. */
  thermalUsedPercent: z.number().nullable(),
  /** The band, from the first reading on; null or left out where the breaker has no model. */
  thermal: thermalReadingSchema.nullable().optional(),
  /** Why there is no thermal number, for a person; null when there is one. */
  thermalUnknownWhy: z.string().nullable().optional(),
})
export const circuitReadingSchema = z.object({
  source: circuitSourceSchema,
  meterId: z.string().nullable(),
  phases: z.partialRecord(phaseSchema, circuitPhaseSchema),
  /** What its trip unit or residual current monitor says, where its meter is one. Its settings are those the thermal image runs on. */
  protection: protectionReadingSchema.optional(),
  /** Age of the oldest current used, ms; null when there is none. */
  ageMs: z.number().nullable(),
})
export type CircuitReading = Readonly<z.infer<typeof circuitReadingSchema>>
export type CircuitPhaseReading = Readonly<z.infer<typeof circuitPhaseSchema>>

/** The frozen picture of the site that detectors, control and the screen share: everything known at `atMs` (UTC, epoch ms). */
export const imageSchema = z.object({
  seq: z.number().int(),
  atMs: z.number(),
  meters: z.record(z.string(), meterReadingSchema),
  chargers: z.record(z.string(), chargerReadingSchema),
  circuits: z.record(z.string(), circuitReadingSchema),
})
export type Image = Readonly<z.infer<typeof imageSchema>>

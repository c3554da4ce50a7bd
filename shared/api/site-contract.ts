import { z } from 'zod'
import { protectionSchema } from '../protection/protection-profile.ts'
import { phaseSchema } from '../model/image.ts'
import { siteSchema } from '../site/site.ts'
import { query } from './define.ts'

/** What the site is: its meters and chargers described for a person. */

/** How one quantity of one meter is known: shown beside every value of it. */
export const quantitySourceSchema = z.object({
  /** "input register 0x0046, float32, high word first, x1 (FC 4)" */
  register: z.string(),
  periodMs: z.number(),
  /** The meter's own averaging window, ms; null when the maker does not say. */
  windowMs: z.number().nullable(),
  /** Longest event that could have been missed entirely between two reads, ms: the period less the window. */
  blindMs: z.number(),
  confidence: z.enum(['confirmed', 'single-source', 'conflicting']),
})

export const meterDescriptionSchema = z.object({
  id: z.string(),
  name: z.string(),
  profileId: z.string(),
  make: z.string(),
  model: z.string(),
  lineId: z.string(),
  /** Modbus unit or M-Bus address, and the same for a person: "unit 5", "M-Bus address 5", "M-Bus number 12345678". */
  unit: z.number(),
  address: z.string(),
  bus: z.enum(['modbus', 'mbus']),
  quantities: z.record(z.string(), quantitySourceSchema),
  /** Whether it may be used for billing, and the same for a person with what the profile notes. */
  billingUse: z.enum(['mid-variant-only', 'not-suitable', 'not-verified']),
  billing: z.string(),
  currentTransformer: z.string().nullable(),
  quirks: z.array(z.string()),
  documents: z.array(z.string()),
  /** Quantities of a normal meter page this model does not have. */
  lacks: z.array(z.string()),
  /** Of a trip unit or a residual current monitor: how its registers are understood. */
  protection: protectionSchema.optional(),
  /** What the device itself said it is, where that is looked up (SunSpec): null until it answered; absent for a model that is fixed. */
  identity: z
    .object({
      maker: z.string().nullable(),
      model: z.string().nullable(),
      version: z.string().nullable(),
      serial: z.string().nullable(),
      /** "meter model 203, three phases with neutral, at register 40069; 'SunS' at register 40000" */
      place: z.string(),
      notes: z.array(z.string()),
    })
    .nullable()
    .optional(),
})
export const chargerDescriptionSchema = z.object({
  id: z.string(),
  name: z.string(),
  profileId: z.string(),
  make: z.string(),
  model: z.string(),
  circuitId: z.string(),
  phases: z.array(phaseSchema),
  minimumA: z.number(),
  maximumA: z.number(),
  priority: z.number(),
  fallbackA: z.number(),
  canReadBack: z.boolean(),
  canPause: z.boolean(),
  watchdog: z.string(),
  /** Why it is never written to; null: it is controlled. */
  monitoredOnly: z.string().nullable(),
  /** What this model cannot do, each as the end of "it cannot ...", and how it would switch phases where it can. */
  cannot: z.array(z.string()),
  phaseSwitch: z.string().nullable(),
  /** What control.writeFallback would write into it, and the document that allows it; null: none does. */
  writableFallback: z.object({ limitA: z.number(), timeoutS: z.number().nullable(), source: z.string() }).nullable(),
})

export const overviewSchema = z.object({
  site: siteSchema,
  meters: z.array(meterDescriptionSchema),
  chargers: z.array(chargerDescriptionSchema),
  /** Warnings about the site file that do not stop it from being used. */
  warnings: z.array(z.string()),
  version: z.string(),
})

export type Overview = z.infer<typeof overviewSchema>
export type MeterDescription = z.infer<typeof meterDescriptionSchema>
export type ChargerDescription = z.infer<typeof chargerDescriptionSchema>
export type QuantitySource = z.infer<typeof quantitySourceSchema>

export const siteContract = {
  'site.describe': query(z.strictObject({}), overviewSchema),
} as const

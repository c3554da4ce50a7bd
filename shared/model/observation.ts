import { z } from 'zod'
import { chargerReadingSchema, meterReadingSchema } from './image.ts'
import { meterToldSchema } from './meter-told.ts'
import { sampleSchema } from './sample.ts'

const samples = z.record(z.string(), sampleSchema)

/** The value that recognises the meter's model (shared/profile/probe.ts), where the exchange read it. */
const probeSchema = z.object({
  quantity: z.string(),
  low: z.number(),
  high: z.number(),
  value: z.number().nullable(),
  fits: z.boolean().nullable(),
  reversed: z.object({ value: z.number(), order: z.enum(['high-first', 'low-first']) }).nullable(),
})

/**
 * What one exchange with a meter brought, in the quantities' units on the site's phases: new values, or why there are none.
 * `others`: quantities that became known not to be there, or not reachable, and are no news (an M-Bus meter that never sent them).
 * `periodMs`: how often these quantities come, by which they age; null where it stays what it was.
 * `extremes`: the meter's own highest and lowest values, where it has such registers.
 */
export const meterSamplesSchema = z.object({
  kind: z.literal('meter-samples'),
  meterId: z.string(),
  atMs: z.number(),
  periodMs: z.number().nullable(),
  samples,
  others: samples.optional(),
  extremes: meterReadingSchema.shape.extremes,
  probe: probeSchema.optional(),
})

/** A meter turned out to be another than was thought (SunSpec): it has these quantities, and nothing is known of them yet. */
export const meterFoundSchema = z.object({
  kind: z.literal('meter-found'),
  meterId: z.string(),
  atMs: z.number(),
  quantities: z.array(z.string()),
})

/** What a meter says of itself: its clock against ours, and alarms it reports. */
export const meterToldObservationSchema = z.object({
  kind: z.literal('meter-told'),
  meterId: z.string(),
  told: meterToldSchema,
})

/** What one exchange with a charger brought, by charger quantity; `status` where it was asked for. */
export const chargerSamplesSchema = z.object({
  kind: z.literal('charger-samples'),
  chargerId: z.string(),
  atMs: z.number(),
  periodMs: z.number().nullable(),
  samples,
  status: chargerReadingSchema.shape.status.optional(),
})

/**
 * What samples show of a voltage: a dip, swell or interruption that began (`toMs` null), ended, or can't be followed any more
 * (`isCut`). Its times are UTC by the front end's clock, `extremeV` is one-cycle RMS (IEC 61000-4-30, Urms(1/2)).
 */
export const sampledVoltageSchema = z.object({
  kind: z.literal('sampled-voltage'),
  source: z.string(),
  event: z.object({
    kind: z.enum(['dip', 'swell', 'interruption']),
    fromMs: z.number(),
    toMs: z.number().nullable(),
    isCut: z.boolean(),
    extremeV: z.number(),
    channels: z.array(z.string()),
  }),
})

const perPhase = z.tuple([z.number().nullable(), z.number().nullable(), z.number().nullable()])

/**
 * Sampled currents of a circuit in about a tenth of a second, on L1, L2, L3; null: not sampled or not known. Amperes of one-cycle RMS
 * refreshed every half cycle: the highest, and the root of their mean square. `atMs` is the end of that stretch, UTC by the front end's clock.
 */
export const sampledCurrentSchema = z.object({
  kind: z.literal('sampled-current'),
  source: z.string(),
  circuitId: z.string(),
  atMs: z.number(),
  highestA: perPhase,
  rmsA: perPhase,
})

/**
 * What a source in the field saw, handed on once and in order. Times are site time (core/site-time.ts); a value is never a bare number:
 * it has its quality and its time.
 */
export const observationSchema = z.discriminatedUnion('kind', [
  meterSamplesSchema,
  meterFoundSchema,
  meterToldObservationSchema,
  chargerSamplesSchema,
  sampledVoltageSchema,
  sampledCurrentSchema,
])
export type MeterSamplesObservation = Readonly<z.infer<typeof meterSamplesSchema>>
export type ChargerSamplesObservation = Readonly<z.infer<typeof chargerSamplesSchema>>
export type SampledVoltageObservation = Readonly<z.infer<typeof sampledVoltageSchema>>
export type SampledCurrentObservation = Readonly<z.infer<typeof sampledCurrentSchema>>
export type SampledObservation = SampledVoltageObservation | SampledCurrentObservation
export const isSampled = (observation: Observation): observation is SampledObservation =>
  observation.kind === 'sampled-voltage' || observation.kind === 'sampled-current'
export type Observation = Readonly<z.infer<typeof observationSchema>>

import { z } from 'zod'
import { decisionSchema, writeSchema } from '../../shared/model/decision.ts'
import { findingSchema } from '../../shared/model/finding.ts'
import { healthSchema } from '../../shared/model/health.ts'
import type { Image } from '../../shared/model/image.ts'
import { chargerStatusSchema } from '../../shared/model/image.ts'
import { qualitySchema, type Sample } from '../../shared/model/sample.ts'

/** What the headless way prints: one JSON object per line. Raised whenever a reader of the previous version could misread a record. */
export const monitorSchemaVersion = 1

const utc = z.iso.datetime().describe('UTC, ISO 8601 with milliseconds')

const valueSchema = z.object({
  value: z
    .union([z.number(), z.null()])
    .describe('In the unit of the quantity; null exactly when quality is not "good"'),
  quality: qualitySchema,
  at: z.union([utc, z.null()]).describe('When it was measured; for a missing value the last attempt'),
})
const values = z.record(z.string(), valueSchema)

export const monitorRecordSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    at: utc,
    schema: z.literal(monitorSchemaVersion),
    version: z.string(),
    site: z.object({ id: z.string(), name: z.string(), file: z.string() }),
    readOnly: z.union([z.string(), z.null()]).describe('Who holds the site, when another program controls it'),
    warnings: z.array(z.string()),
    units: z.record(z.string(), z.string()).describe('Unit of every quantity key that can occur under "meters"'),
  }),
  z.object({
    type: z.literal('frame'),
    at: utc,
    meters: z.record(z.string(), values).describe('By meter id, then by quantity key'),
    chargers: z.record(
      z.string(),
      z.object({
        status: z.object({
          value: z.union([chargerStatusSchema, z.null()]),
          code: z.union([z.string(), z.null()]),
          quality: qualitySchema,
          at: z.union([utc, z.null()]),
        }),
        values: values.describe("The charger's own registers; i_t1 to i_t3 are at its terminals"),
        siteCurrent: z
          .object({ L1: valueSchema, L2: valueSchema, L3: valueSchema })
          .describe('A, mapped to the phases of the site'),
      }),
    ),
  }),
  z.object({ type: z.literal('finding'), at: utc, finding: findingSchema }),
  z.object({ type: z.literal('decision'), at: utc, decision: decisionSchema }),
  z.object({ type: z.literal('write'), at: utc, write: writeSchema }),
  z.object({
    type: z.literal('health'),
    at: utc,
    health: healthSchema,
    framesDropped: z
      .number()
      .int()
      .describe('Frames left out since start because the reader was slow; nothing else is ever left out'),
  }),
])
export type MonitorRecord = z.infer<typeof monitorRecordSchema>

export const isoTime = (atMs: number): string => new Date(atMs).toISOString()

const plainSample = ({ value, quality, atMs }: Sample) => ({ value, quality, at: atMs === null ? null : isoTime(atMs) })
const plainSamples = (samples: Readonly<Record<string, Sample>>) =>
  Object.fromEntries(Object.entries(samples).map(([key, sample]) => [key, plainSample(sample)]))

export const frameRecord = (image: Image): MonitorRecord => ({
  type: 'frame',
  at: isoTime(image.atMs),
  meters: Object.fromEntries(Object.entries(image.meters).map(([id, meter]) => [id, plainSamples(meter.samples)])),
  chargers: Object.fromEntries(
    Object.entries(image.chargers).map(([id, { status, samples, siteCurrentA }]) => [
      id,
      {
        status: {
          value: status.value,
          code: status.code,
          quality: status.quality,
          at: status.atMs === null ? null : isoTime(status.atMs),
        },
        values: plainSamples(samples),
        siteCurrent: {
          L1: plainSample(siteCurrentA.L1),
          L2: plainSample(siteCurrentA.L2),
          L3: plainSample(siteCurrentA.L3),
        },
      },
    ]),
  ),
})

/** The JSON Schema of one line, for readers in other languages. */
export const monitorJsonSchema = (): unknown => ({
  ...z.toJSONSchema(monitorRecordSchema, { target: 'draft-2020-12' }),
  $id: 'https://tripscope.invalid/schemas/monitor.schema.json',
  title: 'One line of "npm run -s monitor"',
})

import { z } from 'zod'
import { chargerStatuses } from '../../../../shared/model/image.ts'
import { qualities } from '../../../../shared/model/sample.ts'

const id = z.string().min(1).max(200)
/** The last moment that a date has. A time outside these is no time, and a cycle of a second would never get there. */
const lastMs = 8.64e15
const at = z.union([
  z.number().min(0).max(lastMs).describe('UTC, milliseconds since 1970'),
  z.iso.datetime({ offset: true }).describe('UTC or with its offset'),
])
const values = z.record(z.string().max(100), z.number().nullable()).describe('null: asked for and not there')
const missing = z.enum(qualities).exclude(['good']).describe('why nothing came, for all that was asked')
const perPhase = z.tuple([z.number().nullable(), z.number().nullable(), z.number().nullable()])

/** One line of plain readings: who said what, and when. */
export const plainLineSchema = z.union([
  z.strictObject({ at, meter: id, values }),
  z.strictObject({ at, meter: id, missing }),
  z.strictObject({
    at,
    charger: id,
    values: values.default({}).describe('limit, i_t1 to i_t3 and u_t1 to u_t3 by the charger’s terminals'),
    status: z.enum(chargerStatuses).optional(),
    code: z.string().max(200).optional().describe('the charger’s own word for its state'),
  }),
  z.strictObject({ at, charger: id, missing }),
  z
    .strictObject({ at, sampled: id, circuit: id, highest: perPhase, rms: perPhase })
    .describe('one-cycle RMS of a tenth of a second that ends at this time: the highest, and the mean'),
  z
    .strictObject({
      at: at.describe('when it was told'),
      sampled: id,
      event: z.enum(['dip', 'swell', 'interruption']),
      from: at,
      to: at.nullable().describe('null: it goes on'),
      extreme: z.number().describe('lowest, of a swell highest one-cycle RMS, V'),
      channels: z.array(z.string().max(20)).min(1).max(32),
    })
    .describe('a dip, swell or interruption that samples show'),
  z
    .strictObject({ at, said: z.string().max(2000), who: z.string().max(200), circuit: id.nullable().default(null) })
    .describe('a person says that something tripped at this time'),
])
export type PlainLine = z.infer<typeof plainLineSchema>

/** The JSON Schema of one line, for whoever writes such files in another language. */
export const plainLineJsonSchema = (): unknown => ({
  ...z.toJSONSchema(plainLineSchema, { target: 'draft-2020-12', io: 'input' }),
  $id: 'https://tripscope.invalid/schemas/readings.schema.json',
  title: 'One line of plain readings',
})

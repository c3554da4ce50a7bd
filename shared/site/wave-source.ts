/** Front ends that send sampled waveforms, in the site file (`waves`). */
import { z } from 'zod'

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, ".", "_" or "-", starting with a letter or digit')
  .describe('Unique over the whole file; lower-case letters, digits, ".", "_", "-"')
const name = z.string().min(1).max(80)
const port = z.number().int().min(1).max(65535)

/** A front end that sends sampled voltages and currents; assets/waves/README.md says how. What it measures: check-waves.ts. */
export const waveSourceSchema = z.strictObject({
  id,
  name: name.optional(),
  host: z.string().min(1).describe('Host name or IP address of the sampling front end'),
  port: port.describe('TCP port on which it sends its samples'),
  circuit: z.string().optional().describe('Id of the circuit whose voltages and currents it samples'),
  meter: z.string().optional().describe('Instead of circuit: id of the meter whose terminals it shares'),
})

export type SiteWaveSource = z.infer<typeof waveSourceSchema>

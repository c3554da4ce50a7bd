import { z } from 'zod'
import { phaseSchema } from './image.ts'

/** What keeps a charger's limit where it is; the first entry is the binding one. */
export const boundKinds = [
  'circuit-limit',
  'grid-power',
  'charger-maximum',
  'charger-minimum',
  'override',
  'fallback',
  'ramp',
  'resume-delay',
  'no-demand',
  'step',
  'apparent-power',
  'site-demand',
  'demand-interval',
  'dimming',
  'phase-imbalance',
  'thermal',
  'load-ahead',
  'rotation',
  'plan',
  'surplus',
  'phase-switch',
] as const
export type BoundKind = (typeof boundKinds)[number]
export const boundSchema = z.object({
  kind: z.enum(boundKinds),
  /** The circuit that binds, for circuit-limit; the meter whose silence causes a fallback is in `detail`. */
  circuitId: z.string().nullable(),
  phase: phaseSchema.nullable(),
  /** The value it holds the charger to, A. */
  limitA: z.number(),
  /** One sentence with the numbers: "feeder F2, L2: limit 63 A, other load 21.4 A, shared by 4 chargers". */
  detail: z.string(),
  /** What stands behind the circuit's name in it: "limit 63 A, other load 21.4 A, shared by 4 chargers". */
  numbers: z.string().optional(),
})
export type Bound = Readonly<z.infer<typeof boundSchema>>

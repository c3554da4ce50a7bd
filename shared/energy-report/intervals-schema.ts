import { z } from 'zod'
import { accountKinds } from '../site/accounts-schema.ts'

/** As far as one answer reaches; whoever wants more asks for one stretch after the other, which together have what the whole has. */
export const mostIntervalDays = 14

const billing = z.object({ use: z.enum(['if-marked', 'no']), why: z.string() })
const between = { source: z.string(), fromMs: z.number(), toMs: z.number() }

/** Quarters of an hour of an account, the site, a meter or a charger, from `fromMs` of the answer on. Energies kWh. */
export const intervalLineSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum([...accountKinds, 'meter', 'charger', 'site']),
  billing,
  /** What is known of each quarter; null: nothing was measured in it. */
  importKwh: z.array(z.number().nullable()),
  exportKwh: z.array(z.number().nullable()),
  /** The share of each quarter in which all its meters and chargers were measured, 0..1: below 1 the import is only a part. */
  measured: z.array(z.number()),
  /** Energy that flowed while nobody measured, by the register at both ends: its time is not known, so it is in no quarter. */
  gaps: z.array(z.object({ ...between, kwh: z.number() })),
  /** Two readings that can't be of one count: the energy between is not known. */
  breaks: z.array(
    z.object({ ...between, kind: z.enum(['went-back', 'too-much']), before: z.number(), after: z.number() }),
  ),
})
export type IntervalLine = Readonly<z.infer<typeof intervalLineSchema>>

export const energyIntervalsSchema = z.object({
  siteName: z.string(),
  timezone: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  lines: z.array(intervalLineSchema),
})
export type EnergyIntervals = Readonly<z.infer<typeof energyIntervalsSchema>>

import { z } from 'zod'
import { energyNoteSchema } from '../said/energy-note.ts'
import { accountKinds } from '../site/accounts-schema.ts'
import { mostPoints } from './quarters.ts'

export const energyGroupings = ['account', 'meter', 'charger', 'period'] as const
export type EnergyGrouping = (typeof energyGroupings)[number]

const point = z.object({ atMs: z.number(), kwh: z.number() })
const billing = z.object({ use: z.enum(['if-marked', 'no']), why: z.string() })

/** Money by the tariff of the site file: what of the energy had which price. */
export const moneySchema = z.object({
  amount: z.number(),
  parts: z.array(z.object({ price: z.number(), kwh: z.number() })),
  /** Of gaps over a change of the price. */
  unpricedKwh: z.number(),
})

/** One row: an account, meter, charger, part of the day, the site, or what is not attributed. Energies kWh; null: not known. */
export const energyLineSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum([...accountKinds, 'meter', 'charger', 'period', 'site', 'rest']),
  importKwh: z.number().nullable(),
  exportKwh: z.number().nullable(),
  /** Of the import, what flowed in gaps: by the register, its time not known. */
  gapKwh: z.number(),
  /** Share of the time in which energy was measured quarter by quarter, 0..1; null where that says nothing. */
  coverage: z.number().nullable(),
  peak: z.object({ kW: z.number(), fromMs: z.number() }).nullable(),
  /** The first and last reading of its register in this time; null where it is not one register. */
  register: z.object({ first: point, last: point }).nullable(),
  money: moneySchema.nullable(),
  billing,
  notes: z.array(energyNoteSchema),
  /** What the person who made the site file notes of it. */
  about: z.string().nullable(),
})
export type EnergyLine = Readonly<z.infer<typeof energyLineSchema>>

export const energyReportSchema = z.object({
  grouping: z.enum(energyGroupings),
  siteName: z.string(),
  timezone: z.string(),
  fromMs: z.number(),
  /** As far as it is measured: an hour that is not over ends now. */
  toMs: z.number(),
  isSoFar: z.boolean(),
  madeAtMs: z.number(),
  currency: z.string(),
  /** The tariff in words; null: the site file has none, so there is no money. */
  tariff: z.string().nullable(),
  hasAccounts: z.boolean(),
  /** The first line of every form of the report; null: nothing in it could be billed. */
  standing: z.object({ use: z.enum(['if-marked', 'no']), says: z.string() }).nullable(),
  lines: z.array(energyLineSchema),
  chart: z.object({
    /** One more than there are values; UTC, ms. */
    edges: z.array(z.number()).max(mostPoints + 1),
    isStacked: z.boolean(),
    series: z.array(z.object({ id: z.string(), name: z.string(), kwh: z.array(z.number().nullable()) })),
  }),
})
export type EnergyReport = Readonly<z.infer<typeof energyReportSchema>>

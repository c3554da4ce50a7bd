import { z } from 'zod'
import { clockTime } from './control-schema.ts'

/** Whose energy is counted by which meters and chargers, for the energy report: a tenant, a fleet, what all share. */

export const accountKinds = ['tenant', 'fleet', 'common', 'other'] as const
export type AccountKind = (typeof accountKinds)[number]

/** Part of the day an account's energy is told by; the first that fits counts, what fits none is "other times". */
export const dayPeriodSchema = z.strictObject({
  name: z.string().min(1).max(40),
  from: clockTime,
  to: clockTime,
  days: z.enum(['all', 'weekdays', 'weekend']).default('all'),
})

/** Each meter and charger belongs to one account at most; what is measured at the grid connection and in no account is "not attributed". */
const counted = (what: string) =>
  z.array(z.string()).max(200).default([]).describe(`Ids of the ${what} whose energy is its`)

export const accountSchema = z.strictObject({
  id: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9._-]{0,62}$/,
      'lower-case letters, digits, ".", "_" or "-", starting with a letter or digit',
    )
    .describe('Unique over the whole file; lower-case letters, digits, ".", "_", "-"'),
  name: z.string().min(1).max(80),
  kind: z.enum(accountKinds).default('other').describe('Who it is; a tenant or a fleet may be billed by it'),
  meters: counted('meters'),
  chargers: counted('chargers'),
  periods: z
    .array(dayPeriodSchema)
    .max(12)
    .optional()
    .describe('Parts of the day its energy is told by, e.g. night; default: those of the tariff'),
  note: z.string().max(500).optional().describe('What a reader of the report should know, e.g. what else hangs there'),
})

export type DayPeriod = z.infer<typeof dayPeriodSchema>
export type SiteAccount = z.infer<typeof accountSchema>

export const accountsSchema = z
  .array(accountSchema)
  .max(200)
  .describe(
    'Tenants, fleets and what all share, for the energy report: whose energy is counted by which meters and chargers',
  )

import { z } from 'zod'

/** How often something was so among the incidents, against how often it is so anyway. */
export const patternRowSchema = z.object({
  question: z.string(),
  value: z.string(),
  count: z.number(),
  of: z.number(),
  /** Share that chance alone would give, 0 to 1; null: not known. */
  baseShare: z.number().nullable(),
  basis: z.string(),
  /** Chance that so many or more come about by the base share alone (binomial); null: no base. */
  byChance: z.number().nullable(),
  /** A plain sentence on what the numbers carry. */
  says: z.string(),
})
export type PatternRow = Readonly<z.infer<typeof patternRowSchema>>

/** One thing that happened, as the patterns count it. */
export interface PatternMark {
  readonly kind: 'incident' | 'near-miss'
  readonly atMs: number
  readonly hour: number
  readonly circuit: string | null
  readonly phases: readonly string[]
  readonly chargers: readonly string[]
  /** Chargers that began within a minute before; null: not known. */
  readonly startsWithinMinute: number | null
  readonly afterSupplyReturn: boolean | null
  readonly cause: string | null
}

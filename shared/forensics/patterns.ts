import { z } from 'zod'
import { fewestTelling, isTelling, patternRows } from './pattern-questions.ts'
import { patternRowSchema, type PatternMark } from './pattern-row.ts'
import { suggestionSchema, suggestionsOf } from './suggestions.ts'
import type { TrialIncident } from './trials.ts'
import type { WeatherRow } from './weather.ts'

export const patternsSchema = z.object({
  incidents: z.number(),
  nearMisses: z.number(),
  fromMs: z.number().nullable(),
  toMs: z.number().nullable(),
  warning: z.string().nullable(),
  rows: z.array(patternRowSchema),
  /** What may be tried; each rests on rows above. */
  suggestions: z.array(suggestionSchema),
  /** What the weather rests on, or why there is none in it; null: no weather was given. */
  weather: z.string().nullable(),
  hours: z.array(z.object({ hour: z.number(), incidents: z.number(), nearMisses: z.number() })),
})
export type Patterns = Readonly<z.infer<typeof patternsSchema>>

export interface PatternSetup {
  readonly marks: readonly PatternMark[]
  readonly circuits: number
  readonly chargers: number
  /** Incidents that changes are tried on. */
  readonly incidents?: readonly TrialIncident[]
  /** Given by a person; missing: none. */
  readonly weather?: readonly WeatherRow[]
}

const warningOf = (count: number): string | null => {
  if (count === 0) return 'Nothing has happened yet that could have a pattern.'
  if (count < fewestTelling)
    return `Only ${String(count)} incidents and near misses: whatever they have in common may be chance. From ${String(fewestTelling)} on it is compared.`
  return count < 20 ? `${String(count)} are few: only what chance would hardly give is worth a look.` : null
}

/** Incidents and near misses laid over one another, each count against what chance would give, with a warning where they are few. */
export const patternsOf = ({ marks, circuits, chargers, incidents = [], weather = [] }: PatternSetup): Patterns => {
  const all = [...marks].sort((a, b) => a.atMs - b.atMs)
  const countOf = (kind: PatternMark['kind'], hour?: number): number =>
    all.filter((mark) => mark.kind === kind && (hour === undefined || mark.hour === hour)).length
  const hours = Array.from({ length: 24 }, (_none, hour) => ({
    hour,
    incidents: countOf('incident', hour),
    nearMisses: countOf('near-miss', hour),
  }))
  const rows = [...patternRows({ marks: all, hours, circuits, chargers, weather })]
  return {
    incidents: countOf('incident'),
    nearMisses: countOf('near-miss'),
    fromMs: all[0]?.atMs ?? null,
    toMs: all.at(-1)?.atMs ?? null,
    warning: warningOf(all.length),
    rows,
    suggestions: [
      ...suggestionsOf({ rows, marks: all, incidents, isTelling: (question) => isTelling(rows, question) }),
    ],
    weather: null,
    hours,
  }
}

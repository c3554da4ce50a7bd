import { z } from 'zod'
import { patternRowSchema, type PatternMark, type PatternRow } from './pattern-row.ts'
import { suggestionSchema, suggestionsOf } from './suggestions.ts'
import type { TrialIncident } from './trials.ts'
import { temperatureAt, warmFromC, wasWet, wetShare, type WeatherRow } from './weather.ts'

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

/** Fewer than this say nothing about a pattern, whatever they look like. Editable assumption. */
export const fewestTelling = 5
/** By chance less often than this: worth a look. Editable assumption. */
const telling = 0.05

const logFactorial = (n: number): number => {
  let sum = 0
  for (let i = 2; i <= n; i += 1) sum += Math.log(i)
  return sum
}
/** Chance of `count` or more of `of` where each is so with probability `share`. */
export const atLeast = (count: number, of: number, share: number): number => {
  if (count <= 0) return 1
  if (share <= 0) return 0
  if (share >= 1) return 1
  let sum = 0
  for (let k = count; k <= of; k += 1)
    sum += Math.exp(
      logFactorial(of) - logFactorial(k) - logFactorial(of - k) + k * Math.log(share) + (of - k) * Math.log(1 - share),
    )
  return Math.min(1, sum)
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`

const row = (
  question: string,
  value: string,
  count: number,
  of: number,
  baseShare: number | null,
  basis: string,
  /** How many were looked through to find this one: the chance of one of them is too small by that. */
  lookedThrough = 1,
): PatternRow => {
  const byChance = baseShare === null ? null : Math.min(1, lookedThrough * atLeast(count, of, baseShare))
  const carries =
    of < fewestTelling
      ? `too few to say more (${String(of)} in all)`
      : byChance === null
        ? 'no base rate is known to compare with'
        : byChance < telling
          ? `chance alone gives so many in ${byChance < 0.001 ? 'fewer than 1 of 1000' : `${(100 * byChance).toFixed(1)} of 100`} cases`
          : 'chance alone gives as many often enough'
  return {
    question,
    value,
    count,
    of,
    baseShare,
    basis,
    byChance,
    says: `${String(count)} of ${String(of)}${baseShare === null ? '' : `, ${percent(baseShare)} expected`}: ${carries}`,
  }
}

const isTelling = (rows: readonly PatternRow[], question: string): boolean =>
  rows.some((one) => one.question === question && one.of >= fewestTelling && (one.byChance ?? 1) < telling)

const commonest = (values: readonly string[]): { readonly value: string; readonly count: number } | null => {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)[0] ?? null
}

/** Rain and warmth before them, against how often the file has them at all. */
const weatherRows = (marks: readonly PatternMark[], weather: readonly WeatherRow[]): readonly PatternRow[] => {
  const wet = marks.flatMap(({ atMs }) => wasWet(weather, atMs) ?? [])
  const temperatures = marks.flatMap(({ atMs }) => temperatureAt(weather, atMs) ?? [])
  const warmC = warmFromC(weather)
  return [
    ...(wet.length === 0
      ? []
      : [
          row(
            'Rain in the six hours before',
            '0.2 mm or more',
            wet.filter((one) => one).length,
            wet.length,
            wetShare(weather),
            'how often it had rained in the file at all',
          ),
        ]),
    ...(temperatures.length === 0 || warmC === null
      ? []
      : [
          row(
            'Warm weather',
            `above ${warmC.toFixed(0)} °C`,
            temperatures.filter((celsius) => celsius > warmC).length,
            temperatures.length,
            0.25,
            'the warmest quarter of the file',
          ),
        ]),
  ]
}

/** Incidents and near misses laid over one another, each count against what chance would give, with a warning where they are few. */
export const patternsOf = ({ marks, circuits, chargers, incidents = [], weather }: PatternSetup): Patterns => {
  const all = [...marks].sort((a, b) => a.atMs - b.atMs)
  const of = all.length
  const rows: PatternRow[] = []
  const hours = Array.from({ length: 24 }, (_none, hour) => ({
    hour,
    incidents: all.filter((mark) => mark.kind === 'incident' && mark.hour === hour).length,
    nearMisses: all.filter((mark) => mark.kind === 'near-miss' && mark.hour === hour).length,
  }))
  if (of > 0) {
    const spans = hours.map(({ hour }) => ({
      hour,
      count: all.filter((mark) => (mark.hour - hour + 24) % 24 < 4).length,
    }))
    const most = spans.reduce(
      (best, span) => (span.count > best.count ? span : best),
      spans[0] ?? { hour: 0, count: 0 },
    )
    // Of the 24 windows six do not overlap.
    const window = row(
      'Time of day',
      `${String(most.hour)}:00 to ${String((most.hour + 4) % 24)}:00`,
      most.count,
      of,
      4 / 24,
      'four of 24 hours',
      6,
    )
    rows.push(window)
    const returned = all.filter(({ afterSupplyReturn }) => afterSupplyReturn !== null)
    if (returned.length > 0)
      rows.push(
        row(
          'After the supply came back',
          'within two minutes',
          returned.filter(({ afterSupplyReturn }) => afterSupplyReturn === true).length,
          returned.length,
          0.01,
          'two minutes after an interruption are under 1 % of the time [E]',
        ),
      )
    const started = all.filter(({ startsWithinMinute }) => startsWithinMinute !== null)
    if (started.length > 0)
      rows.push(
        row(
          'Three starts within a minute',
          'three or more',
          started.filter(({ startsWithinMinute }) => (startsWithinMinute ?? 0) >= 3).length,
          started.length,
          0.02,
          'minutes with three starts are about 2 % of the time [E]',
        ),
      )
    const phased = all.filter(({ phases }) => phases.length === 1)
    const phase = commonest(phased.flatMap(({ phases }) => phases))
    if (phase !== null) rows.push(row('Phase', phase.value, phase.count, phased.length, 1 / 3, 'one of three phases'))
    const circuit = commonest(all.flatMap((mark) => (mark.circuit === null ? [] : [mark.circuit])))
    if (circuit !== null)
      rows.push(
        row(
          'Circuit',
          circuit.value,
          circuit.count,
          of,
          circuits > 0 ? 1 / circuits : null,
          `one of ${String(circuits)} circuits`,
        ),
      )
    const taking = all.filter((mark) => mark.chargers.length > 0)
    const charger = commonest(taking.flatMap((mark) => [...new Set(mark.chargers)]))
    const parts = taking.reduce((sum, mark) => sum + new Set(mark.chargers).size, 0)
    if (charger !== null && chargers > 1)
      rows.push(
        row(
          'Charger that was drawing',
          charger.value,
          charger.count,
          taking.length,
          Math.min(1, parts / (taking.length * chargers)),
          'how often a charger of the site took part at all; which cars were on them is not read',
          chargers,
        ),
      )
    rows.push(...weatherRows(all, weather ?? []))
    const cause = commonest(all.flatMap((mark) => (mark.cause === null ? [] : [mark.cause])))
    if (cause !== null)
      rows.push(
        row(
          'Cause',
          cause.value,
          cause.count,
          all.filter((mark) => mark.cause !== null).length,
          null,
          'as ranked, or as a person found out',
        ),
      )
  }
  return {
    incidents: all.filter(({ kind }) => kind === 'incident').length,
    nearMisses: all.filter(({ kind }) => kind === 'near-miss').length,
    fromMs: all[0]?.atMs ?? null,
    toMs: all.at(-1)?.atMs ?? null,
    warning:
      of === 0
        ? 'Nothing has happened yet that could have a pattern.'
        : of < fewestTelling
          ? `Only ${String(of)} incidents and near misses: whatever they have in common may be chance. From ${String(fewestTelling)} on it is compared.`
          : of < 20
            ? `${String(of)} are few: only what chance would hardly give is worth a look.`
            : null,
    rows,
    suggestions: [
      ...suggestionsOf({ rows, marks: all, incidents, isTelling: (question) => isTelling(rows, question) }),
    ],
    weather: null,
    hours,
  }
}

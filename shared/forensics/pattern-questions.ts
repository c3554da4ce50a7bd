import type { PatternMark, PatternRow } from './pattern-row.ts'
import { temperatureAt, warmFromC, wasWet, wetShare, type WeatherRow } from './weather.ts'

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

/** A row of this question that chance alone would hardly give. */
export const isTelling = (rows: readonly PatternRow[], question: string): boolean =>
  rows.some((one) => one.question === question && one.of >= fewestTelling && (one.byChance ?? 1) < telling)

const commonest = (values: readonly string[]): { readonly value: string; readonly count: number } | null => {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)[0] ?? null
}

/** What is looked through: marks in order of time, at least one. */
export interface Asked {
  readonly marks: readonly PatternMark[]
  readonly hours: readonly { readonly hour: number }[]
  readonly circuits: number
  readonly chargers: number
  readonly weather: readonly WeatherRow[]
}
/** One thing that incidents may have in common; no rows where nothing is known of it. */
type Question = (asked: Asked) => readonly PatternRow[]

const timeOfDay: Question = ({ marks, hours }) => {
  const spans = hours.map(({ hour }) => ({
    hour,
    count: marks.filter((mark) => (mark.hour - hour + 24) % 24 < 4).length,
  }))
  const most = spans.reduce((best, span) => (span.count > best.count ? span : best), spans[0] ?? { hour: 0, count: 0 })
  const value = `${String(most.hour)}:00 to ${String((most.hour + 4) % 24)}:00`
  // Of the 24 windows six do not overlap.
  return [row('Time of day', value, most.count, marks.length, 4 / 24, 'four of 24 hours', 6)]
}

const afterSupplyReturn: Question = ({ marks }) => {
  const known = marks.filter((mark) => mark.afterSupplyReturn !== null)
  if (known.length === 0) return []
  const count = known.filter((mark) => mark.afterSupplyReturn === true).length
  const basis = 'two minutes after an interruption are under 1 % of the time [E]'
  return [row('After the supply came back', 'within two minutes', count, known.length, 0.01, basis)]
}

const threeStarts: Question = ({ marks }) => {
  const known = marks.filter(({ startsWithinMinute }) => startsWithinMinute !== null)
  if (known.length === 0) return []
  const count = known.filter(({ startsWithinMinute }) => (startsWithinMinute ?? 0) >= 3).length
  const basis = 'minutes with three starts are about 2 % of the time [E]'
  return [row('Three starts within a minute', 'three or more', count, known.length, 0.02, basis)]
}

const onePhase: Question = ({ marks }) => {
  const known = marks.filter(({ phases }) => phases.length === 1)
  const phase = commonest(known.flatMap(({ phases }) => phases))
  return phase === null ? [] : [row('Phase', phase.value, phase.count, known.length, 1 / 3, 'one of three phases')]
}

const oneCircuit: Question = ({ marks, circuits }) => {
  const circuit = commonest(marks.flatMap((mark) => (mark.circuit === null ? [] : [mark.circuit])))
  if (circuit === null) return []
  const share = circuits > 0 ? 1 / circuits : null
  return [row('Circuit', circuit.value, circuit.count, marks.length, share, `one of ${String(circuits)} circuits`)]
}

const drawingCharger: Question = ({ marks, chargers }) => {
  const taking = marks.filter((mark) => mark.chargers.length > 0)
  const charger = commonest(taking.flatMap((mark) => [...new Set(mark.chargers)]))
  if (charger === null || chargers <= 1) return []
  const parts = taking.reduce((sum, mark) => sum + new Set(mark.chargers).size, 0)
  const share = Math.min(1, parts / (taking.length * chargers))
  const basis = 'how often a charger of the site took part at all; which cars were on them is not read'
  return [row('Charger that was drawing', charger.value, charger.count, taking.length, share, basis, chargers)]
}

const commonestCause: Question = ({ marks }) => {
  const causes = marks.flatMap((mark) => (mark.cause === null ? [] : [mark.cause]))
  const cause = commonest(causes)
  if (cause === null) return []
  return [row('Cause', cause.value, cause.count, causes.length, null, 'as ranked, or as a person found out')]
}

/** Rain and warmth before them, against how often the file has them at all. */
const weatherRows: Question = ({ marks, weather }) => {
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

/** All that is asked, in the order it is shown. */
const questions: readonly Question[] = [
  timeOfDay,
  afterSupplyReturn,
  threeStarts,
  onePhase,
  oneCircuit,
  drawingCharger,
  weatherRows,
  commonestCause,
]

export const patternRows = (asked: Asked): readonly PatternRow[] =>
  asked.marks.length === 0 ? [] : questions.flatMap((question) => question(asked))

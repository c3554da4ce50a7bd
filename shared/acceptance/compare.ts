import { z } from 'zod'
import type { AcceptanceRun, Measure } from './run.ts'

/** A later run beside an earlier one, by what both measured. Pure. */

export const comparedSchema = z.object({
  kind: z.string(),
  what: z.string(),
  was: z.number(),
  is: z.number(),
  unit: z.string(),
  /** Of the earlier value; null where that was 0. */
  changePercent: z.number().nullable(),
  /** Beyond what repeats differ by. */
  isNotable: z.boolean(),
  /** "since acceptance: Feeder 2, L3 impedance +40 % (0.21 to 0.29 ohm)" */
  says: z.string(),
})
export type Compared = Readonly<z.infer<typeof comparedSchema>>

export const comparisonSchema = z.object({
  measures: z.array(comparedSchema),
  /** Steps whose outcome is another now. */
  steps: z.array(z.object({ title: z.string(), was: z.string(), is: z.string() })),
  /** Only one of the two measured these. */
  onlyOne: z.array(z.string()),
})
export type Comparison = Readonly<z.infer<typeof comparisonSchema>>

/**
 * What two runs on an unchanged installation may differ by: a share of the earlier value and an amount below which nothing counts.
 * Editable assumptions: impedances come from steps of 10 A on a moving mains, error rates from some hundred requests.
 */
const tolerances: Readonly<Record<Measure['kind'], { readonly share: number; readonly least: number }>> = {
  impedance: { share: 0.2, least: 0.02 },
  gain: { share: 0.05, least: 0.03 },
  'error-rate': { share: 0.5, least: 0.5 },
  interval: { share: 0.25, least: 100 },
  reaction: { share: 0.3, least: 2 },
  ratio: { share: 0.001, least: 0.001 },
  fallback: { share: 0.01, least: 0.4 },
}
const words: Readonly<Record<Measure['kind'], string>> = {
  impedance: 'impedance',
  gain: 'share of the step',
  'error-rate': 'requests without a good reply',
  interval: 'sample interval',
  reaction: 'time of reaction',
  ratio: 'ratio of the current transformers',
  fallback: 'fallback',
}

const keyOf = ({ kind, subject, where }: Measure): string => JSON.stringify([kind, subject.kind, subject.id, where])
const digits = (value: number): string => String(Number(value.toPrecision(Math.abs(value) >= 1000 ? 4 : 3)))

export type NameOf = (subject: Measure['subject']) => string

const compared = (was: Measure, is: Measure, nameOf: NameOf): Compared => {
  const { share, least } = tolerances[is.kind]
  const change = is.value - was.value
  const changePercent = was.value === 0 ? null : (100 * change) / Math.abs(was.value)
  const isNotable = Math.abs(change) > Math.max(least, share * Math.abs(was.value))
  const what = `${nameOf(is.subject)}${is.where === '' ? '' : `, ${is.where}`}: ${words[is.kind]}`
  const sign = change >= 0 ? '+' : '−'
  const by =
    changePercent === null
      ? `${sign}${digits(Math.abs(change))} ${is.unit}`
      : `${sign}${Math.round(Math.abs(changePercent))} %`
  return {
    kind: is.kind,
    what,
    was: was.value,
    is: is.value,
    unit: is.unit,
    changePercent,
    isNotable,
    says: `since acceptance: ${what} ${by} (${digits(was.value)} to ${digits(is.value)} ${is.unit})`,
  }
}

/** What changed from the earlier run to the later one, the largest changes first. */
export const compareRuns = (earlier: AcceptanceRun, later: AcceptanceRun, nameOf: NameOf): Comparison => {
  const measuresOf = (run: AcceptanceRun): ReadonlyMap<string, Measure> =>
    new Map(run.steps.flatMap(({ measures }) => measures.map((measure) => [keyOf(measure), measure] as const)))
  const [before, after] = [measuresOf(earlier), measuresOf(later)]
  const measures = [...after].flatMap(([key, is]) => {
    const was = before.get(key)
    return was === undefined ? [] : [compared(was, is, nameOf)]
  })
  const only = (mine: ReadonlyMap<string, Measure>, other: ReadonlyMap<string, Measure>, word: string): string[] =>
    [...mine].flatMap(([key, { kind, subject, where }]) =>
      other.has(key) ? [] : [`${nameOf(subject)}${where === '' ? '' : `, ${where}`}: ${words[kind]} (${word})`],
    )
  const outcomes = new Map(earlier.steps.map(({ id, state }) => [id, state]))
  return {
    measures: measures.toSorted(
      (a, b) =>
        Number(b.isNotable) - Number(a.isNotable) || Math.abs(b.changePercent ?? 0) - Math.abs(a.changePercent ?? 0),
    ),
    steps: later.steps.flatMap(({ id, title, state }) => {
      const was = outcomes.get(id)
      return was === undefined || was === state ? [] : [{ title, was, is: state }]
    }),
    onlyOne: [...only(before, after, 'then only'), ...only(after, before, 'now only')],
  }
}

import { z } from 'zod'

/** Calibrations and tests that come again: intervals as data, dates as persons declared them. */

export const dutyKinds = [
  'meter-calibration',
  'installation-test',
  'charger-test',
  'rcd-test',
  'breaker-inspection',
  'acceptance',
] as const
export type DutyKind = (typeof dutyKinds)[number]

export interface DutyFacts {
  readonly title: string
  /** Months between two of them. */
  readonly months: number
  readonly basis: 'standard' | 'assumption'
  readonly source: string
  readonly of: 'meter' | 'charger' | 'circuit' | 'site'
}

/** The usual intervals; a duty that is noted may name its own. */
export const dutyFacts: Readonly<Record<DutyKind, DutyFacts>> = {
  'meter-calibration': {
    title: 'Calibration of the meter ends',
    months: 96,
    basis: 'standard',
    source:
      'Germany, MessEV annex 7: 8 years for electronic electricity meters; other countries differ, take the plate',
    of: 'meter',
  },
  'installation-test': {
    title: 'Test of the fixed installation',
    months: 48,
    basis: 'standard',
    source: 'DGUV rule 3 table 1A: every 4 years; IEC 60364-6 6.5.2 leaves the interval to the country',
    of: 'site',
  },
  'charger-test': {
    title: 'Test of the charger',
    months: 12,
    basis: 'assumption',
    source: 'makers of public chargers usually ask for it once a year; the manual of the charger decides',
    of: 'charger',
  },
  'rcd-test': {
    title: 'Test button of the residual current device',
    months: 6,
    basis: 'standard',
    source: 'DGUV rule 3 table 1A: every 6 months by the test button in stationary installations',
    of: 'circuit',
  },
  'breaker-inspection': {
    title: 'Inspection of the circuit breaker and its trip unit',
    months: 24,
    basis: 'assumption',
    source: 'makers of moulded-case and air circuit breakers ask for it every 1 to 2 years; the manual decides',
    of: 'circuit',
  },
  acceptance: {
    title: 'Acceptance test again',
    months: 12,
    basis: 'assumption',
    source: 'once a year, and after every change of wiring, meters or chargers',
    of: 'site',
  },
}

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a day such as 2026-11-28')

/** That it was done on a day, and how many months it holds. */
export const dutySchema = z.strictObject({
  kind: z.enum(dutyKinds),
  subjectId: z.string().min(1).max(80),
  doneOn: day.refine((text) => !Number.isNaN(Date.parse(text)), 'a day of the calendar'),
  months: z.number().int().min(1).max(240),
  note: z.string().max(400),
})
export type Duty = Readonly<z.infer<typeof dutySchema>>
export const notedDutySchema = dutySchema.extend({ who: z.string(), atMs: z.number() })
export type NotedDuty = Readonly<z.infer<typeof notedDutySchema>>

export const dueSchema = z.object({
  kind: z.enum(dutyKinds),
  subjectId: z.string(),
  what: z.string(),
  months: z.number(),
  source: z.string(),
  /** null: nobody has noted it. */
  doneOn: z.string().nullable(),
  dueOn: z.string().nullable(),
  /** unknown: nobody said when it was done last. */
  state: z.enum(['good', 'soon', 'over', 'unknown']),
  who: z.string().nullable(),
  note: z.string(),
})
export type Due = Readonly<z.infer<typeof dueSchema>>

/** Told this long before. Editable assumption. */
const soonMs = 60 * 86_400_000

/** The day so many months later; the last of a month where that month is shorter. */
export const monthsAfter = (dayText: string, months: number): string => {
  const [year = 0, month = 1, date = 1] = dayText.split('-').map(Number)
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10)
}

interface Named {
  readonly id: string
  readonly name: string
}
export interface DutySubjects {
  readonly site: Named
  readonly meters: readonly Named[]
  readonly chargers: readonly Named[]
  /** With a residual current device; with any breaker. */
  readonly withRcd: readonly Named[]
  readonly withBreaker: readonly Named[]
}

const rank: Readonly<Record<Due['state'], number>> = { over: 0, soon: 1, unknown: 2, good: 3 }

/** All duties of a site, what is over first. */
export const duesOf = (subjects: DutySubjects, noted: readonly NotedDuty[], nowMs: number): readonly Due[] => {
  const places: readonly (readonly [DutyKind, readonly Named[]])[] = [
    ['acceptance', [subjects.site]],
    ['installation-test', [subjects.site]],
    ['meter-calibration', subjects.meters],
    ['charger-test', subjects.chargers],
    ['rcd-test', subjects.withRcd],
    ['breaker-inspection', subjects.withBreaker],
  ]
  return places
    .flatMap(([kind, named]) =>
      named.map(({ id, name }): Due => {
        const facts = dutyFacts[kind]
        const last = noted
          .filter((duty) => duty.kind === kind && duty.subjectId === id)
          .toSorted((a, b) => a.doneOn.localeCompare(b.doneOn))
          .at(-1)
        const months = last?.months ?? facts.months
        const dueOn = last === undefined ? null : monthsAfter(last.doneOn, months)
        const leftMs = dueOn === null ? null : Date.parse(dueOn) - nowMs
        return {
          kind,
          subjectId: id,
          what: `${facts.title}: ${name}`,
          months,
          source: facts.source,
          doneOn: last?.doneOn ?? null,
          dueOn,
          state: leftMs === null ? 'unknown' : leftMs < 0 ? 'over' : leftMs < soonMs ? 'soon' : 'good',
          who: last?.who ?? null,
          note: last?.note ?? '',
        }
      }),
    )
    .toSorted((a, b) => rank[a.state] - rank[b.state] || (a.dueOn ?? '').localeCompare(b.dueOn ?? ''))
}

/**
 * Statistics in the manner of EN 50160 over one week and one phase. Counts are compared as whole numbers; a week that is not whole has no
 * verdict. Limits are data with their edition: which edition holds at a site is the network operator's word.
 */

export type Edition = '2010' | '2022'
export const editions: Readonly<Record<Edition, string>> = {
  '2010': 'EN 50160:2010',
  '2022': 'EN 50160:2022 (as reported: orders 15 and 21 raised; not checked against the text)',
}

const odd2010: Readonly<Record<number, number>> = {
  3: 5,
  5: 6,
  7: 5,
  9: 1.5,
  11: 3.5,
  13: 3,
  15: 0.5,
  17: 2,
  19: 1.5,
  21: 0.5,
  23: 1.5,
  25: 1.5,
}
/** Percent of the fundamental for 95 % of the week; null: the standard names none (above order 25). */
export const harmonicLimit = (order: number, edition: Edition): number | null => {
  if (edition === '2022' && (order === 15 || order === 21)) return order === 15 ? 1 : 0.75
  if (order % 2 === 1) return Object.hasOwn(odd2010, order) ? (odd2010[order] ?? null) : null
  return order === 2 ? 2 : order === 4 ? 1 : order >= 6 && order <= 24 ? 0.5 : null
}
export const harmonicOrders: readonly number[] = Array.from({ length: 24 }, (_, index) => index + 2)

export type Verdict = 'within' | 'outside' | 'unknown'

/** A row of the report: so many of so many values inside of a range, against the share that must be. */
export interface Judged {
  readonly counted: number
  readonly inside: number
  readonly neededPermille: number
  readonly verdict: Verdict
}

/** 95 % and 100 % as whole numbers; `isWhole`: no interval of the week is missing. */
export const judge = (counted: number, inside: number, neededPermille: number, isWhole: boolean): Judged => ({
  counted,
  inside,
  neededPermille,
  verdict: !isWhole || counted === 0 ? 'unknown' : inside * 1000 >= counted * neededPermille ? 'within' : 'outside',
})

export interface Range {
  readonly least: number | null
  readonly most: number | null
}
export const isInside = (value: number, { least, most }: Range): boolean =>
  (least === null || value >= least - 1e-9) && (most === null || value <= most + 1e-9)

/** One value of one interval. */
export interface Counted {
  readonly value: number
  readonly isFlagged: boolean
}

export interface ReportRow {
  readonly name: string
  readonly unit: string
  readonly range: Range
  /** With all intervals, and without those in which a dip, swell or interruption was. */
  readonly all: Judged
  readonly unflagged: Judged
  readonly lowest: number | null
  readonly highest: number | null
  /** What 95 % of all values do not exceed; null without values. */
  readonly p95: number | null
}

const percentile = (sorted: readonly number[], share: number): number | null =>
  sorted.length === 0 ? null : (sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null)

export interface RowInput {
  readonly name: string
  readonly unit: string
  readonly range: Range
  readonly neededPermille: number
  readonly values: readonly Counted[]
  /** How many a whole week has. */
  readonly expected: number
}

/** A week is whole where this share of its intervals has a value (editable assumption: the standard asks for all of them). */
const wholeShare = 0.98

export const reportRow = ({ name, unit, range, neededPermille, values, expected }: RowInput): ReportRow => {
  const isWhole = values.length >= expected * wholeShare
  const counted = (some: readonly Counted[]): Judged =>
    judge(some.length, some.filter(({ value }) => isInside(value, range)).length, neededPermille, isWhole)
  const sorted = values.map(({ value }) => value).sort((one, other) => one - other)
  return {
    name,
    unit,
    range,
    all: counted(values),
    unflagged: counted(values.filter(({ isFlagged }) => !isFlagged)),
    lowest: sorted[0] ?? null,
    highest: sorted.at(-1) ?? null,
    p95: percentile(sorted, 0.95),
  }
}

import type { OwnRecords } from '../../../shared/api/meter-records-contract.ts'
import type { TimeFormat } from '../../format/time.ts'

/** What a meter itself says of EN 50160: quoted beside the report, never mixed into it. */
export type OwnVerdict =
  | {
      readonly kind: 'told'
      readonly meter: string
      /** When it judged, UTC by its clock corrected; null: not known. */
      readonly atMs: number | null
      /** Whether it judged within the week of the report, or up to a day after its end, when meters judge it. */
      readonly isOfWeek: boolean
      readonly says: string
    }
  | { readonly kind: 'none'; readonly meter: string; readonly why: NonNullable<OwnRecords['noVerdict']> }

const dayMs = 86_400_000
/** A meter judges on whole seconds of its clock; corrected by its measured error they are a fraction off. */
const stampMs = 1000

const toldOf = (verdict: NonNullable<OwnRecords['verdict']>): string => {
  const counted = verdict.cells.filter(({ count }) => count > 0)
  const parts = [
    verdict.result,
    verdict.failed.length === 0 ? null : `failed last: ${verdict.failed.join(', ')}`,
    counted.length === 0 ? null : `its counters: ${counted.map(({ cell, count }) => `${cell} ${count}`).join(', ')}`,
  ]
  return parts.filter((part) => part !== null).join('; ')
}

/** Of every meter that judges itself, that of the report's own source first. */
export const ownVerdicts = (
  meters: readonly OwnRecords[],
  { fromMs, toMs, sourceName }: { readonly fromMs: number; readonly toMs: number; readonly sourceName: string },
): readonly OwnVerdict[] =>
  meters
    .flatMap(({ name, verdict, noVerdict }): readonly OwnVerdict[] => {
      if (verdict === null) return noVerdict === null ? [] : [{ kind: 'none', meter: name, why: noVerdict }]
      const atMs = verdict.atMs === null ? null : Math.round(verdict.atMs / stampMs) * stampMs
      const isOfWeek = atMs !== null && atMs >= fromMs && atMs <= toMs + dayMs
      return [{ kind: 'told', meter: name, atMs, isOfWeek, says: toldOf(verdict) }]
    })
    .sort((one, other) => Number(other.meter === sourceName) - Number(one.meter === sourceName))

const noVerdictWords: Readonly<Record<NonNullable<OwnRecords['noVerdict']>, string>> = {
  'not-asked-yet': 'judges itself; its verdict was not asked for yet',
  'not-read': 'judges itself; its verdict could not be read',
  'not-judged-yet': 'judges itself, and has not judged yet',
}

/** One line a meter, for a page of paper. */
export const ownVerdictLine = (verdict: OwnVerdict, time: TimeFormat): string => {
  if (verdict.kind === 'none') return `${verdict.meter} ${noVerdictWords[verdict.why]}`
  const { meter, atMs, isOfWeek, says } = verdict
  const when = atMs === null ? 'at a time it does not tell' : time.dateTime(atMs)
  return `${meter} itself, ${when}${isOfWeek ? '' : ' (not in this week)'}: ${says}`
}

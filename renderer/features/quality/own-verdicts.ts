import type { OwnRecords } from '../../../shared/api/meter-records-contract.ts'
import type { TimeFormat } from '../../format/time.ts'

/** What a meter itself says of EN 50160: quoted beside the report, never mixed into it. */
export interface OwnVerdict {
  readonly meter: string
  /** When it judged, UTC by its clock corrected; null: not known. */
  readonly atMs: number | null
  /** Whether it judged within the week of the report, or up to a day after its end, when meters judge it. */
  readonly isOfWeek: boolean
  readonly says: string
}

const dayMs = 86_400_000

export const ownVerdicts = (
  meters: readonly OwnRecords[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly OwnVerdict[] =>
  meters.flatMap(({ name, verdict }) => {
    if (verdict === null) return []
    const { atMs, result, failed, cells } = verdict
    const counted = cells.filter(({ count }) => count > 0)
    const parts = [
      result,
      failed.length === 0 ? null : `failed last: ${failed.join(', ')}`,
      counted.length === 0 ? null : `its counters: ${counted.map(({ cell, count }) => `${cell} ${count}`).join(', ')}`,
    ]
    return [
      {
        meter: name,
        atMs,
        isOfWeek: atMs !== null && atMs >= fromMs && atMs <= toMs + dayMs,
        says: parts.filter((part) => part !== null).join('; '),
      },
    ]
  })

/** One line a meter, for a page of paper. */
export const ownVerdictLine = ({ meter, atMs, isOfWeek, says }: OwnVerdict, time: TimeFormat): string => {
  const when = atMs === null ? 'at a time it does not tell' : time.dateTime(atMs)
  return `${meter} itself, ${when}${isOfWeek ? '' : ' (not in this week)'}: ${says}`
}

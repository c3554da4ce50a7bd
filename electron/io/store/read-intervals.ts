import type { JoinedInterval, TimeRange } from '../../core/record/recorder.ts'
import type { IntervalPage } from './interval-table.ts'
import { joinIntervals } from './join-intervals.ts'
import type { SiteFile } from './site-file.ts'

const quarterMs = 900_000
/** Joined rows end on round times: seconds a person recognises. */
const rounds = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 345_600, 604_800]

const stretchMs = (spanMs: number, lengthS: number, joinTo: number): number => {
  const least = Math.max(lengthS * 1000, spanMs / joinTo)
  const round = rounds.find((seconds) => seconds * 1000 >= least)
  return round === undefined ? Math.ceil(least / 604_800_000) * 604_800_000 : round * 1000
}

/**
 * A page of intervals, or with `joinTo` the whole range in at most about that many rows. A year of minutes is half a million rows:
 * stretches of a quarter of an hour and more are joined from the quarter hours, whose energies are the same.
 */
export const readIntervals = (
  file: SiteFile,
  meterId: string,
  lengthS: 60 | 900,
  range: TimeRange,
  page: IntervalPage,
  joinTo: number | undefined,
): JoinedInterval[] => {
  if (joinTo === undefined || file.countIntervals(meterId, lengthS, range) <= joinTo)
    return file.intervals(meterId, lengthS, range, joinTo === undefined ? page : { ...page, limit: joinTo })
  const oldestMs = file.oldestIntervalMs(meterId, lengthS) ?? range.fromMs
  const [newest] = file.intervals(meterId, lengthS, range, { ...page, limit: 1, from: 'newest' })
  const spanMs = (newest?.startMs ?? range.toMs) + lengthS * 1000 - Math.max(range.fromMs, oldestMs)
  const stretch = stretchMs(spanMs, lengthS, joinTo)
  const all = { ...page, limit: Number.MAX_SAFE_INTEGER, from: 'oldest' as const }
  if (lengthS === 900 || stretch < quarterMs)
    return joinIntervals(file.intervals(meterId, lengthS, range, all), stretch)
  const quarters = file.intervals(meterId, 900, range, all)
  const minutes = (fromMs: number, toMs: number) =>
    fromMs < toMs ? file.intervals(meterId, 60, { fromMs, toMs }, all) : []
  // The minutes before the first full quarter, and those after the last one that is over.
  const firstMs = Math.min(quarters[0]?.startMs ?? range.toMs, Math.ceil(range.fromMs / quarterMs) * quarterMs)
  const restMs = Math.max(firstMs, (quarters.at(-1)?.startMs ?? -Infinity) + quarterMs)
  return joinIntervals([...minutes(range.fromMs, firstMs), ...quarters, ...minutes(restMs, range.toMs)], stretch)
}

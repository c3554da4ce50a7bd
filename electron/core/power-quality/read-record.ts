import type { Interval, SiteEvent } from '../../../shared/model/event.ts'
import type { QualityRecord } from '../../../shared/power-quality/quality-record.ts'
import type { Recorder, TimeRange } from '../record/recorder.ts'

/** An answer of the recorder ends where it is large enough; these ask again until the range is read or enough has come. */

const pageRows = 5000
/** 50 pages of events are a quarter of a million rows: years of a quiet site, days of a very noisy one. */
const mostEventPages = 50
/** A week of 16 sources is 17 000 rows in pages of some 800. */
const mostRecordPages = 60

/** Rows of a table whose answers are the newest of a range, oldest first; in order of time. */
const readBack = async <T extends { readonly atMs: number }>(
  read: (range: TimeRange, limit: number) => Promise<readonly T[]>,
  { fromMs, toMs }: TimeRange,
  mostPages: number,
): Promise<{ readonly rows: readonly T[]; readonly sinceMs: number }> => {
  const pages: (readonly T[])[] = []
  let end = toMs
  for (let page = 0; page < mostPages; page += 1) {
    const rows = await read({ fromMs, toMs: end }, pageRows)
    pages.unshift(rows)
    const first = rows[0]
    if (first === undefined || first.atMs <= fromMs) return { rows: pages.flat(), sinceMs: fromMs }
    end = first.atMs
  }
  return { rows: pages.flat(), sinceMs: end }
}

export const readEvents = (
  recorder: Pick<Recorder, 'events'>,
  range: TimeRange,
): Promise<{ readonly rows: readonly SiteEvent[]; readonly sinceMs: number }> =>
  readBack(recorder.events, range, mostEventPages)

export const readQuality = async (
  recorder: Pick<Recorder, 'quality'>,
  source: string,
  range: TimeRange,
): Promise<readonly QualityRecord[]> => {
  const { rows } = await readBack(recorder.quality, range, mostRecordPages)
  return rows.filter((row) => row.source === source)
}

export const readMinutes = async (
  recorder: Pick<Recorder, 'intervals'>,
  meterId: string,
  { fromMs, toMs }: TimeRange,
  quantities: readonly string[],
): Promise<readonly Interval[]> => {
  const pages: (readonly Interval[])[] = []
  for (let from = fromMs; ;) {
    const rows = await recorder.intervals(meterId, 60, { fromMs: from, toMs }, { limit: 2000, quantities })
    pages.push(rows)
    const last = rows.at(-1)
    if (last === undefined) return pages.flat()
    from = last.startMs + 1
  }
}

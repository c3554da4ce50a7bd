import { createMonthOf } from '../../../shared/planning/month.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Recorder } from '../record/recorder.ts'
import { billedMeter } from './demand-meter.ts'

const hourMs = 3_600_000
/** Mean power of a quarter hour, W, by its energy, kWh. */
const wattsOf = (importKwh: number): number => (importKwh * 3.6e6) / 900

export interface BilledInterval {
  readonly startMs: number
  readonly watts: number
}

/** The newest quarter hours of the meter that is billed; none where no meter is. */
const billedIntervals = async (
  site: Site,
  recorder: Pick<Recorder, 'intervals'>,
  range: { readonly fromMs: number; readonly toMs: number },
  limit: number,
): Promise<readonly BilledInterval[]> => {
  const meterId = billedMeter(site)
  if (meterId === null) return []
  const rows = await recorder.intervals(meterId, 900, range, { limit, from: 'newest', quantities: [] })
  return rows.flatMap(({ startMs, importKwh }) => (importKwh === null ? [] : [{ startMs, watts: wattsOf(importKwh) }]))
}

/** Of the last twelve hours, oldest first. */
export const lastIntervals = async (
  site: Site,
  recorder: Pick<Recorder, 'intervals'>,
  nowMs: number,
): Promise<readonly BilledInterval[]> => {
  const rows = await billedIntervals(site, recorder, { fromMs: nowMs - 12 * hourMs, toMs: nowMs }, 60)
  return rows.toSorted((one, other) => one.startMs - other.startMs)
}

/** The month's peak of earlier runs, from the record's fifteen-minute energies; null: there is none, or it is not what counts. */
export const recordedPeak = async (
  site: Site,
  recorder: Pick<Recorder, 'intervals'>,
  nowMs: number,
): Promise<{ readonly watts: number; readonly atMs: number } | null> => {
  if (site.demand?.interval !== 900) return null
  const monthOf = createMonthOf(site.timezone)
  const rows = await billedIntervals(site, recorder, { fromMs: nowMs - 31 * 24 * hourMs, toMs: nowMs }, 3000)
  const [peak] = rows
    .filter(({ startMs }) => monthOf(startMs) === monthOf(nowMs))
    .toSorted((one, other) => other.watts - one.watts)
  return peak === undefined ? null : { watts: peak.watts, atMs: peak.startMs }
}

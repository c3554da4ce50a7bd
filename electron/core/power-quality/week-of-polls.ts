import type { QualityReportRow } from '../../../shared/api/quality-contract.ts'
import type { Interval } from '../../../shared/model/event.ts'
import { unbalanceOfLines } from '../../../shared/electrical/symmetrical-components.ts'
import { own } from '../../../shared/own.ts'
import { tickMs } from '../../../shared/power-quality/window-clock.ts'
import type { Counted } from '../../../shared/power-quality/week-report.ts'
import { frequencyRows, leastCoverage, upTo, voltageRows } from './week-of-samples.ts'

/** The quantities of a meter that a report in the manner of EN 50160 can be made of. */
export const polledQuantities = [
  'u_l1n',
  'u_l2n',
  'u_l3n',
  'u_l1l2',
  'u_l2l3',
  'u_l3l1',
  'thd_u_l1',
  'thd_u_l2',
  'thd_u_l3',
  'f',
] as const

interface TenMinutes {
  readonly fromMs: number
  readonly minutes: readonly Interval[]
}

/** Minutes gathered to ten minutes of UTC; those of which less than nine minutes' worth of polls was good are left out. */
const tenMinutesOf = (minutes: readonly Interval[]): readonly TenMinutes[] => {
  const groups = new Map<number, Interval[]>()
  for (const minute of minutes) {
    const tick = Math.floor(minute.startMs / tickMs)
    groups.set(tick, [...(groups.get(tick) ?? []), minute])
  }
  return [...groups]
    .filter(([, group]) => group.reduce((sum, { coverage }) => sum + coverage, 0) / 10 >= leastCoverage)
    .map(([tick, group]) => ({ fromMs: tick * tickMs, minutes: group }))
}

/** Root of the mean of squares over all polls, as IEC 61000-4-30 aggregates; null where a minute has none. */
const meanSquare = ({ minutes }: TenMinutes, key: string): number | null => {
  let [sum, count] = [0, 0]
  for (const { stats } of minutes) {
    const stat = own(stats, key)
    if (stat === undefined) continue
    sum += stat[1] ** 2 * stat[3]
    count += stat[3]
  }
  return count === 0 ? null : Math.sqrt(sum / count)
}

/** Rows of the report from a week of polled minutes; only what section 1.5 allows: no flicker, and frequency as an approximation. */
export const rowsOfPolls = (
  minutes: readonly Interval[],
  { nominalV, nominalHz }: { readonly nominalV: number; readonly nominalHz: number },
): { readonly rows: readonly QualityReportRow[]; readonly intervals: number } => {
  const ten = tenMinutesOf(minutes)
  const values = (of: (each: TenMinutes) => number | null): Counted[] =>
    ten.flatMap((each) => {
      const value = of(each)
      return value === null ? [] : [{ value, isFlagged: false }]
    })
  const phases = ['1', '2', '3'] as const
  const unbalance = (each: TenMinutes): number | null => {
    const [ab, bc, ca] = ['u_l1l2', 'u_l2l3', 'u_l3l1'].map((key) => meanSquare(each, key))
    if (ab == null || bc == null || ca == null) return null
    const found = unbalanceOfLines(ab, bc, ca)
    return found.kind === 'known' ? found.negativePercent : null
  }
  const perMinuteHz = minutes.flatMap(({ stats }) => {
    const stat = own(stats, 'f')
    return stat === undefined ? [] : [{ value: stat[1], isFlagged: false }]
  })
  const hasAny = (rows: readonly QualityReportRow[]): readonly QualityReportRow[] =>
    rows.filter(({ all }) => all.counted > 0)
  return {
    intervals: ten.length,
    rows: hasAny([
      ...phases.flatMap((phase) =>
        voltageRows({ phase: `L${phase}`, nominalV, values: values((each) => meanSquare(each, `u_l${phase}n`)) }),
      ),
      ...frequencyRows(perMinuteHz, nominalHz).map((row) => ({ ...row, group: 'Frequency, minutes of polls' })),
      upTo('Unbalance u2 (three line voltages)', 'all', '%', 2, values(unbalance)),
      ...phases.flatMap((phase) =>
        upTo(
          'THD-U as the meter tells it',
          `L${phase}`,
          '%',
          8,
          values((each) => meanSquare(each, `thd_u_l${phase}`)),
        ),
      ),
    ]),
  }
}

import { createWallClock } from './wall-clock.ts'

/** The time a report is of, by the site's calendar. */
export interface EnergyWindow {
  readonly fromMs: number
  readonly toMs: number
}
export const windowNames = ['today', 'yesterday', 'this-week', 'last-week', 'this-month', 'last-month'] as const
export type WindowName = (typeof windowNames)[number]

/** A report of more days is refused: its rows would be read for minutes. */
export const mostReportDays = 400

const dayMs = 86_400_000

/** The month `monthsOn` months after the one of `nowMs`: 0 is this one, -1 the last. */
export const monthWindow = (timezone: string, nowMs: number, monthsOn: number): EnergyWindow => {
  const clock = createWallClock(timezone)
  const wall = new Date(nowMs + clock.offsetAt(nowMs))
  const first = (months: number) => clock.instantOf(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + months, 1))
  return { fromMs: first(monthsOn), toMs: first(monthsOn + 1) }
}

/** Weeks begin on Monday. */
export const windowOf = (name: WindowName, timezone: string, nowMs: number): EnergyWindow => {
  const clock = createWallClock(timezone)
  const days = (from: number, to: number) => ({ fromMs: clock.dayStart(nowMs, from), toMs: clock.dayStart(nowMs, to) })
  const wallDay = Math.floor((nowMs + clock.offsetAt(nowMs)) / dayMs)
  // 1970-01-01 was a Thursday: day 4 was a Monday.
  const sinceMonday = (((wallDay - 4) % 7) + 7) % 7
  switch (name) {
    case 'today':
      return days(0, 1)
    case 'yesterday':
      return days(-1, 0)
    case 'this-week':
      return days(-sinceMonday, 7 - sinceMonday)
    case 'last-week':
      return days(-sinceMonday - 7, -sinceMonday)
    case 'this-month':
      return monthWindow(timezone, nowMs, 0)
    case 'last-month':
      return monthWindow(timezone, nowMs, -1)
  }
}

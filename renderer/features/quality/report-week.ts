import type { TimeFormat } from '../../format/time.ts'

const dayMs = 86_400_000

const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`)
const dateOf = (day: number): string => new Date(day).toISOString().slice(0, 10)

/** Beginnings of the last weeks, Monday 0:00 in the site's zone, newest first. A week is 168 hours, also where a clock is set in it. */
export const weeksBefore = (nowMs: number, time: TimeFormat, count: number): readonly number[] => {
  const today = dayOf(time.date(nowMs))
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * dayMs
  return Array.from({ length: count }, (_, index) => {
    const date = dateOf(monday - index * 7 * dayMs)
    // Where a clock was set at midnight that time does not exist: UTC's is taken.
    return time.fromField(`${date} 00:00:00`) ?? dayOf(date)
  })
}

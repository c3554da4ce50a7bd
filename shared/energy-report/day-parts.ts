import type { DayPeriod } from '../site/accounts-schema.ts'
import type { Quarters } from './quarters.ts'
import { quarterMs, type Step } from './walk.ts'
import type { WallClock } from './wall-clock.ts'

type ClockPeriod = Pick<DayPeriod, 'from' | 'to' | 'days'>

const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))

/** Which of the periods a quarter of an hour that begins then lies in; the first that fits, -1: none. As tariffs are read (shared/planning/prices.ts). */
export const periodAt =
  (periods: readonly ClockPeriod[], clock: Pick<WallClock, 'minuteOf' | 'isWeekend'>) =>
  (atMs: number): number => {
    if (periods.length === 0) return -1
    const minute = clock.minuteOf(atMs)
    return periods.findIndex(({ from, to, days }) => {
      if (days !== 'all' && (days === 'weekend') !== clock.isWeekend(atMs)) return false
      const [begin, end] = [minutes(from), minutes(to)]
      return begin <= end ? minute >= begin && minute < end : minute >= begin || minute < end
    })
  }

/** What each part of the day has of the energy, kWh. Together with `unknownKwh` it is all of it. */
export interface Parted {
  /** By the number that `partOf` gives. */
  readonly kwh: ReadonlyMap<number, number>
  /** Of gaps that reach over several parts: nobody knows when it flowed. */
  readonly unknownKwh: number
}

/** The one part all of a gap lies in; null: several. */
const partOfGap = ({ fromMs, toMs }: Step, partOf: (atMs: number) => number): number | null => {
  const begin = Math.floor(fromMs / quarterMs) * quarterMs
  const part = partOf(begin)
  for (let atMs = begin + quarterMs; atMs < toMs; atMs += quarterMs) if (partOf(atMs) !== part) return null
  return part
}

/** `partOf` is asked for the beginning of a quarter of an hour. */
export const partEnergy = (
  { fromMs, kwh: timed }: Quarters,
  gaps: readonly Step[],
  partOf: (atMs: number) => number,
): Parted => {
  const kwh = new Map<number, number>()
  let unknownKwh = 0
  const add = (part: number, more: number) => kwh.set(part, (kwh.get(part) ?? 0) + more)
  timed.forEach((each, index) => {
    if (each !== 0) add(partOf(fromMs + index * quarterMs), each)
  })
  for (const gap of gaps) {
    const part = partOfGap(gap, partOf)
    if (part === null) unknownKwh += gap.kwh
    else add(part, gap.kwh)
  }
  return { kwh, unknownKwh }
}

const quarterMs = 900_000
const dayMs = 86_400_000

/** The site's wall clock: what it is ahead of UTC, and which instant it shows a time at. An unknown zone is UTC. */
export interface WallClock {
  /** Wall clock less UTC at an instant, ms. */
  readonly offsetAt: (ms: number) => number
  /** Minutes since midnight, by the wall. */
  readonly minuteOf: (ms: number) => number
  readonly isWeekend: (ms: number) => boolean
  /** The first instant at which the wall shows this time or a later one; `wallMs` is given as if it were UTC. */
  readonly instantOf: (wallMs: number) => number
  /** Midnight of the day an instant lies in, some days on; a day has 23, 24 or 25 hours. */
  readonly dayStart: (ms: number, daysOn?: number) => number
}

const formatOf = (timezone: string): Intl.DateTimeFormat => {
  const make = (timeZone: string) =>
    // sv-SE is the locale whose date and time are ISO 8601.
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  try {
    return make(timezone)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return make('UTC')
  }
}

export const createWallClock = (timezone: string): WallClock => {
  const format = formatOf(timezone)
  const known = new Map<number, number>()
  /** Asked of the zone once for each instant: zones change their clocks at whole quarters of an hour. */
  const exact = (ms: number): number => {
    const at = Math.floor(ms / quarterMs) * quarterMs
    const before = known.get(at)
    if (before !== undefined) return before
    const offset = Date.parse(`${format.format(at).replace(' ', 'T')}Z`) - at
    if (known.size > 5000) known.clear()
    known.set(at, offset)
    return offset
  }
  // A day whose both ends have the same offset had no change in it: a year of quarter hours asks the zone 400 times.
  const offsetAt = (ms: number): number => {
    const day = Math.floor(ms / dayMs) * dayMs
    const offset = exact(day)
    return offset === exact(day + dayMs) ? offset : exact(ms)
  }
  const wallOf = (ms: number): number => ms + offsetAt(ms)
  const instantOf = (wallMs: number): number => {
    const candidates = [-dayMs, 0, dayMs].map((shift) => wallMs - offsetAt(wallMs + shift))
    // A time that was skipped is taken for the moment the clock was set.
    const reached = candidates.filter((ms) => wallOf(ms) >= wallMs && wallOf(ms - 1) < wallMs)
    return reached.length > 0 ? Math.min(...reached) : Math.max(...candidates)
  }
  return {
    offsetAt,
    minuteOf: (ms) => Math.floor((((wallOf(ms) % dayMs) + dayMs) % dayMs) / 60_000),
    // 1970-01-01 was a Thursday.
    isWeekend: (ms) => [0, 6].includes((((Math.floor(wallOf(ms) / dayMs) + 4) % 7) + 7) % 7),
    instantOf,
    dayStart: (ms, daysOn = 0) => instantOf((Math.floor(wallOf(ms) / dayMs) + daysOn) * dayMs),
  }
}

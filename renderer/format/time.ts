/** Times as the site's clock shows them, 24 hours, ISO order. */
export interface TimeFormat {
  readonly zone: string
  /** 10:12:03 */
  readonly clock: (ms: number) => string
  /** 10:12:03.4 */
  readonly clockTenths: (ms: number) => string
  /** 10:12 */
  readonly minute: (ms: number) => string
  /** 2026-11-23 */
  readonly date: (ms: number) => string
  /** 2026-11-23 10:12:03 */
  readonly dateTime: (ms: number) => string
  /** The clock alone for the day of `nowMs`, date and clock otherwise. */
  readonly near: (ms: number, nowMs: number) => string
  /** 2026-11-23 10:12:03 as a person may type it (seconds optional, "T" for the space), and back; null when it is not a time. */
  readonly toField: (ms: number) => string
  readonly fromField: (text: string) => number | null
}

const usableZone = (zone: string): string => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return zone
  } catch (error) {
    // A zone this browser does not know: times are shown in UTC and labelled so, rather than shown wrong.
    if (error instanceof RangeError) return 'UTC'
    throw error
  }
}

export const createTimeFormat = (timezone: string): TimeFormat => {
  const zone = usableZone(timezone)
  const clockFormat = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  // sv-SE is the locale whose numeric date is ISO 8601.
  const dateFormat = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  const clock = (ms: number) => clockFormat.format(ms)
  const date = (ms: number) => dateFormat.format(ms)
  const dateTime = (ms: number) => `${date(ms)} ${clock(ms)}`
  return {
    zone,
    clock,
    clockTenths: (ms) => `${clock(ms)}.${Math.floor((((ms % 1000) + 1000) % 1000) / 100)}`,
    minute: (ms) => clock(ms).slice(0, 5),
    date,
    dateTime,
    toField: dateTime,
    fromField: (text) => {
      const [, day, hours] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)$/.exec(text.trim()) ?? []
      const wall = Date.parse(`${day}T${hours}Z`)
      if (Number.isNaN(wall)) return null
      // The zone's offset at a time is what its wall clock shows less the time; asked twice, because it may change in between.
      const offsetAt = (ms: number) => Date.parse(`${date(ms)}T${clock(ms)}Z`) - Math.floor(ms / 1000) * 1000
      return wall - offsetAt(wall - offsetAt(wall))
    },
    near: (ms, nowMs) => (date(ms) === date(nowMs) ? clock(ms) : dateTime(ms)),
  }
}

/** UTC in ISO 8601 with milliseconds, for exports: one meaning in every country. */
export const isoTime = (ms: number): string => new Date(ms).toISOString()

/** A time for a file name: 20261123T101203Z. */
export const fileTime = (ms: number): string => `${new Date(ms).toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`

import { readTypedTime, type TypedTime } from './typed-time.ts'
import { createZoneOffset, offsetText } from './zone-offset.ts'

/**
 * Times as the site's clock shows them, 24 hours, ISO order. In the hour that comes twice when summer time ends, a time shows its
 * offset too: 02:15:00 +02:00 is not 02:15:00 +01:00.
 */
export interface TimeFormat {
  readonly zone: string
  /** What the site's clock is ahead of UTC at a time, ms. */
  readonly offsetAt: (ms: number) => number
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
  /** 2026-11-23 10:12:03 as a person may type it (seconds optional, "T" for the space, an offset behind it), and back. */
  readonly toField: (ms: number) => string
  /** Null when it is not a time of this zone. */
  readonly fromField: (text: string) => number | null
  /** The same with the reason. */
  readonly readField: (text: string) => TypedTime
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
  const date = (ms: number) => dateFormat.format(ms)
  const offset = createZoneOffset((ms) => Date.parse(`${date(ms)}T${clockFormat.format(ms)}Z`))
  const marked = (text: string, ms: number) => (offset.isRepeated(ms) ? `${text} ${offsetText(offset.at(ms))}` : text)
  const clock = (ms: number) => marked(clockFormat.format(ms), ms)
  const dateTime = (ms: number) => `${date(ms)} ${clock(ms)}`
  const readField = (text: string) => readTypedTime(text, offset)
  return {
    zone,
    offsetAt: (ms) => offset.at(ms),
    clock,
    clockTenths: (ms) => marked(`${clockFormat.format(ms)}.${Math.floor((((ms % 1000) + 1000) % 1000) / 100)}`, ms),
    minute: (ms) => marked(clockFormat.format(ms).slice(0, 5), ms),
    date,
    dateTime,
    toField: dateTime,
    fromField: (text) => {
      const read = readField(text)
      return read.ok ? read.atMs : null
    },
    readField,
    near: (ms, nowMs) => (date(ms) === date(nowMs) ? clock(ms) : dateTime(ms)),
  }
}

/** UTC in ISO 8601 with milliseconds, for exports: one meaning in every country. */
export const isoTime = (ms: number): string => new Date(ms).toISOString()

/** A time for a file name: 20261123T101203Z. */
export const fileTime = (ms: number): string => `${new Date(ms).toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`

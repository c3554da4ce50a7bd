/**
 * Points in time by their length (EN 13757-3:2018, annex A): 2 bytes type G (date), 3 type J (time), 4 type F, 6 type I. Meters send
 * their own clock without a zone, so it stays text: 2026-11-24, 2026-11-24T13:05, 2026-11-24T13:05:30, 13:05:30.
 */
export type MeterTime = { readonly text: string; readonly summerTime: boolean } | { readonly why: string }

const two = (value: number): string => String(value).padStart(2, '0')
const none = (why: string): MeterTime => ({ why })
const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** Years 81 to 99 without a century are of meters from before 2000 (annex A, type F). */
const yearOf = (short: number, century: number): number =>
  century === 0 ? (short <= 80 ? 2000 : 1900) + short : 1900 + 100 * century + short

/** Day and month in two bytes, the year in their upper bits. */
const dateOf = (low: number, high: number, century: number): { readonly text: string } | { readonly why: string } => {
  const day = low & 0x1f
  const month = high & 0x0f
  const short = ((low & 0xe0) >> 5) | ((high & 0xf0) >> 1)
  if (short === 127) return { why: 'the meter sends no year' }
  const year = yearOf(short, century)
  if (day === 0 || month === 0) return { why: 'the meter sends no date' }
  if (month > 12 || short > 99 || day > daysIn(year, month))
    return { why: `the meter sends no calendar date (${year}-${two(month)}-${two(day)})` }
  return { text: `${year}-${two(month)}-${two(day)}` }
}

const clock = (hour: number, minute: number, second: number | null): string | null =>
  hour > 23 || minute > 59 || (second ?? 0) > 59
    ? null
    : `${two(hour)}:${two(minute)}${second === null ? '' : `:${two(second)}`}`

/** `bytes` least significant first. */
export const readMeterTime = (bytes: Uint8Array): MeterTime => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = bytes
  switch (bytes.length) {
    case 2: {
      const date = dateOf(a, b, 0)
      return 'why' in date ? date : { text: date.text, summerTime: false }
    }
    case 3: {
      const text = clock(c & 0x1f, b & 0x3f, a & 0x3f)
      return text === null ? none('the meter sends no time of day') : { text, summerTime: false }
    }
    case 4: {
      if ((a & 0x80) !== 0) return none('the meter marks its time as invalid')
      return together(dateOf(c, d, (b & 0x60) >> 5), clock(b & 0x1f, a & 0x3f, null), (b & 0x80) !== 0)
    }
    case 6: {
      if ((b & 0x80) !== 0) return none('the meter marks its time as invalid')
      return together(dateOf(d, e, 0), clock(c & 0x1f, b & 0x3f, a & 0x3f), (a & 0x40) !== 0)
    }
    default:
      return none(`${bytes.length} bytes are no date or time`)
  }
}

const together = (
  date: { readonly text: string } | { readonly why: string },
  time: string | null,
  summerTime: boolean,
): MeterTime => {
  if ('why' in date) return date
  return time === null ? none('the meter sends no time of day') : { text: `${date.text}T${time}`, summerTime }
}

/** Dates and offsets as COMTRADE writes them. */

/** "-5h30", "+3", "5h", "0" against UTC in minutes; null: "x", empty, or not such a code. */
export const offsetMinutesOf = (code: string): number | null => {
  const found = /^([+-]?)(\d{1,2})(?:h(\d{1,2})?)?$/i.exec(code.trim())
  if (found === null) return null
  const [, sign = '', hours = '0', minutes = '0'] = found
  const all = Number(hours) * 60 + Number(minutes)
  return all > 14 * 60 ? null : sign === '-' ? -all : all
}

const dateText = /^\s*(\d{1,4})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{1,4})\s*,?\s*(.*)$/
const timeText = /^\s*(\d{1,2})\s*:\s*(\d{1,2})(?:\s*:\s*(\d{1,2}(?:[.,]\d*)?))?/

/** 70 to 99 are of the last century, as in the recorders of 1991. */
const yearOf = (text: string): number => {
  const year = Number(text)
  return text.length > 2 ? year : year >= 70 ? 1900 + year : 2000 + year
}

/** Day and month in the order of the revision: 1991 has mm/dd. Where that can't be, the other order. Null: no date. */
const dayAndMonth = (first: number, second: number, isMonthFirst: boolean): readonly [number, number] | null => {
  const [day, month] = isMonthFirst ? [second, first] : [first, second]
  if (month >= 1 && month <= 12) return [day, month]
  return day >= 1 && day <= 12 ? [month, day] : null
}

/**
 * "dd/mm/yyyy,hh:mm:ss.ssssss" (1991: mm/dd/yy), blanks wherever recorders put them. Milliseconds as if the clock were UTC, with
 * fractions; `isTurned`: day and month stand the other way round than the revision says. Null: not a time.
 */
export const wallTimeOf = (
  line: string,
  revision: number,
): { readonly ms: number; readonly isTurned: boolean } | null => {
  const date = dateText.exec(line)
  const time = timeText.exec(date?.[4] ?? '')
  if (date === null || time === null) return null
  const [, one = '', two = '', three = ''] = date
  const isYearFirst = one.length === 4
  const isMonthFirst = revision < 1999 || isYearFirst
  const [first, second, year] = isYearFirst ? [two, three, one] : [one, two, three]
  const order = dayAndMonth(Number(first), Number(second), isMonthFirst)
  if (order === null) return null
  const [day, month] = order
  const [, hour = '', minute = '', second60 = '0'] = time
  const seconds = Number(second60.replace(',', '.'))
  if (day < 1 || day > 31 || Number(hour) > 24 || Number(minute) > 59 || !(seconds < 62)) return null
  const ms = Date.UTC(yearOf(year), month - 1, day, Number(hour), Number(minute)) + seconds * 1000
  return Number.isFinite(ms)
    ? { ms, isTurned: (isMonthFirst ? second : first) !== String(day) && Number(isMonthFirst ? second : first) !== day }
    : null
}

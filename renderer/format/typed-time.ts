import { offsetText, type ZoneOffset } from './zone-offset.ts'

/** A time a person typed: the instant, or why it is none and what to write. */
export type TypedTime = { readonly ok: true; readonly atMs: number } | { readonly ok: false; readonly problem: string }

const refuse = (problem: string): TypedTime => ({ ok: false, problem })
const pattern = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?\s*(Z|[+-]\d\d:?\d\d)?$/

const offsetOf = (text: string): number => {
  if (text === 'Z') return 0
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2))
  return (text.startsWith('-') ? -minutes : minutes) * 60_000
}

const days = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** The calendar fields as if they were UTC, ms; or why such a time does not exist. */
const wallOf = (fields: readonly number[]): number | string => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields
  if (month < 1 || month > 12) return `there is no month ${String(month)}`
  if (day < 1 || day > days(year, month)) return `month ${String(month)} of ${String(year)} has no day ${String(day)}`
  if (hour > 24 || minute > 59 || second > 59 || (hour === 24 && minute + second > 0))
    return 'hours go to 23, minutes and seconds to 59'
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/**
 * Reads `2026-11-23 10:12[:03] [+02:00]` in a zone. A day that does not exist and a time the clock skipped are refused. A time that
 * comes twice without its offset is the first of the two; the offset tells which is meant.
 */
export const readTypedTime = (text: string, zone: ZoneOffset): TypedTime => {
  const match = pattern.exec(text.trim())
  if (match === null) return refuse('write 2026-11-23 10:12:03')
  const wallMs = wallOf(match.slice(1, 7).map((part) => Number(part ?? 0)))
  if (typeof wallMs === 'string') return refuse(wallMs)
  const offset = match[7]
  const instants = zone.instantsOf(wallMs)
  if (offset === undefined) {
    const [first] = instants
    return first === undefined
      ? refuse('the clock skips this time on that day: it goes forward by then')
      : { ok: true, atMs: first }
  }
  const atMs = wallMs - offsetOf(offset)
  if (instants.length === 0 || instants.includes(atMs)) return { ok: true, atMs }
  return refuse(`the offset of the site is ${instants.map((ms) => offsetText(zone.at(ms))).join(' or ')} then`)
}

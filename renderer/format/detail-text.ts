import type { TimeFormat } from './time.ts'

/** Names of fields that hold a moment: `expiresAtMs`, `fromMs`, `toMs`; `blindMs` and `periodMs` are lengths. */
const isMoment = (key: string): boolean => /(^|[a-z])(at|from|to|until|since)ms$/i.test(key)
/** A moment in milliseconds is at least in the year 2001: a smaller number under such a name is something else. */
const leastMoment = 1e12

const valueText = (key: string, value: unknown, time: TimeFormat): string => {
  if (typeof value === 'string') return value
  if (typeof value === 'number' && isMoment(key) && value >= leastMoment) return time.dateTime(value)
  if (Array.isArray(value)) return value.map((entry) => valueText(key, entry, time)).join(', ')
  if (typeof value === 'object' && value !== null) return `(${detailText(value as Record<string, unknown>, time)})`
  return String(value)
}

/** The detail of an audit row as people read it; moments are times of the site. */
export const detailText = (detail: Readonly<Record<string, unknown>>, time: TimeFormat): string =>
  Object.entries(detail)
    .map(([key, value]) => `${isMoment(key) ? key.replace(/Ms$/, '') : key}: ${valueText(key, value, time)}`)
    .join(', ')

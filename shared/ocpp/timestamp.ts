const form =
  /^\s*(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?\s*$/

export interface ReadTimestamp {
  /** UTC, epoch ms. */
  readonly atMs: number
  /** It names no zone; taken for UTC, as the standard wants it. */
  readonly hasNoZone: boolean
}

/**
 * A time as chargers send it: RFC 3339, and what ISO 8601 allows beside it ("+02", "+0200", a space for the T, no zone). null: none.
 * OCPP 1.6, 3.15: UTC is strongly recommended, offsets are allowed.
 */
export const readTimestamp = (value: unknown): ReadTimestamp | null => {
  if (typeof value !== 'string' || value.length > 64) return null
  const found = form.exec(value)
  if (found === null) return null
  const number = (index: number): number => Number(found[index] ?? 0)
  const [month, day, hour, minute, second] = [number(2), number(3), number(4), number(5), number(6)]
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return null
  const milliseconds = Math.trunc(Number(`0.${found[7] ?? '0'}`) * 1000)
  const utcMs = Date.UTC(number(1), month - 1, day, hour, minute, second, milliseconds)
  const offsetMs = (found[9] === '-' ? -1 : 1) * (number(10) * 60 + number(11)) * 60_000
  return { atMs: utcMs - offsetMs, hasNoZone: found[8] === undefined && found[9] === undefined }
}

export const timestampText = (atMs: number): string => new Date(atMs).toISOString()

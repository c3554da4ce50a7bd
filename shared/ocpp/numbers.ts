const decimal = /^\s*[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?\s*$/

/** A number as chargers write it: as text (1.6 wants it so), as a number, with a comma. null where it is none, or not finite. */
export const readNumber = (value: unknown): number | null => {
  const number =
    typeof value === 'string' && value.length <= 40 && decimal.test(value) ? Number(value.replace(',', '.')) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

/**
 * A limit as it is sent: down to one decimal, because the schemas want a multiple of 0.1 and a limit must not be rounded up. As text and
 * back, so that it is the double nearest to the decimal (8.1 and not 8.100000000000001).
 */
export const limitToSend = (value: number): number => Number((Math.floor(value * 10 + 1e-6) / 10).toFixed(1))

export const isSameLimit = (a: number, b: number): boolean => Math.abs(a - b) < 0.05

export const textOf = (value: unknown, longest = 255): string | null => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' ? value.slice(0, longest) : null
}

export const integerOf = (value: unknown): number | null => {
  const number = readNumber(value)
  return number !== null && Number.isSafeInteger(number) ? number : null
}

/** A list, one thing for a list of one (a wallbox sends `meterValue` so), nothing for an empty one. */
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]

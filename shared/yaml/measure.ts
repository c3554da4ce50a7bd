import { own } from '../own.ts'

/** Numbers people write with a unit, read for the remedy only: the file itself takes plain numbers. */
const factors: Readonly<Record<string, { readonly unit: string; readonly factor: number }>> = {
  a: { unit: 'amperes', factor: 1 },
  ma: { unit: 'amperes', factor: 0.001 },
  ka: { unit: 'amperes', factor: 1000 },
  amp: { unit: 'amperes', factor: 1 },
  amps: { unit: 'amperes', factor: 1 },
  ampere: { unit: 'amperes', factor: 1 },
  amperes: { unit: 'amperes', factor: 1 },
  v: { unit: 'volts', factor: 1 },
  kv: { unit: 'volts', factor: 1000 },
  volt: { unit: 'volts', factor: 1 },
  volts: { unit: 'volts', factor: 1 },
  w: { unit: 'watts', factor: 1 },
  kw: { unit: 'watts', factor: 1000 },
  mw: { unit: 'watts', factor: 1_000_000 },
  hz: { unit: 'hertz', factor: 1 },
  '°c': { unit: 'degrees Celsius', factor: 1 },
  c: { unit: 'degrees Celsius', factor: 1 },
  baud: { unit: 'baud', factor: 1 },
  bd: { unit: 'baud', factor: 1 },
  '%': { unit: 'share', factor: 0.01 },
}
const secondsOf: Readonly<Record<string, number>> = { ms: 0.001, s: 1, sec: 1, min: 60, h: 3600 }

/** What `text` is in `unit` as a plain number, or why it can't be: `{ number: 32 }` for '32 A' in amperes. */
export const readMeasure = (
  text: string,
  unit: string | null,
): { readonly number: number } | { readonly otherUnit: string } | null => {
  const match = /^\s*([+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+))\s*([a-zA-Z°%]*)\s*$/.exec(text.slice(0, 80))
  if (match === null) return null
  const value = Number((match[1] as string).replace(',', '.'))
  const suffix = (match[2] as string).toLowerCase()
  const tidy = (number: number) => ({ number: Number(number.toPrecision(12)) })
  if (suffix === '') return tidy(value)
  const seconds = own(secondsOf, suffix)
  if (seconds !== undefined) {
    if (unit === 'seconds') return tidy(value * seconds)
    if (unit === 'milliseconds') return tidy(value * seconds * 1000)
    return { otherUnit: 'a time' }
  }
  const known = own(factors, suffix)
  if (known === undefined) return { otherUnit: match[2] as string }
  return known.unit === unit || unit === null ? tidy(value * known.factor) : { otherUnit: known.unit }
}

/** The data of a record by the coding its DIF names (EN 13757-3:2018, table 4 and annex A). */
import { readMeterTime } from './date-time.ts'
import type { MbusValue } from './record-value.ts'
import { latin, type VifMeaning } from './vif.ts'

/** DIF bits 0 to 3; `lvar` counts its own length, `none` has no data. */
export type DataCoding =
  | { readonly kind: 'none' }
  | { readonly kind: 'selection' }
  | { readonly kind: 'lvar' }
  | { readonly kind: 'integer' | 'float' | 'bcd'; readonly bytes: number }

const codings: readonly DataCoding[] = [
  { kind: 'none' },
  { kind: 'integer', bytes: 1 },
  { kind: 'integer', bytes: 2 },
  { kind: 'integer', bytes: 3 },
  { kind: 'integer', bytes: 4 },
  { kind: 'float', bytes: 4 },
  { kind: 'integer', bytes: 6 },
  { kind: 'integer', bytes: 8 },
  { kind: 'selection' },
  { kind: 'bcd', bytes: 1 },
  { kind: 'bcd', bytes: 2 },
  { kind: 'bcd', bytes: 3 },
  { kind: 'bcd', bytes: 4 },
  { kind: 'lvar' },
  { kind: 'bcd', bytes: 6 },
  { kind: 'none' },
]

export const codingOf = (dif: number): DataCoding => codings[dif & 0x0f] as DataCoding

export const none = (why: string): MbusValue => ({ kind: 'none', why })

/** 10^n by division where n is negative: 2301 x 10^-1 is 230.1, as a person writes it. */
const scaled = (raw: number | bigint, { exponent, factor }: VifMeaning): MbusValue => {
  const number = Number(raw) * factor
  const value = exponent < 0 ? number / 10 ** -exponent : number * 10 ** exponent
  return Number.isFinite(value) ? { kind: 'number', value, raw } : none('the number is beyond any measurement')
}

const integerOf = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
const narrow = (value: bigint): number | bigint =>
  value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value

/** Decimal digits, the top one F for a negative number; null where a digit is none. */
const bcdOf = (bytes: Uint8Array): bigint | null => {
  const digits = [...bytes].flatMap((byte) => [byte & 0x0f, byte >> 4])
  const negative = digits.at(-1) === 0x0f
  if (negative) digits.pop()
  if (digits.length === 0 || digits.some((digit) => digit > 9)) return null
  const value = digits.reduceRight((sum, digit) => sum * 10n + BigInt(digit), 0n)
  return negative ? -value : value
}

const hexOf = (bytes: Uint8Array): string =>
  [...bytes]
    .reverse()
    .map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
    .join('')

const bcd = (bytes: Uint8Array, vif: VifMeaning): MbusValue => {
  const value = bcdOf(bytes)
  if (value !== null) return scaled(narrow(value), vif)
  // Some meters' numbers are not decimal; the digits are still what a person reads on the plate.
  return vif.form === 'identity' && !hexOf(bytes).includes('F')
    ? { kind: 'text', text: hexOf(bytes) }
    : none(`the meter sends no decimal number (${hexOf(bytes)})`)
}

const integer = (bytes: Uint8Array, vif: VifMeaning): MbusValue => {
  if (vif.form === 'date' || vif.form === 'date-time') {
    const time = readMeterTime(bytes)
    return 'why' in time ? none(time.why) : { kind: 'time', ...time }
  }
  const unsigned = integerOf(bytes)
  if (vif.form === 'unsigned') return scaled(narrow(unsigned), vif)
  const span = 1n << BigInt(8 * bytes.length)
  // 80..00 is 'not available' in signed integers (annex A, type B).
  if (vif.form === 'number' && unsigned === span / 2n) return none('the meter says that it has no value')
  return scaled(narrow(unsigned >= span / 2n ? unsigned - span : unsigned), vif)
}

const float = (bytes: Uint8Array, vif: VifMeaning): MbusValue => {
  const value = new DataView(Uint8Array.from(bytes).buffer).getFloat32(0, true)
  return Number.isFinite(value) ? scaled(value, vif) : none('the meter says that it has no value (NaN)')
}

/** How many bytes the data of `at` take, or why they are not whole. */
export const dataLength = (
  coding: DataCoding,
  bytes: Uint8Array,
  at: number,
): { readonly length: number } | { readonly problem: string } => {
  if (coding.kind === 'none' || coding.kind === 'selection') return { length: 0 }
  if (coding.kind !== 'lvar')
    return at + coding.bytes <= bytes.length
      ? { length: coding.bytes }
      : { problem: `its data of ${coding.bytes} bytes end after ${bytes.length - at}` }
  const lvar = bytes[at]
  if (lvar === undefined) return { problem: 'it ends before its length (LVAR)' }
  const size = lvarSize(lvar)
  if (size === null) return { problem: `its length (LVAR ${lvar.toString(16).toUpperCase()}) is reserved` }
  return at + 1 + size <= bytes.length
    ? { length: 1 + size }
    : { problem: `its data of ${size} bytes end after ${bytes.length - at - 1}` }
}

const lvarSize = (lvar: number): number | null => {
  if (lvar <= 0xbf) return lvar
  if (lvar <= 0xc9) return lvar - 0xc0
  if (lvar >= 0xd0 && lvar <= 0xd9) return lvar - 0xd0
  if (lvar >= 0xe0 && lvar <= 0xef) return lvar - 0xe0
  if (lvar >= 0xf0 && lvar <= 0xf4) return 4 * (lvar - 0xec)
  return lvar === 0xf5 ? 48 : lvar === 0xf6 ? 64 : null
}

const variable = (bytes: Uint8Array, vif: VifMeaning, msbFirst: boolean): MbusValue => {
  const lvar = bytes[0] as number
  const sent = bytes.slice(1)
  const data = msbFirst ? sent.reverse() : sent
  if (lvar <= 0xbf) return { kind: 'text', text: latin(data, false) }
  if (lvar >= 0xf0 || (lvar >= 0xe0 && (data.length > 8 || data.length === 0)))
    return { kind: 'bytes', bytes: data.reverse() }
  if (lvar >= 0xe0) return integer(data, vif)
  const value = bcdOf(data)
  if (value === null || value < 0n) return none(`the meter sends no decimal number (${hexOf(data)})`)
  return scaled(narrow(lvar >= 0xd0 ? -value : value), vif)
}

/** `bytes` are those of `dataLength`, as they came. */
export const readDataField = (coding: DataCoding, bytes: Uint8Array, vif: VifMeaning, msbFirst: boolean): MbusValue => {
  if (vif.fault !== null) return none(`the meter reports: ${vif.fault}`)
  if (coding.kind === 'none') return none('the record carries no data')
  if (coding.kind === 'selection') return none('the record asks for a readout')
  if (coding.kind === 'lvar') return variable(bytes, vif, msbFirst)
  const data = msbFirst ? Uint8Array.from(bytes).reverse() : bytes
  return coding.kind === 'float' ? float(data, vif) : coding.kind === 'bcd' ? bcd(data, vif) : integer(data, vif)
}

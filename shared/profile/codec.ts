/**
 * Registers to values and back. Inside a 16-bit register the high byte comes first (Modbus Application Protocol 1.1b3, 4.2);
 * the order of the words of a longer value is the maker's choice and comes from the profile.
 */
import { decodedWidth, registerWidth, type Register, type RegisterType, type WordOrder } from './register.ts'

/**
 * not-available: the meter says it has no value (a float NaN, or one of the profile's notAvailable codes).
 * not-a-number: what arrived can't be a measurement (infinity, a folded power factor beyond 2): a fault, shown as implausible.
 */
export type Decoded = { readonly value: number } | 'not-available' | 'not-a-number'

/** One raw integer, or a range of them; decimal or 0x strings where a JSON number would lose digits. */
export type Marker = number | string | { readonly from: number | string; readonly to: number | string }

/** The raw integers that mean "not available", by type. */
export type NotAvailable = Readonly<Partial<Record<RegisterType, readonly Marker[] | undefined>>>

const marks = (marker: Marker, raw: bigint): boolean =>
  typeof marker === 'object' ? raw >= BigInt(marker.from) && raw <= BigInt(marker.to) : raw === BigInt(marker)

export interface CodecDefaults {
  readonly wordOrder: WordOrder
  readonly notAvailable?: NotAvailable | undefined
}

/** Where and how a number is coded; a `Register` of a profile fits. */
export type Coding = Pick<Register, 'type'> & {
  readonly scale?: number | undefined
  readonly wordOrder?: WordOrder | undefined
  readonly scaleRegister?: Register['scaleRegister']
}

const integerBits: Readonly<Partial<Record<RegisterType, { readonly bits: number; readonly signed: boolean }>>> = {
  uint16: { bits: 16, signed: false },
  int16: { bits: 16, signed: true },
  uint32: { bits: 32, signed: false },
  int32: { bits: 32, signed: true },
  uint64: { bits: 64, signed: false },
  int64: { bits: 64, signed: true },
}

// Dividing by 10 gives 230.2 where multiplying by 0.1 gives 230.20000000000002.
const divisorOf = (scale: number): number | null => {
  const divisor = Math.round(1 / scale)
  return Math.abs(scale) < 1 && 1 / divisor === scale ? divisor : null
}
const scaled = (raw: number, scale: number): number => {
  const divisor = divisorOf(scale)
  return divisor === null ? raw * scale : raw / divisor
}
const unscaled = (value: number, scale: number): number => {
  const divisor = divisorOf(scale)
  return divisor === null ? value / scale : value * divisor
}

const viewOf = (words: readonly number[], order: WordOrder): DataView => {
  const view = new DataView(new ArrayBuffer(words.length * 2))
  words.forEach((word, index) => {
    if (!Number.isInteger(word) || word < 0 || word > 0xffff)
      throw new RangeError(`a register holds 0..65535, got ${word}`)
    view.setUint16((order === 'high-first' ? index : words.length - 1 - index) * 2, word)
  })
  return view
}
const wordsOf = (view: DataView, order: WordOrder): number[] => {
  const words = Array.from({ length: view.byteLength / 2 }, (_, index) => view.getUint16(index * 2))
  return order === 'high-first' ? words : words.reverse()
}

/**
 * Schneider's four-quadrant power factor: a raw value in (1, 2] or [-2, -1) is a leading factor folded outwards
 * (manual DOCA0005EN). The sign left is that of the active power; leading or lagging is not kept.
 */
const unfold = (raw: number): Decoded =>
  Math.abs(raw) > 2 ? 'not-a-number' : { value: raw > 1 ? 2 - raw : raw < -1 ? -2 - raw : raw }

/** A float32 holds 6 to 9 decimal digits. The shortest decimal that is stored as this very float32: 231.2, not 231.1999969482422. */
const shortest = (single: number): number => {
  for (let digits = 6; digits < 9; digits += 1) {
    const decimal = Number(single.toPrecision(digits))
    if (Math.fround(decimal) === single) return decimal
  }
  return single
}

const float = (raw: number, scale: number): Decoded => {
  if (Number.isNaN(raw)) return 'not-available'
  // A number near the largest there is leaves the range when it is scaled.
  const value = scaled(raw, scale)
  return Number.isFinite(value) ? { value } : 'not-a-number'
}

/** The power of ten a scale factor register holds; null for "not implemented" (0x8000) and for what the standard does not allow. */
const exponentOf = (word: number | undefined): number | null => {
  const exponent = word === undefined ? NaN : (word << 16) >> 16
  // SunSpec Device Information Model Specification 1.1: sunssf is a signed exponent from -10 to 10.
  return exponent >= -10 && exponent <= 10 ? exponent : null
}

/**
 * The value of a register in its quantity's unit. `words` are the register's own words in wire order and, where it has a scale
 * factor register, that one's word behind them: `wordsOfRegister` cuts them from a block. Without a valid factor there is no value.
 * 64-bit integers are exact up to 2^53 raw counts (9.0e15 Wh is nine petawatt-hours) and rounded to the nearest double above.
 * Throws RangeError only for a wrong number of words or a word that is none: the caller cut the block wrongly.
 */
export const decodeRegister = (register: Coding, words: readonly number[], defaults: CodecDefaults): Decoded => {
  const width = decodedWidth(register)
  if (words.length !== width) throw new RangeError(`${register.type} takes ${width} registers, got ${words.length}`)
  const view = viewOf(words.slice(0, registerWidth[register.type]), register.wordOrder ?? defaults.wordOrder)
  const exponent = register.scaleRegister === undefined ? 0 : exponentOf(words.at(-1))
  if (exponent === null) return 'not-available'
  // Fifteen digits: 0.001 x 10^-2 is 0.00001 and not its neighbour.
  const scale =
    exponent === 0 ? (register.scale ?? 1) : Number(((register.scale ?? 1) * 10 ** exponent).toPrecision(15))
  switch (register.type) {
    case 'float32':
      return float(shortest(view.getFloat32(0)), scale)
    case 'float64':
      return float(view.getFloat64(0), scale)
    case 'float32-4q-pf': {
      const raw = view.getFloat32(0)
      return Number.isNaN(raw) ? 'not-available' : unfold(raw)
    }
    case 'uint16':
    case 'int16':
    case 'uint32':
    case 'int32':
    case 'uint64':
    case 'int64': {
      const raw = integerOf(view, register.type)
      if (defaults.notAvailable?.[register.type]?.some((marker) => marks(marker, raw))) return 'not-available'
      return { value: scaled(Number(raw), scale) }
    }
  }
}

const integerOf = (view: DataView, type: Exclude<RegisterType, `float${string}`>): bigint => {
  switch (type) {
    case 'uint16':
      return BigInt(view.getUint16(0))
    case 'int16':
      return BigInt(view.getInt16(0))
    case 'uint32':
      return BigInt(view.getUint32(0))
    case 'int32':
      return BigInt(view.getInt32(0))
    case 'uint64':
      return view.getBigUint64(0)
    case 'int64':
      return view.getBigInt64(0)
  }
}

/**
 * The words that say `value` in this register, in wire order: integers rounded to the nearest step, floats to their precision.
 * null says "not available" (NaN, or the profile's first code); floats also take NaN and infinity, so that a simulator can
 * misbehave. A folded power factor is written unfolded, as lagging; a scale factor register is taken to hold 0. Throws RangeError
 * where the value can't be said in this register (beyond its range, or null without a code): check the range before, `fits` does.
 */
export const encodeRegister = (register: Coding, value: number | null, defaults: CodecDefaults): number[] => {
  const order = register.wordOrder ?? defaults.wordOrder
  const scale = register.scale ?? 1
  const view = new DataView(new ArrayBuffer(registerWidth[register.type] * 2))
  switch (register.type) {
    case 'float32':
      view.setFloat32(0, value === null ? NaN : unscaled(value, scale))
      break
    case 'float64':
      view.setFloat64(0, value === null ? NaN : unscaled(value, scale))
      break
    case 'float32-4q-pf':
      view.setFloat32(0, value ?? NaN)
      break
    default: {
      const raw = value === null ? codeOf(register.type, defaults) : nearestInteger(register, value, scale)
      if (register.type.endsWith('16')) view.setUint16(0, Number(BigInt.asUintN(16, raw)))
      else if (register.type.endsWith('32')) view.setUint32(0, Number(BigInt.asUintN(32, raw)))
      else view.setBigUint64(0, BigInt.asUintN(64, raw))
    }
  }
  return wordsOf(view, order)
}

const codeOf = (type: RegisterType, defaults: CodecDefaults): bigint => {
  const code = defaults.notAvailable?.[type]?.[0]
  if (code === undefined) throw new RangeError(`${type} has no code for "not available" here`)
  return BigInt(typeof code === 'object' ? code.from : code)
}

const limitsOf = (type: RegisterType): { low: bigint; high: bigint } | null => {
  const size = integerBits[type]
  if (size === undefined) return null
  const half = 1n << BigInt(size.bits - 1)
  return size.signed ? { low: -half, high: half - 1n } : { low: 0n, high: half * 2n - 1n }
}

const nearestInteger = (register: Coding, value: number, scale: number): bigint => {
  const limits = limitsOf(register.type)
  const raw = unscaled(value, scale)
  const rounded = Number.isFinite(raw) ? BigInt(Math.round(raw)) : null
  if (limits === null || rounded === null || rounded < limits.low || rounded > limits.high) {
    throw new RangeError(`${value} does not fit ${register.type} with scale ${scale}`)
  }
  return rounded
}

/** Whether `encodeRegister` can say this value. Floats take every number. */
export const fits = (register: Coding, value: number): boolean => {
  const limits = limitsOf(register.type)
  if (limits === null) return true
  const raw = unscaled(value, register.scale ?? 1)
  return Number.isFinite(raw) && BigInt(Math.round(raw)) >= limits.low && BigInt(Math.round(raw)) <= limits.high
}

import type { Interval } from '../../../shared/model/event.ts'

/**
 * An interval's numbers in a few hundred bytes instead of 3.3 kB of JSON. Little endian:
 *   version (1), flags (1), coverage float64, then each of the four register values that the flags name as float64,
 *   the note's length (u16) and UTF-8, and per statistic: the place of its name in the file's list (u16), minimum, mean and
 *   maximum as float32 (meters' registers have no more digits; one number where all three are the same) and the count (u16, 0xffff: as a float64 after it).
 * The mean stays between the extremes: rounding to float32 keeps the order.
 */
export type Stats = Interval['stats']
export interface IntervalBody {
  readonly registers: readonly [number | null, number | null, number | null, number | null]
  readonly stats: Stats
  readonly coverage: number
  readonly note: string | null
}

/** Names of quantities have numbers in each file: the same few dozen stand in millions of rows. */
export interface Names {
  numberOf(name: string): number
  nameOf(number: number): string | undefined
}

const version = 1
const sameBit = 0x8000
const text = new TextEncoder()
const plain = new TextDecoder()

export const encodeInterval = (body: IntervalBody, names: Names): Uint8Array => {
  const entries = Object.entries(body.stats)
  const note = text.encode(body.note ?? '')
  const view = new DataView(new ArrayBuffer(10 + 32 + 2 + note.length + entries.length * 24))
  const bytes = new Uint8Array(view.buffer)
  let at = 0
  const u8 = (value: number) => view.setUint8(at++, value)
  const u16 = (value: number) => (view.setUint16(at, value, true), (at += 2))
  const f32 = (value: number) => (view.setFloat32(at, value, true), (at += 4))
  const f64 = (value: number) => (view.setFloat64(at, value, true), (at += 8))
  u8(version)
  u8(
    body.registers.reduce<number>(
      (flags, value, bit) => (value === null ? flags : flags | (1 << bit)),
      body.note === null ? 0 : 16,
    ),
  )
  f64(body.coverage)
  for (const value of body.registers) if (value !== null) f64(value)
  if (body.note !== null) {
    u16(note.length)
    bytes.set(note, at)
    at += note.length
  }
  for (const [name, [low, mean, high, count]] of entries) {
    const isSame = Math.fround(low) === Math.fround(high)
    u16(names.numberOf(name) | (isSame ? sameBit : 0))
    f32(low)
    if (!isSame) {
      f32(mean)
      f32(high)
    }
    const isShort = Number.isInteger(count) && count >= 0 && count < 0xffff
    u16(isShort ? count : 0xffff)
    if (!isShort) f64(count)
  }
  return bytes.slice(0, at)
}

/** `wanted`: only these statistics (null: all). Throws on bytes that are not such a body. */
export const decodeInterval = (
  bytes: Uint8Array,
  names: Names,
  wanted: ReadonlySet<string> | null = null,
): IntervalBody => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint8(0) !== version) throw new Error(`an interval of version ${view.getUint8(0)}`)
  const flags = view.getUint8(1)
  const coverage = view.getFloat64(2, true)
  let at = 10
  const f64 = () => view.getFloat64((at += 8) - 8, true)
  const u16 = () => view.getUint16((at += 2) - 2, true)
  const f32 = () => view.getFloat32((at += 4) - 4, true)
  const register = (bit: number) => ((flags & (1 << bit)) === 0 ? null : f64())
  const registers = [register(0), register(1), register(2), register(3)] as const
  let note: string | null = null
  if ((flags & 16) !== 0) {
    const length = u16()
    note = plain.decode(bytes.subarray(at, at + length))
    at += length
  }
  const stats: Record<string, [number, number, number, number]> = {}
  while (at < bytes.length) {
    const head = u16()
    const low = f32()
    const isSame = (head & sameBit) !== 0
    const mean = isSame ? low : f32()
    const high = isSame ? low : f32()
    const short = u16()
    const count = short === 0xffff ? f64() : short
    const name = names.nameOf(head & ~sameBit)
    if (name === undefined)
      throw new Error(`an interval names quantity ${head & ~sameBit}, which the file does not list`)
    if (wanted === null || wanted.has(name)) stats[name] = [low, mean, high, count]
  }
  return { registers, stats, coverage, note }
}

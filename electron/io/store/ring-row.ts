import { isQuantityKey, quantities } from '../../../shared/quantities.ts'
import { qualities, type Quality } from '../../../shared/model/sample.ts'
import type { StoredReading, StoredValue } from '../../core/record/recorder.ts'
import { own } from '../../../shared/own.ts'

/**
 * One row of the ring, little endian, in the order of the layout's keys: values as float32 (energy registers as float64: seven digits
 * are too few for a counter); one byte of quality each, whose highest bit says that the quantity was read more than once in the row's
 * time; and for each of those minimum and maximum (as wide as the value), the number of good reads (u16) and the worst quality. A
 * missing value is NaN with its quality, never a number.
 */
export interface RingRow {
  readonly keys: readonly string[]
  readonly readings: Uint8Array
  readonly qualities: Uint8Array
  /** Empty (null in the file, also in files of an earlier version) where every quantity was read once. */
  readonly spread: Uint8Array
}

/** The stored byte of each quality: the place in the model's list, which is only ever appended to. */
const codeOf = new Map(qualities.map((quality, index) => [quality, index]))
const spreadBit = 0x80

const widthOf = (key: string): 4 | 8 => (isQuantityKey(key) && quantities[key].kind === 'energy' ? 8 : 4)
const spreadSize = (key: string): number => 2 * widthOf(key) + 3
const put = (view: DataView, at: number, width: 4 | 8, value: number) => {
  if (width === 8) view.setFloat64(at, value, true)
  else view.setFloat32(at, value, true)
}
const get = (view: DataView, at: number, width: 4 | 8) =>
  width === 8 ? view.getFloat64(at, true) : view.getFloat32(at, true)
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const sum = (keys: readonly string[], size: (key: string) => number) =>
  keys.reduce((total, key) => total + size(key), 0)

const mostCount = 0xffff

/** Sorted, so that the same set of quantities always is the same layout. */
export const encodeRow = (values: StoredReading['values']): RingRow => {
  const keys = Object.keys(values).sort()
  const spreadKeys = keys.filter((key) => own(values, key)?.spread !== undefined)
  const readings = viewOf(new Uint8Array(sum(keys, widthOf)))
  const spread = viewOf(new Uint8Array(sum(spreadKeys, spreadSize)))
  const bytes = new Uint8Array(keys.length)
  let [at, spreadAt] = [0, 0]
  keys.forEach((key, index) => {
    const entry = own(values, key)
    const width = widthOf(key)
    put(readings, at, width, entry?.value ?? NaN)
    at += width
    bytes[index] = codeOf.get(entry?.quality ?? 'absent') ?? 0
    if (entry?.spread === undefined) return
    bytes[index] |= spreadBit
    put(spread, spreadAt, width, entry.spread.min ?? NaN)
    put(spread, spreadAt + width, width, entry.spread.max ?? NaN)
    spread.setUint16(spreadAt + 2 * width, Math.min(mostCount, entry.spread.count), true)
    spread.setUint8(spreadAt + 2 * width + 2, codeOf.get(entry.spread.worst) ?? 0)
    spreadAt += spreadSize(key)
  })
  return {
    keys,
    readings: new Uint8Array(readings.buffer),
    qualities: bytes,
    spread: new Uint8Array(spread.buffer),
  }
}

/** One quantity of a row as it is stored. */
interface Stored {
  readonly key: string
  readonly quality: Quality
  readonly value: number
  readonly spread: {
    readonly min: number
    readonly max: number
    readonly count: number
    readonly worst: Quality
  } | null
}

/** Goes through a row's quantities. Throws on a row whose parts do not fit its layout. */
const eachOf = (row: RingRow, visit: (stored: Stored, index: number) => void): void => {
  const view = viewOf(row.readings)
  const spreadView = viewOf(row.spread)
  let [at, spreadAt] = [0, 0]
  row.keys.forEach((key, index) => {
    const width = widthOf(key)
    const byte = row.qualities[index] ?? 0
    const value = get(view, at, width)
    at += width
    let spread: Stored['spread'] = null
    if ((byte & spreadBit) !== 0) {
      spread = {
        min: get(spreadView, spreadAt, width),
        max: get(spreadView, spreadAt + width, width),
        count: spreadView.getUint16(spreadAt + 2 * width, true),
        worst: qualities[spreadView.getUint8(spreadAt + 2 * width + 2)] ?? 'absent',
      }
      spreadAt += spreadSize(key)
    }
    visit({ key, quality: qualities[byte & ~spreadBit] ?? 'absent', value, spread }, index)
  })
}

const numberOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null)

const valueOf = ({ quality, value, spread }: Stored): StoredValue => {
  const read: StoredValue =
    quality === 'good' && Number.isFinite(value)
      ? { value, quality }
      : { value: null, quality: quality === 'good' ? 'implausible' : quality }
  return spread === null
    ? read
    : { ...read, spread: { ...spread, min: numberOrNull(spread.min), max: numberOrNull(spread.max) } }
}

export const decodeRow = (row: RingRow): StoredReading['values'] => {
  const values: Record<string, StoredValue> = {}
  eachOf(row, (stored) => {
    values[stored.key] = valueOf(stored)
  })
  return values
}

export interface ScannedValue {
  /** Null where the quantity was tried and gave no value. */
  readonly mean: number | null
  readonly min: number
  readonly max: number
  readonly count: number
}

/** The quantities that `columns` names, by column; one the row does not have is not visited. */
export const scanRow = (
  row: RingRow,
  columns: ReadonlyMap<string, number>,
  visit: (column: number, value: ScannedValue) => void,
): void => {
  eachOf(row, ({ key, quality, value, spread }) => {
    const column = columns.get(key)
    if (column === undefined) return
    if (quality !== 'good' || !Number.isFinite(value))
      return visit(column, { mean: null, min: NaN, max: NaN, count: 0 })
    visit(column, {
      mean: value,
      min: spread === null ? value : spread.min,
      max: spread === null ? value : spread.max,
      count: spread === null ? 1 : spread.count,
    })
  })
}

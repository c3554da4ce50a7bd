import { isQuantityKey, quantities } from '../../../shared/quantities.ts'
import { qualities, type Quality } from '../../../shared/model/sample.ts'
import type { StoredReading } from '../../core/ports.ts'

/**
 * One row of the ring: values as float32 (energy registers as float64: seven digits are too few for a counter), in the order
 * of the layout's keys, little endian; one byte of quality each. A missing value is NaN with its quality, never a number.
 */
export interface RingRow {
  readonly keys: readonly string[]
  readonly readings: Uint8Array
  readonly qualities: Uint8Array
}

/** The stored byte of each quality: the place in the model's list, which is only ever appended to. */
const codeOf = new Map(qualities.map((quality, index) => [quality, index]))

const widthOf = (key: string): 4 | 8 => (isQuantityKey(key) && quantities[key].kind === 'energy' ? 8 : 4)

/** Sorted, so that the same set of quantities always is the same layout. */
export const encodeRow = (values: StoredReading['values']): RingRow => {
  const keys = Object.keys(values).sort()
  const readings = new DataView(new ArrayBuffer(keys.reduce((size, key) => size + widthOf(key), 0)))
  const bytes = new Uint8Array(keys.length)
  let at = 0
  keys.forEach((key, index) => {
    const entry = values[key]
    const value = entry?.value ?? NaN
    if (widthOf(key) === 8) readings.setFloat64(at, value, true)
    else readings.setFloat32(at, value, true)
    at += widthOf(key)
    bytes[index] = codeOf.get(entry?.quality ?? 'absent') ?? 0
  })
  return { keys, readings: new Uint8Array(readings.buffer), qualities: bytes }
}

export const decodeRow = (row: RingRow): StoredReading['values'] => {
  const view = new DataView(row.readings.buffer, row.readings.byteOffset, row.readings.byteLength)
  const values: Record<string, { value: number | null; quality: Quality }> = {}
  let at = 0
  row.keys.forEach((key, index) => {
    const value = widthOf(key) === 8 ? view.getFloat64(at, true) : view.getFloat32(at, true)
    at += widthOf(key)
    const quality = qualities[row.qualities[index] ?? 0] ?? 'absent'
    values[key] =
      quality === 'good' && Number.isFinite(value)
        ? { value, quality }
        : { value: null, quality: quality === 'good' ? 'implausible' : quality }
  })
  return values
}

/** Where one quantity sits in rows of this layout; null when the layout does not have it. */
export const locate = (
  keys: readonly string[],
  wanted: string,
): { index: number; offset: number; width: 4 | 8 } | null => {
  const index = keys.indexOf(wanted)
  if (index < 0) return null
  return { index, offset: keys.slice(0, index).reduce((size, key) => size + widthOf(key), 0), width: widthOf(wanted) }
}

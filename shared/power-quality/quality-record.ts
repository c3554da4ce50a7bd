import { columnsOf, placesOf, type QualityScheme } from './quality-columns.ts'
import type { QualityRow } from './quality-row.ts'

/** A row of ten minutes or two hours as it is kept. */
export interface QualityRecord {
  readonly id: string
  /** Its beginning. */
  readonly atMs: number
  readonly toMs: number
  readonly source: string
  readonly length: '10min' | '2h'
  readonly windows: number
  readonly flagged: number
  readonly coveredMs: number
  readonly scheme: QualityScheme
  readonly extremes: QualityRow['extremes']
  readonly tenSecondsHz: QualityRow['tenSecondsHz']
  /** In the order of `columnsOf(scheme)`; NaN where a value is not known. */
  readonly values: Float32Array
}

/** `id` tells it from another measurement of the same interval. */
export const recordOf = (row: QualityRow, id: string): QualityRecord | null => {
  const { source, length, fromMs, toMs, windows, flagged, coveredMs, scheme, extremes, tenSecondsHz, values } = row
  if (length !== '10min' && length !== '2h') return null
  return {
    id,
    atMs: fromMs,
    toMs,
    source,
    length,
    windows,
    flagged,
    coveredMs,
    scheme,
    extremes,
    tenSecondsHz,
    values: Float32Array.from(values),
  }
}

/** Reads values of records by the keys of their columns; records of one scheme share the search. */
export const createRecordReader = () => {
  const known = new Map<string, { readonly places: ReadonlyMap<string, number>; readonly count: number }>()
  const of = (scheme: QualityScheme) => {
    const key = JSON.stringify(scheme)
    const found = known.get(key)
    if (found !== undefined) return found
    const columns = columnsOf(scheme)
    const made = { places: placesOf(columns), count: columns.length }
    known.set(key, made)
    return made
  }
  return ({ scheme, values }: Pick<QualityRecord, 'scheme'> & { readonly values: ArrayLike<number> }, key: string) => {
    const { places, count } = of(scheme)
    const place = places.get(key)
    // A row that an earlier version stored with other columns can't be read by this one's.
    if (place === undefined || values.length !== count) return null
    const value = values[place] ?? NaN
    return Number.isNaN(value) ? null : value
  }
}

import { useState } from 'react'
import type { Ongoing, QualityNow } from '../../../shared/api/quality-contract.ts'
import { columnsOf, placesOf } from '../../../shared/power-quality/quality-columns.ts'
import { useStream } from '../../state/stream.ts'

/** Values of one interval by the key of their column; null where one is not known. */
export interface QualityValues {
  readonly row: QualityNow
  readonly of: (key: string) => number | null
}

const schemes = new Map<string, ReadonlyMap<string, number>>()
const placesFor = ({ scheme }: QualityNow): ReadonlyMap<string, number> => {
  const key = JSON.stringify(scheme)
  const found = schemes.get(key) ?? placesOf(columnsOf(scheme))
  schemes.set(key, found)
  return found
}

export const readValues = (row: QualityNow): QualityValues => {
  const places = placesFor(row)
  const { buffer, byteOffset, byteLength } = row.values
  const cells = new DataView(buffer, byteOffset, byteLength)
  return {
    row,
    of: (key) => {
      const place = places.get(key)
      if (place === undefined || place * 4 + 4 > byteLength) return null
      const value = cells.getFloat32(place * 4, true)
      return Number.isNaN(value) ? null : value
    },
  }
}

export interface QualityWatch {
  readonly now: QualityValues | null
  readonly tenMinutes: QualityValues | null
  readonly ongoing: readonly Ongoing[]
  readonly ended: string | null
}
const nothing: QualityWatch = { now: null, tenMinutes: null, ongoing: [], ended: null }

export const useQualityWatch = (sourceId: string, length: 'window' | '3s', isHeld: boolean): QualityWatch => {
  const [watch, setWatch] = useState<QualityWatch>(nothing)
  useStream('quality.watch', isHeld ? null : { sourceId, length }, {
    frame: ({ row, tenMinutes, ongoing }) =>
      setWatch({
        now: row === null ? null : readValues(row),
        tenMinutes: tenMinutes === null ? null : readValues(tenMinutes),
        ongoing,
        ended: null,
      }),
    ended: (ended) => setWatch((before) => ({ ...before, ended })),
  })
  return watch
}

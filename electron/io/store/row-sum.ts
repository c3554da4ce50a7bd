import { crc32 } from 'node:zlib'
import type { SqlValue } from './database.ts'

/**
 * CRC-32 over the fields of a row, in order: what tells a row that the disk changed from one that was stored so. SQLite checks its
 * pages' structure, not what stands in them. Null, a text and a number that read the same give different sums.
 */
export const sumOf = (fields: readonly SqlValue[]): number =>
  fields.reduce<number>((sum, field) => {
    if (field === null) return crc32('n', sum)
    if (field instanceof Uint8Array) return crc32(field, crc32(`b${field.length}:`, sum))
    return typeof field === 'number' ? crc32(`d${field};`, sum) : crc32(`t${field.length}:${field}`, sum)
  }, 0)

/** Rows of an earlier version have no sum: nothing speaks against them. */
export const isWhole = (stored: SqlValue | undefined, fields: readonly SqlValue[]): boolean =>
  stored === null || stored === undefined || stored === sumOf(fields)

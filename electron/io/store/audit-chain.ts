import { createHash } from 'node:crypto'
import type { AuditRow } from '../../../shared/model/event.ts'

/** The hash before the first row. */
export const chainStart = '0'.repeat(64)

/** JSON with sorted keys, so that the same detail always gives the same hash. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )

/** SHA-256 over the previous hash and the row's own fields, hex. It shows edits and gaps; a cut tail only beside an exported head. */
export const chainHash = (
  previous: string,
  row: Omit<AuditRow, 'hash' | 'detail'> & { readonly detailJson: string },
): string =>
  createHash('sha256')
    .update(JSON.stringify([previous, row.seq, row.atMs, row.who, row.action, row.subject, row.detailJson]))
    .digest('hex')

/** Null when every row follows from the one before it; else what is wrong with the first that does not. Rows in order, from `previous`. */
export const checkChain = (rows: readonly AuditRow[], previous = chainStart, firstSeq = 1): string | null => {
  let before = previous
  let seq = firstSeq
  for (const row of rows) {
    if (row.seq !== seq) return `row ${seq} is missing`
    if (chainHash(before, { ...row, detailJson: canonicalJson(row.detail) }) !== row.hash)
      return `row ${row.seq} does not match its hash: it was changed after it was written`
    before = row.hash
    seq += 1
  }
  return null
}

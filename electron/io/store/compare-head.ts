import type { Head, ReadHead } from './head-file.ts'
import { own } from '../../../shared/own.ts'

/**
 * What the word beside the file says that the file does not hold any more; nothing where they agree, or the file holds more (the
 * program ended between the two). `wasKept`: the file knows that there was such a word.
 */
export const missingRows = (
  told: ReadHead,
  now: Head,
  hashOf: (seq: number) => string | null,
  wasKept: boolean,
): readonly string[] => {
  if (told.kind === 'missing')
    return wasKept
      ? ['site.head, which says how far the rows reached, was removed: rows cut off the end would not be found']
      : []
  if (told.kind === 'broken')
    return [
      `site.head, which says how far the rows reached, can't be trusted (${told.why}): rows cut off the end would not be found`,
    ]
  const problems: string[] = []
  const { audit, rows } = told.head
  if (audit !== null) {
    const reached = now.audit?.seq ?? 0
    if (reached < audit.seq)
      problems.push(
        `the audit was cut: it reached row ${audit.seq} and now ends with ${reached === 0 ? 'none' : `row ${reached}`}`,
      )
    else if (hashOf(audit.seq) !== audit.hash)
      problems.push(`the audit was changed: row ${audit.seq} is not the one that was written`)
  }
  for (const [name, seq] of Object.entries(rows)) {
    const reached = own(now.rows, name) ?? 0
    if (reached < seq)
      problems.push(
        `the last ${seq - reached} ${name} that were stored are gone (the write-ahead log was removed or damaged, or an older copy of the file was put back)`,
      )
  }
  return problems
}

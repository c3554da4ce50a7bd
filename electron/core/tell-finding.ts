import type { FindingChange } from './detectors/held-findings.ts'
import type { Journal } from './journal.ts'

/** A finding makes two rows of history, when it is raised and when it is cleared; in between it is held on the alarm list. */
export const tellFinding = (journal: Pick<Journal, 'write'>, { kind, finding }: FindingChange): void => {
  if (kind === 'updated') return
  journal.write(
    kind === 'raised' ? 'finding-raised' : 'finding-cleared',
    kind === 'raised' ? finding.severity : 'info',
    finding.subject,
    finding,
  )
}

import type { Finding } from '../../shared/model/finding.ts'
import type { Journal } from './journal.ts'
import type { Recorder } from './record/recorder.ts'

/** A person has seen a finding: the audit and the history say so. */
export const tellAcknowledged = (
  { who, note, atMs }: { readonly who: string; readonly note: string; readonly atMs: number },
  finding: Finding,
  recorder: Pick<Recorder, 'appendAudit'>,
  journal: Pick<Journal, 'write'>,
): Promise<unknown> => {
  const detail = { note, title: finding.title }
  const row = { atMs, who, action: 'finding-acknowledged', subject: finding.id, detail }
  const stored = recorder.appendAudit(row)
  journal.write('finding-acknowledged', 'info', finding.subject, { ...finding, seenBy: who, note })
  return stored
}

import type { Finding } from '../../shared/model/finding.ts'
import type { MarkKind } from './mark.tsx'

type Severity = Finding['severity']
const order: Record<Severity, number> = { critical: 0, warning: 1, info: 2 }

export const severityKind = (severity: Severity): MarkKind => severity
export const severityWord = (severity: Severity): string => (severity === 'info' ? 'note' : severity)
/** Worst first, then the newest. */
export const bySeverity = (one: Finding, other: Finding): number =>
  order[one.severity] - order[other.severity] || other.raisedAtMs - one.raisedAtMs

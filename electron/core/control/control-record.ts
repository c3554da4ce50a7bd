import type { EventKind } from '../../../shared/said/event-kinds.ts'
import type { Decision, Write } from '../../../shared/model/decision.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import type { Subject } from '../../../shared/model/finding.ts'

/** What control leaves behind for the record and the screens. */
export interface ControlRecord {
  decision(decision: Decision): void
  write(write: Write): void
  event(
    kind: EventKind,
    severity: SiteEvent['severity'],
    subject: Subject | null,
    message: string,
    data: Record<string, unknown> | null,
  ): void
  audit(row: { who: string; action: string; subject: string; detail: Record<string, unknown> }): void | Promise<void>
}

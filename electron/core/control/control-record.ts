import type { TellEvent } from '../../../shared/said/event.ts'
import type { Decision, Write } from '../../../shared/model/decision.ts'

/** What control leaves behind for the record and the screens. */
export interface ControlRecord {
  decision(decision: Decision): void
  write(write: Write): void
  readonly event: TellEvent
  audit(row: { who: string; action: string; subject: string; detail: Record<string, unknown> }): void | Promise<void>
}

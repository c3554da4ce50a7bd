import type { SiteEvent } from '../../shared/model/event.ts'
import { eventColumns, type TellEvent } from '../../shared/said/event.ts'
import { createFanOut } from './fan-out.ts'
import type { Clock, Log, NewId, Stop } from './ports.ts'
import type { Recorder } from './record/recorder.ts'

/** Enough for the longest backlog a stream may ask for; older rows are read from the recorder. */
const keptRows = 1000

export interface Journal {
  readonly write: TellEvent<SiteEvent>
  /** The same of what happened at another time than now, UTC: it is told later than it was. */
  readonly writeAt: (atMs: number, ...told: Parameters<TellEvent<SiteEvent>>) => SiteEvent
  readonly recent: (count: number) => readonly SiteEvent[]
  readonly listen: (listener: (event: SiteEvent) => void) => Stop
}

/**
 * The site's history as it happens: every row goes to the recorder and to whoever listens. A row that could not be stored is
 * still shown, and the failure is logged and visible in the store's health: losing the disk must not hide an alarm.
 */
export const createJournal = (ports: { clock: Clock; log: Log; newId: NewId; recorder: Recorder }): Journal => {
  const fanOut = createFanOut<SiteEvent>('the journal', ports.log)
  const rows: SiteEvent[] = []
  const show = (event: SiteEvent) => {
    rows.push(event)
    if (rows.length > keptRows) rows.splice(0, rows.length - keptRows)
    fanOut.tell(event)
  }
  // What the store has to say of itself it stores itself.
  ports.recorder.onEvent?.(show)
  const put = (event: SiteEvent): SiteEvent => {
    ports.recorder.appendEvents([event]).catch((error: unknown) => {
      const { kind, message } = event
      ports.log.error('an event could not be stored', { kind, message, error: String(error) })
    })
    show(event)
    return event
  }
  return {
    write: (kind, severity, subject, facts) =>
      put({ id: ports.newId(), atMs: ports.clock.nowMs(), severity, subject, ...eventColumns(kind, facts) }),
    writeAt: (atMs, kind, severity, subject, facts) =>
      put({ id: ports.newId(), atMs, severity, subject, ...eventColumns(kind, facts) }),
    recent: (count) => (count === 0 ? [] : rows.slice(-count)),
    listen: fanOut.listen,
  }
}

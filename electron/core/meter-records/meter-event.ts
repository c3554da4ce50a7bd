import { utcOf } from '../../../shared/meter-records/clock-offset.ts'
import type { MeterEventData } from '../../../shared/meter-records/meter-event.ts'
import type { MeterRecord } from '../../../shared/meter-records/record-layout.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'

/** A meter's record as a row of the history. */

export interface EventInput {
  readonly record: MeterRecord
  readonly key: string
  readonly meterId: string
  readonly meterName: string
  readonly logName: string
  /** Meter less UTC, how wrong that can be, ms; null: its clock is not known, and its times are taken as they are. */
  readonly clock: { readonly offsetMs: number; readonly uncertaintyMs: number; readonly isDst: boolean | null } | null
  readonly nominalV: number
}

/** Where a clock was never seen, its times can be wrong by anything; said so, and taken as they are. */
const unknownUncertaintyMs = 86_400_000

export const eventDataOf = ({ record, key, meterId, logName, clock, nominalV }: EventInput): MeterEventData => {
  const { offsetMs, uncertaintyMs, isDst } = clock ?? { offsetMs: 0, uncertaintyMs: unknownUncertaintyMs, isDst: null }
  const stampedMs = utcOf(record.time, offsetMs, isDst)
  const { durationMs } = record
  const fromMs = record.marks === 'start' ? stampedMs : stampedMs - (durationMs ?? 0)
  const toMs = durationMs === null ? (record.marks === 'end' ? stampedMs : null) : fromMs + durationMs
  const extremeV = record.extremeV ?? (record.extremePercent === null ? null : (record.extremePercent * nominalV) / 100)
  return {
    source: meterId,
    key,
    event: record.event,
    fromMs,
    toMs,
    durationMs,
    extremeV,
    extremePercent: record.extremePercent ?? (extremeV === null ? null : (100 * extremeV) / nominalV),
    phases: [...record.phases],
    log: logName,
    // What the stamp can't tell adds to what the clock is not known to.
    uncertaintyMs: Math.round(uncertaintyMs + record.time.stepMs),
    wallMs: record.time.wallMs,
    isClockKnown: clock !== null && !record.time.isFaulty,
    ...(record.about === null ? {} : { about: record.about }),
    ...(record.hasOccurred === null ? {} : { hasOccurred: record.hasOccurred }),
  }
}

export const severityOf = ({ event }: MeterEventData): SiteEvent['severity'] =>
  event === 'interruption' || event === 'trip'
    ? 'critical'
    : event === 'rapid-change' || event === 'transient' || event === 'entry'
      ? 'info'
      : 'warning'

import type { SiteEvent } from '../../shared/model/event.ts'
import { findingSchema, type Finding } from '../../shared/model/finding.ts'
import type { Recorder } from './record/recorder.ts'

/** An alarm nobody looked at is still worth a look a week later, and no longer: then it is history. Editable assumption. */
const rememberedMs = 7 * 86_400_000
/** Rows read back for it: a week of a noisy site. */
const mostRows = 5000

const findingOf = (event: SiteEvent): Finding | null => {
  const read = findingSchema.safeParse(event.data)
  return read.success ? read.data : null
}

/** Alarms that cleared in an earlier run and that nobody acknowledged there, from the events of the last week. */
export const clearedUnacknowledged = async (
  recorder: Pick<Recorder, 'events'>,
  nowMs: number,
): Promise<readonly Finding[]> => {
  const events = await recorder.events({ fromMs: nowMs - rememberedMs, toMs: nowMs }, mostRows)
  const seen = new Set(
    events.filter(({ kind }) => kind === 'finding-acknowledged').map((event) => findingOf(event)?.id ?? ''),
  )
  return events
    .filter(({ kind }) => kind === 'finding-cleared')
    .flatMap((event) => findingOf(event) ?? [])
    .filter(({ id, severity, acknowledged }) => acknowledged === null && severity !== 'info' && !seen.has(id))
}

import type { OwnRecords } from '../../../shared/api/meter-records-contract.ts'
import type { MeterLog } from '../../../shared/meter-records/own-records.ts'
import type { ClockSeen } from './desk-clock.ts'
import type { DeskPorts } from './desk-ports.ts'
import { eventDataOf } from './meter-event.ts'
import { readLog } from './read-log.ts'

interface LogState {
  readonly taken: number
  readonly readAtMs: number | null
  readonly problem: string | null
}
const unread: LogState = { taken: 0, readAtMs: null, problem: null }

/** A list is read whole at the start and this often, for makers do not say that the newest stands first, ms (editable assumption). */
const wholeEveryMs = 3_600_000

/** The event logs of one meter: what is new in them is told once. */
export const createDeskLogs = (ports: DeskPorts) => {
  const { meterId, name: meterName, profile, way, facts, nominalV, now, onEvent } = ports
  const logs = new Map<string, LogState>()
  const wholeAtMs = new Map<string, number>()
  return {
    look: async (log: MeterLog, clock: ClockSeen | null): Promise<void> => {
      const before = logs.get(log.id) ?? unread
      const isWhole = now() - (wholeAtMs.get(log.id) ?? -Infinity) > wholeEveryMs
      const read = await readLog(log, way, { isSeen: facts.isSeen, next: facts.next(log.id), isWhole })
      const fresh = read.found.filter(({ key }) => !facts.isSeen(key))
      const known = clock === null ? null : { ...clock.told, isDst: clock.isDst }
      const about = { meterId, meterName, logName: log.name, clock: known, nominalV }
      const events = fresh
        .map(({ key, record }) => eventDataOf({ key, record, ...about }))
        .sort((one, other) => one.fromMs - other.fromMs)
      // First remembered, then told: a record told twice is worse than one that stands in the meter for another look.
      facts.see(fresh.map(({ key }) => key))
      events.forEach(onEvent)
      if (read.next !== null) facts.setNext(log.id, read.next)
      if (read.problem === null && isWhole) wholeAtMs.set(log.id, now())
      const readAtMs = read.problem === null ? now() : before.readAtMs
      logs.set(log.id, { taken: before.taken + fresh.length, readAtMs, problem: read.problem })
    },
    state: (): OwnRecords['logs'] =>
      (profile.logs ?? []).map(({ id, name }) => ({ id, name, ...(logs.get(id) ?? unread) })),
  }
}

import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { ModbusSiteLine } from '../../../shared/site/site.ts'
import type { NewId } from '../ports.ts'
import { listCandidates, type Candidate } from './candidates.ts'
import type { Job, JobGroup } from './scan-plan.ts'
import type { ScanProgress } from './scan-progress.ts'
import { createScanWays, type ScanWayParts } from './scan-ways.ts'
import { searchBus } from './search-bus.ts'
import { sunSpecLayoutsOf } from './sunspec-candidates.ts'

export interface ScanModbusParts extends ScanWayParts {
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
  readonly newId: NewId
}

/** The models that may answer on a line; listed once for each kind of line. */
const createModels = ({ meterProfiles, chargerProfiles }: ScanModbusParts) => {
  const models = new Map<string, readonly Candidate[]>()
  return (line: ModbusSiteLine): readonly Candidate[] => {
    const framing = line.transport === 'tcp' ? 'rtu' : (line.framing ?? 'rtu')
    const key = `${line.transport} ${framing}`
    const known = models.get(key) ?? listCandidates(meterProfiles, chargerProfiles, line.transport, framing)
    models.set(key, known)
    return known
  }
}

/** The other ways to the same port that were not tried yet, e.g. by the other framing. */
const siblings = ({ jobs }: JobGroup, job: Job): readonly Job[] => {
  const own = job.via.kind === 'temporary' && 'port' in job.via.line ? job.via.line.port : null
  return jobs.filter(
    (other) =>
      other !== job &&
      !other.isOver &&
      other.via.kind === 'temporary' &&
      'port' in other.via.line &&
      other.via.line.port === own,
  )
}

/** Searches one bus for Modbus devices from where it stopped; `isStopped` is asked before each request. */
export const createModbusSearch = (parts: ScanModbusParts, progress: ScanProgress, isStopped: () => boolean) => {
  const { newId, clock } = parts
  const busOf = createScanWays(parts, isStopped)
  const modelsOf = createModels(parts)
  const sunSpecLayouts = sunSpecLayoutsOf(parts.meterProfiles)

  /** Marks a job as over without asking, e.g. the other framing of a port that gave no connection. */
  const skip = (job: Job): void => {
    progress.tried(job.units.length - job.next, true)
    job.next = job.units.length
    job.isOver = true
  }

  return async (group: JobGroup, job: Job): Promise<void> => {
    progress.now(job.where)
    const opened = await busOf(job)
    if (isStopped()) {
      if (opened.ok) await opened.bus.close()
      return
    }
    if (!opened.ok) {
      progress.trouble(job.where, opened.kind, opened.problem)
      for (const other of siblings(group, job)) skip(other)
      skip(job)
      return
    }
    const { bus } = opened
    const candidates = modelsOf(job.via.line)
    try {
      const found = { job, bus, candidates, sunSpecLayouts, progress, isStopped, newId, nowMs: clock.nowMs }
      const { answered } = await searchBus(found)
      if (isStopped()) return
      job.isOver = true
      // A port speaks one framing.
      if (answered > 0) for (const other of siblings(group, job)) skip(other)
    } finally {
      await bus.close()
    }
  }
}

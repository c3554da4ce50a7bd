import type { MbusProfile } from '../../../shared/mbus/profile.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Clock, NewId } from '../ports.ts'
import type { MbusLine, OpenMbusLine } from '../lines/mbus-line.ts'
import { connectMs, opened, troubleOf, type Opening } from './bus.ts'
import type { MbusJob } from './plan-mbus.ts'
import type { ScanProgress } from './scan-progress.ts'
import { searchMbusJob } from './search-mbus-job.ts'

export interface ScanMbusParts {
  readonly site: Site
  readonly mbusProfiles: ReadonlyMap<string, MbusProfile>
  readonly mbusLines: ReadonlyMap<string, MbusLine>
  readonly openMbusLine: OpenMbusLine
  readonly clock: Clock
  readonly newId: NewId
}

const giveUp = (job: MbusJob, how: Exclude<Opening, 'connected'> | null, progress: ScanProgress): void => {
  const { kind, problem } =
    how === null ? { kind: 'failed' as const, problem: 'this line is not open' } : troubleOf(how)
  progress.trouble(`${job.where}, by ${job.by === 'primary' ? 'address' : 'number'}`, kind, problem)
  progress.tried(job.steps - job.done, true)
  job.done = job.steps
}

/** Searches one way over one M-Bus at one speed; a line of our own is open for just as long. */
export const createMbusSearch = (parts: ScanMbusParts, progress: ScanProgress, isStopped: () => boolean) => {
  const { site, mbusProfiles: profiles, mbusLines, openMbusLine, clock, newId } = parts
  return async (job: MbusJob): Promise<void> => {
    const own = job.via.kind === 'temporary' ? openMbusLine(job.via.line) : null
    const line = own ?? mbusLines.get(job.via.line.id)
    try {
      progress.now(job.where)
      const how = line === undefined ? null : await opened(line, clock, connectMs)
      if (isStopped()) return
      if (line === undefined || how === null) giveUp(job, null, progress)
      else if (how !== 'connected') giveUp(job, how, progress)
      else await searchMbusJob({ job, line, site, profiles, progress, isStopped, newId, clock })
      if (!isStopped()) job.isOver = true
    } finally {
      await own?.close()
    }
  }
}

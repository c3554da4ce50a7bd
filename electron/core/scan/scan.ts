import type { ScanRequest, ScanState } from '../../../shared/api/scan-contract.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { AskGuard } from '../may-ask.ts'
import type { Log, Stop } from '../ports.ts'
import { createMbusSearch, type ScanMbusParts } from './scan-mbus.ts'
import { createModbusSearch, type ScanModbusParts } from './scan-modbus.ts'
import { planScan, type Plan } from './scan-plan.ts'
import { createScanProgress } from './scan-progress.ts'

export interface ScanParts extends ScanModbusParts, ScanMbusParts {
  readonly guard: Pick<AskGuard, 'keptAliveBy'>
  readonly log: Log
  /** What outlives this core when the site is opened anew. */
  readonly kept: Map<string, unknown>
}

export interface Scan {
  state(): ScanState
  listen(listener: (state: ScanState) => void): Stop
  /** Rejects with a Refusal where nothing can be searched as asked. Resolves when it has begun. */
  start(request: ScanRequest, who: string): ScanState
  /** Resolves when nothing is asked any more. */
  cancel(): Promise<ScanState>
  resume(): ScanState
  stop(): Promise<void>
}

/** Unit ids and M-Bus steps of a plan. */
const stepsOf = ({ groups, mbus }: Plan): number =>
  groups.reduce((sum, group) => sum + group.jobs.reduce((ids, job) => ids + job.units.length, 0), 0) +
  (mbus?.jobs ?? []).reduce((sum, job) => sum + job.steps, 0)

/** Searches for devices by reads alone: one search at a time, which can be cancelled and goes on where it stopped. */
export const createScan = (parts: ScanParts): Scan => {
  const { site, log, kept } = parts
  const progress = createScanProgress(parts)
  let plan = (kept.get('scan-plan') as Plan | undefined) ?? null
  let stopping = false
  let running: Promise<void> = Promise.resolve()
  const isStopped = (): boolean => stopping
  const searchModbus = createModbusSearch(parts, progress, isStopped)
  const searchMbus = createMbusSearch(parts, progress, isStopped)

  const run = async (current: Plan): Promise<void> => {
    for (const job of current.mbus?.jobs ?? []) if (!job.isOver && !isStopped()) await searchMbus(job)
    const waiting = current.groups.filter((group) => group.jobs.some((job) => !job.isOver))
    const worker = async (): Promise<void> => {
      for (let group = waiting.shift(); group !== undefined && !isStopped(); group = waiting.shift()) {
        for (const job of group.jobs) if (!job.isOver && !isStopped()) await searchModbus(group, job)
      }
    }
    await Promise.all(Array.from({ length: Math.min(current.atOnce, waiting.length) }, worker))
  }
  const launch = (current: Plan): void => {
    stopping = false
    running = run(current)
      .catch((error: unknown) => {
        log.error('the scan failed; please report this', {
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        })
        stopping = true
      })
      .then(() => {
        progress.end(stopping ? 'cancelled' : 'ended')
      })
  }

  return {
    state: progress.state,
    listen: progress.listen,
    start(request, who) {
      if (progress.state().phase === 'running') throw refusal('scan-runs', {})
      const planned = planScan(request, site, parts.guard)
      if (!planned.ok) throw refusal('scan-impossible', planned)
      plan = planned.plan
      kept.set('scan-plan', plan)
      progress.begin(parts.newId(), request, who, stepsOf(plan), plan.notes, plan.mbus?.counted)
      launch(plan)
      return progress.state()
    },
    async cancel() {
      if (progress.state().phase === 'running') {
        stopping = true
        await running
      }
      return progress.state()
    },
    resume() {
      if (progress.state().phase !== 'cancelled' || plan === null) throw refusal('no-scan-to-resume', {})
      progress.goOn()
      launch(plan)
      return progress.state()
    },
    async stop() {
      stopping = true
      await running
      progress.stop()
    },
  }
}

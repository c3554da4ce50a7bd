import { Refusal } from '../../../shared/api/define.ts'
import type { ScanRequest, ScanState } from '../../../shared/api/scan-contract.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { MbusProfile } from '../../../shared/mbus/profile.ts'
import type { ModbusSiteLine, Site } from '../../../shared/site/site.ts'
import type { AskGuard } from '../may-ask.ts'
import type { Field } from '../field/field.ts'
import type { Clock, Log, MbusLine, ModbusLine, NewId, OpenLine, OpenMbusLine, Stop } from '../ports.ts'
import { busOfSite, connectMs, openBus, opened as openedIn, troubleOf } from './bus.ts'
import { listCandidates, type Candidate } from './candidates.ts'
import { connectionsPerSecond, lineAt, planScan, type Job, type JobGroup, type Plan } from './scan-plan.ts'
import type { MbusJob } from './plan-mbus.ts'
import { createScanProgress } from './scan-progress.ts'
import { searchBus } from './search-bus.ts'
import { searchMbusJob } from './search-mbus-job.ts'
import { sunSpecLayoutsOf } from './sunspec-candidates.ts'

export interface ScanParts {
  readonly site: Site
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
  readonly guard: Pick<AskGuard, 'keptAliveBy'>
  readonly lines: ReadonlyMap<string, ModbusLine>
  readonly acquisition: Pick<Field, 'background'>
  readonly openLine: OpenLine
  readonly mbusProfiles: ReadonlyMap<string, MbusProfile>
  readonly mbusLines: ReadonlyMap<string, MbusLine>
  readonly openMbusLine: OpenMbusLine
  readonly clock: Clock
  readonly log: Log
  readonly newId: NewId
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

/** Searches for devices by reads alone: one search at a time, which can be cancelled and goes on where it stopped. */
export const createScan = (parts: ScanParts): Scan => {
  const { site, clock, log, kept } = parts
  const progress = createScanProgress(parts)
  let plan = (kept.get('scan-plan') as Plan | undefined) ?? null
  let stopping = false
  let running: Promise<void> = Promise.resolve()
  let nextConnectMs = -Infinity
  const isStopped = (): boolean => stopping

  /** Waits for this connection's turn, so that no more than so many are opened a second. */
  const turn = async (): Promise<void> => {
    const nowMs = clock.monotonicMs()
    const mineMs = Math.max(nowMs, nextConnectMs)
    nextConnectMs = mineMs + 1000 / connectionsPerSecond
    if (mineMs > nowMs)
      await new Promise<void>((resolve) => {
        clock.after(mineMs - nowMs, resolve)
      })
  }

  const busOf = async (job: Job): Promise<ReturnType<typeof busOfSite>> => {
    if (job.via.kind === 'temporary') {
      // A search that goes on after the site was opened anew: some devices bear one connection and would drop the live one.
      const known = lineAt(site, job.via.line)
      if (known !== undefined)
        return {
          ok: false,
          kind: 'failed',
          problem: `it is a line of the site now, ${known.name ?? known.id}: start a new search to look there in the gaps of its polling`,
        }
      if (job.via.line.transport !== 'serial') await turn()
      return isStopped()
        ? { ok: false, kind: 'failed', problem: 'stopped' }
        : openBus(job.via.line, parts.openLine, clock)
    }
    const line = parts.lines.get(job.via.line.id)
    return line === undefined
      ? { ok: false, kind: 'failed', problem: 'this line is not open' }
      : busOfSite(job.via.line, line, parts.acquisition)
  }

  const models = new Map<string, readonly Candidate[]>()
  const modelsOf = (line: ModbusSiteLine): readonly Candidate[] => {
    const framing = line.transport === 'tcp' ? 'rtu' : (line.framing ?? 'rtu')
    const key = `${line.transport} ${framing}`
    const known = models.get(key) ?? listCandidates(parts.meterProfiles, parts.chargerProfiles, line.transport, framing)
    models.set(key, known)
    return known
  }

  const sunSpecLayouts = sunSpecLayoutsOf(parts.meterProfiles)

  /** Marks a job as over without asking, e.g. the other framing of a port that gave no connection. */
  const skip = (job: Job): void => {
    progress.tried(job.units.length - job.next, true)
    job.next = job.units.length
    job.isOver = true
  }
  const siblings = (group: JobGroup, job: Job): Job[] =>
    group.jobs.filter(
      (other) =>
        other !== job &&
        !other.isOver &&
        other.via.kind === 'temporary' &&
        job.via.kind === 'temporary' &&
        'port' in other.via.line &&
        'port' in job.via.line &&
        other.via.line.port === job.via.line.port,
    )

  const search = async (group: JobGroup, job: Job): Promise<void> => {
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
    try {
      const { answered } = await searchBus({
        job,
        bus: opened.bus,
        candidates: modelsOf(job.via.line),
        sunSpecLayouts,
        progress,
        isStopped,
        newId: parts.newId,
        nowMs: clock.nowMs,
      })
      if (isStopped()) return
      job.isOver = true
      // A port speaks one framing.
      if (answered > 0) for (const other of siblings(group, job)) skip(other)
    } finally {
      await opened.bus.close()
    }
  }

  /** One way over one M-Bus at one speed; a line of our own is open for just as long. */
  const searchMbusOf = async (job: MbusJob): Promise<void> => {
    const own = job.via.kind === 'temporary' ? parts.openMbusLine(job.via.line) : null
    const line = own ?? parts.mbusLines.get(job.via.line.id)
    try {
      progress.now(job.where)
      const how = line === undefined ? null : await openedIn(line, clock, connectMs)
      if (isStopped()) return
      if (how !== 'connected' || line === undefined) {
        const { kind, problem } =
          how === null || how === 'connected'
            ? ({ kind: 'failed', problem: 'this line is not open' } as const)
            : troubleOf(how)
        progress.trouble(`${job.where}, by ${job.by === 'primary' ? 'address' : 'number'}`, kind, problem)
        progress.tried(job.steps - job.done, true)
        job.done = job.steps
      } else
        await searchMbusJob({
          job,
          line,
          site,
          profiles: parts.mbusProfiles,
          progress,
          isStopped,
          newId: parts.newId,
          clock,
        })
      if (!isStopped()) job.isOver = true
    } finally {
      await own?.close()
    }
  }

  const run = async (current: Plan): Promise<void> => {
    for (const job of current.mbus?.jobs ?? []) if (!job.isOver && !isStopped()) await searchMbusOf(job)
    const waiting = current.groups.filter((group) => group.jobs.some((job) => !job.isOver))
    const worker = async (): Promise<void> => {
      for (let group = waiting.shift(); group !== undefined && !isStopped(); group = waiting.shift()) {
        for (const job of group.jobs) if (!job.isOver && !isStopped()) await search(group, job)
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
      if (progress.state().phase === 'running')
        throw new Refusal('a scan is running: cancel it first, or wait for its end')
      const planned = planScan(request, site, parts.guard)
      if (!planned.ok) throw new Refusal(planned.problem)
      plan = planned.plan
      kept.set('scan-plan', plan)
      const total =
        plan.groups.reduce((sum, group) => sum + group.jobs.reduce((ids, job) => ids + job.units.length, 0), 0) +
        (plan.mbus?.jobs ?? []).reduce((sum, job) => sum + job.steps, 0)
      progress.begin(parts.newId(), request, who, total, plan.notes, plan.mbus?.counted)
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
      if (progress.state().phase !== 'cancelled' || plan === null)
        throw new Refusal('there is no cancelled scan to go on with: start one')
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

import { Refusal, type Handlers } from '../../../shared/api/define.ts'
import {
  mostFullIntervalRows,
  mostIntervalRows,
  type Live,
  type Overview,
  type Trace,
  type TripscopeContract,
} from '../../../shared/api/contract.ts'
import type { doctorContract } from '../../../shared/api/doctor-contract.ts'
import type { exploreContract } from '../../../shared/api/explore-contract.ts'
import type { scanContract } from '../../../shared/api/scan-contract.ts'
import type { siteFileContract } from '../../../shared/api/site-file-contract.ts'
import type { ControlState, FallbackWritten, Override } from '../../../shared/model/decision.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { Health } from '../../../shared/model/health.ts'
import type { Journal } from '../journal.ts'
import type { Recorder, Stop, TimeRange } from '../ports.ts'
import { createCommandLog } from './command-log.ts'

/** What the API needs from the core: every entry is one idea that another folder implements. */
export interface HandlerParts {
  readonly overview: Overview
  /** The overview as it is now: a meter that is looked up is described by what was found. */
  readonly describe: () => Overview
  readonly recorder: Recorder
  readonly journal: Journal
  readonly live: { current(): Live | null; listen(listener: (live: Live) => void): Stop }
  readonly health: { current(): Health; listen(listener: (health: Health) => void): Stop }
  readonly trace: {
    subscribe(meterId: string, quantities: readonly string[], backlogS: number, push: (trace: Trace) => void): Stop
  }
  readonly control: {
    arm(input: { intentId: string; who: string; reason: string }): Promise<ControlState>
    disarm(input: { intentId: string; who: string; reason: string }): Promise<ControlState>
    setOverride(input: {
      intentId: string
      chargerId: string
      limitA: number
      ttlS: number
      reason: string
      who: string
    }): Promise<Override>
    writeFallback(input: { intentId: string; chargerId: string; who: string; reason: string }): Promise<FallbackWritten>
    cancelOverride(input: { intentId: string; overrideId: string; who: string; reason: string }): Promise<Override>
  }
  readonly acknowledge: (input: { findingId: string; who: string; note: string }) => Promise<Finding | null>
  readonly exportSnapshot: (input: { minutes: number; who: string; note: string; comments: boolean }) => Promise<{
    fileName: string
    sha256: string
    base64: string
    files: { name: string; bytes: number; sha256: string }[]
  }>
  readonly scan: Handlers<typeof scanContract>
  readonly explore: Handlers<typeof exploreContract>
  readonly doctor: Handlers<typeof doctorContract>
  readonly siteFile: Handlers<typeof siteFileContract>
}

const checkedRange = (input: TimeRange): TimeRange => {
  if (!(input.fromMs < input.toMs)) {
    throw new Refusal(
      `the time range ends (${new Date(input.toMs).toISOString()}) before it begins (${new Date(input.fromMs).toISOString()}); swap the two`,
    )
  }
  return input
}

export const createHandlers = (parts: HandlerParts): Handlers<TripscopeContract> => {
  const { recorder, journal } = parts
  const once = createCommandLog()
  const knownMeter = (meterId: string): string => {
    if (parts.overview.meters.some((meter) => meter.id === meterId)) return meterId
    throw new Refusal(
      `no meter '${meterId}' on this site; it has ${parts.overview.meters.map((meter) => meter.id).join(', ') || 'none'}`,
    )
  }
  return {
    'site.describe': () => parts.describe(),
    live: (_input, push) => {
      const first = parts.live.current()
      if (first !== null) push(first)
      return parts.live.listen(push)
    },
    trace: (input, push) => parts.trace.subscribe(knownMeter(input.meterId), input.quantities, input.backlogS, push),
    health: (_input, push) => {
      push(parts.health.current())
      return parts.health.listen(push)
    },
    events: (input, push) => {
      push({ reset: true, rows: [...journal.recent(input.backlog)] })
      return journal.listen((row) => push({ reset: false, rows: [row] }))
    },
    'history.read': async (input) => {
      const { fromMs, toMs } = checkedRange(input)
      const history = await recorder.history(
        knownMeter(input.meterId),
        input.quantities,
        { fromMs, toMs },
        input.maxBuckets,
      )
      return {
        startMs: history.startMs,
        bucketMs: history.bucketMs,
        columns: history.columns.map((column) => ({
          quantity: column.quantity,
          buckets: column.buckets.map((bucket): [number, number, number] | null =>
            bucket === null ? null : [...bucket],
          ),
        })),
      }
    },
    'intervals.read': async (input) => {
      const { quantities, limit, from = 'oldest' } = input
      const most = quantities === undefined ? mostFullIntervalRows : mostIntervalRows
      const page = limit === undefined ? { joinTo: most } : { limit: Math.min(limit, most), from }
      const rows = await recorder.intervals(knownMeter(input.meterId), input.lengthS, checkedRange(input), {
        ...page,
        ...(quantities === undefined ? {} : { quantities }),
      })
      return [...rows].sort((one, other) => one.startMs - other.startMs)
    },
    'events.read': async (input) => [...(await recorder.events(checkedRange(input), input.limit))],
    'decisions.read': async (input) => [...(await recorder.decisions(checkedRange(input), input.limit))],
    'writes.read': async (input) => [...(await recorder.writes(checkedRange(input), input.limit))],
    'audit.read': async (input) => [...(await recorder.audit(checkedRange(input), input.limit))],
    // The controller itself carries out an intent once.
    'control.arm': (input) => parts.control.arm(input),
    'control.disarm': (input) => parts.control.disarm(input),
    'control.writeFallback': (input) => parts.control.writeFallback(input),
    'override.set': (input) => parts.control.setOverride(input),
    'override.cancel': (input) => parts.control.cancelOverride(input),
    'finding.acknowledge': (input) =>
      once({ method: 'finding.acknowledge', ...input }, async () => {
        const finding = await parts.acknowledge(input)
        if (finding === null) throw new Refusal('that finding is not active any more; it stays in the event list')
        return finding
      }),
    'snapshot.export': (input) =>
      once({ method: 'snapshot.export', ...input }, () => parts.exportSnapshot(input), { isLarge: true }),
    ...parts.scan,
    ...parts.explore,
    ...parts.doctor,
    ...parts.siteFile,
  }
}

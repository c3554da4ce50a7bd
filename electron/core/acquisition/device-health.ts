import type { DeviceHealth, ExchangeCounts } from '../../../shared/model/health.ts'
import type { AdaptiveDeadline } from './adaptive-deadline.ts'
import type { PollPace } from './poll-pace.ts'
import { isInForce, type ScheduledBlock } from './poll-schedule.ts'

/** A fault counts against a device for so long. */
const degradedForMs = 60_000

export interface DeviceNow {
  readonly counts: ExchangeCounts
  readonly lastFault: DeviceHealth['lastFault']
  readonly lastGoodAtMs: number | null
  readonly isUnrouted: boolean
  readonly isSilent: boolean
  readonly isLineDown: boolean
  readonly pace: PollPace
  readonly latenessMs: number
  readonly items: readonly ScheduledBlock[]
  readonly deadlineMs: number
  readonly longestDeadlineMs: number
  readonly beyondReach: ReturnType<AdaptiveDeadline['beyondReach']>
  readonly nowMs: number
}

const stateOf = (now: DeviceNow): DeviceHealth['state'] => {
  if (now.isUnrouted && !now.isLineDown) return 'unrouted'
  if (now.isSilent || now.isLineDown) return 'silent'
  if (now.lastGoodAtMs === null && now.lastFault === null) return 'waiting'
  // A register this device refuses is said per quantity; it does not make the device a bad one.
  return now.lastFault !== null && now.nowMs - now.lastFault.atMs < degradedForMs ? 'degraded' : 'ok'
}

/** A device that answers, only later than anything its line allows, is told apart from a dead one. */
const lateNotes = (late: DeviceNow['beyondReach']): string[] =>
  late === null
    ? []
    : [
        `its replies come after about ${Math.round(late.lateMs)} ms, and the line allows ${Math.round(late.allowedMs)} ms: raise timeoutMs of the line, at least to ${late.neededMs} ms`,
      ]

/** What the screen and the monitor are told of one polled device. */
export const deviceHealth = (
  device: {
    readonly kind: 'meter' | 'charger'
    readonly lineId: string
    readonly unit: number
    readonly periodMs: number
  },
  now: DeviceNow,
): DeviceHealth => ({
  ...now.counts,
  kind: device.kind,
  lineId: device.lineId,
  unit: device.unit,
  address: `unit ${String(device.unit)}`,
  state: stateOf(now),
  lastFault: now.lastFault,
  lastGoodAtMs: now.lastGoodAtMs,
  notes: lateNotes(now.beyondReach),
  skippedSweeps: now.pace.skipped,
  latenessMs: now.latenessMs,
  periodMs: device.periodMs,
  achievedPeriodMs: now.pace.sweepMs,
  requestsPerSweep: now.items.filter((item) => isInForce(item) && item.periodMs === now.items[0]?.periodMs).length,
  deadlineMs: now.deadlineMs,
  longestDeadlineMs: now.longestDeadlineMs,
})

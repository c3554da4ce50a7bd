import type { DeviceHealth } from '../../../../shared/model/health.ts'
import type { MeterSamplesObservation } from '../../../../shared/model/observation.ts'
import type { MbusProfile } from '../../../../shared/mbus/profile.ts'
import type { SiteMeter } from '../../../../shared/site/site.ts'
import type { Clock } from '../../ports.ts'
import type { MbusLine } from '../../lines/mbus-line.ts'
import { createExchangeCounter, type ExchangeCounter } from '../exchange-counts.ts'
import { createWorstOfMinute } from '../poll-schedule.ts'
import { qualityOfFault } from '../sample-age.ts'
import { fitOf } from './mbus-fit.ts'
import { addressOf } from './mbus-frames.ts'
import { createMbusReader } from './mbus-reader.ts'
import { createMbusSession, type MbusRead } from './mbus-session.ts'
import { createMbusWatch, type TellMbus } from './mbus-watch.ts'

/** A meter that was not there is asked again after this long at the latest, however seldom it is read. */
const longestRetryMs = 60_000
const shortestRetryMs = 10_000
const silentAfter = 2

/** Whoever answers must be what the profile is for. */
const fitting = (profile: MbusProfile, name: string, read: MbusRead): MbusRead => {
  if (!read.ok) return read
  const fit = fitOf(profile, read.telegrams)
  if (!fit.ok)
    return { ok: false, fault: { kind: 'wrong-unit', code: null, message: `${name}: ${fit.why}` }, atMs: read.atMs }
  return fit.note === null ? read : { ...read, notes: [...read.notes, fit.note] }
}

/**
 * When a meter is read next; `failures` in a row, null where it was read just now. Its beat is kept by skipping; one that was not read is
 * asked soon again, for one lost reading of a minute should not cost another minute, and a dead one waits longer each time.
 */
export const nextDue = (
  dueMs: number,
  periodMs: number,
  endMs: number,
  failures: number | null,
): { readonly dueMs: number; readonly skipped: number } => {
  if (failures !== null) {
    const againMs = Math.min(periodMs, longestRetryMs, shortestRetryMs * 2 ** Math.min(failures - 1, 4))
    return { dueMs: endMs + againMs, skipped: 0 }
  }
  const skipped = Math.max(0, Math.floor((endMs - dueMs - periodMs) / periodMs) + 1)
  return { dueMs: dueMs + (1 + skipped) * periodMs, skipped }
}

/** One meter on an M-Bus line with its place in the line's beat. */
export const createMbusMeter = (
  meter: SiteMeter,
  profile: MbusProfile,
  line: Pick<MbusLine, 'converse'>,
  lineCounter: ExchangeCounter,
  clock: Clock,
  deadlineMs: number,
  onObservation: (observation: MeterSamplesObservation) => void,
  tell: TellMbus = () => undefined,
) => {
  const address = addressOf(meter.mbus ?? {})
  const counter = createExchangeCounter()
  const lateness = createWorstOfMinute(clock.monotonicMs)
  const reader = createMbusReader(meter, profile, onObservation)
  const watch = createMbusWatch(meter.name ?? meter.id, tell)
  let dueMs = 0
  let failures = 0
  let skipped = 0
  let requests = 0
  let perSweep = 0
  let notes: readonly string[] = []
  let lastFault: DeviceHealth['lastFault'] = null
  let lastGoodAtMs: number | null = null
  let startMs: number | null = null
  let achievedMs: number | null = null
  const session = createMbusSession(line, address, clock, (outcome) => {
    requests += 1
    counter.note(outcome)
    lineCounter.note(outcome)
  })

  return {
    id: meter.id,
    target: session.target,
    counter,
    start(atMs: number): void {
      dueMs = atMs
    },
    dueMs: () => dueMs,
    /** Reads all of its telegrams now. Never rejects. */
    async poll(): Promise<void> {
      const nowMs = clock.monotonicMs()
      lateness.note(Math.max(0, nowMs - dueMs))
      if (startMs !== null) achievedMs = nowMs - startMs
      startMs = nowMs
      requests = 0
      const read = fitting(profile, session.name, await session.read())
      perSweep = requests
      if (read.ok) {
        failures = 0
        lastGoodAtMs = read.atMs
        notes = read.notes
        reader.accept(read.telegrams, read.atMs)
        watch.step(read.telegrams)
      } else if (read.fault.kind !== 'closed') {
        failures += 1
        lastFault = { atMs: read.atMs, kind: read.fault.kind, message: read.fault.message }
        reader.miss(qualityOfFault(read.fault), read.atMs)
      }
      const endMs = clock.monotonicMs()
      const next = nextDue(dueMs, meter.periodMs, endMs, read.ok ? null : failures)
      dueMs = next.dueMs
      skipped += next.skipped
    },
    lineDown(problem: string): void {
      lastFault = { atMs: clock.nowMs(), kind: 'offline', message: problem }
      reader.miss('offline', clock.nowMs())
    },
    stop: session.stop,
    /** The line is back: everybody is asked at once, as if for the first time. */
    lineUp(): void {
      failures = 0
      session.forget()
      dueMs = clock.monotonicMs()
    },
    health(isLineDown: boolean): DeviceHealth {
      const isTroubled =
        failures > 0 || (lastFault !== null && clock.nowMs() - lastFault.atMs < Math.max(60_000, meter.periodMs))
      return {
        ...counter.read(),
        kind: 'meter',
        lineId: meter.line,
        unit: session.target,
        address: session.name,
        state:
          failures >= silentAfter || isLineDown
            ? 'silent'
            : lastGoodAtMs === null && lastFault === null
              ? 'waiting'
              : isTroubled
                ? 'degraded'
                : 'ok',
        lastFault,
        lastGoodAtMs,
        skippedSweeps: skipped,
        latenessMs: lateness.read(),
        periodMs: meter.periodMs,
        achievedPeriodMs: achievedMs,
        requestsPerSweep: perSweep,
        notes: [...notes],
        deadlineMs,
        longestDeadlineMs: deadlineMs,
      }
    },
  }
}
export type MbusMeter = ReturnType<typeof createMbusMeter>

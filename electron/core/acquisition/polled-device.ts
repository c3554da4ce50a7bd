import type { DeviceHealth } from '../../../shared/model/health.ts'
import type { Quality } from '../../../shared/model/sample.ts'
import type { ReadableProfile, ReadBlock } from '../../../shared/profile/read-plan.ts'
import type { LineHabits } from '../../../shared/profile/register.ts'
import type { Clock, ExchangeOutcome, ModbusLine, ModbusRequest } from '../ports.ts'
import { planGroups, planKeys, registersOf } from './block-plan.ts'
import { createExchangeCounter, type ExchangeCounter } from './exchange-counts.ts'
import { bringForward, createWorstOfMinute, deadlineOf, skipMissed, type ScheduledBlock } from './poll-schedule.ts'
import { qualityOfFault } from './sample-age.ts'

/** Takes what was read; `words` of a key are its own registers only. */
export interface DeviceReader {
  accept(key: string, words: readonly number[], atMs: number, periodMs: number): void
  miss(key: string, quality: Exclude<Quality, 'good'>, atMs: number): void
  /** All keys of one exchange are in. */
  done(keys: readonly string[], atMs: number): void
}

export interface DeviceOptions {
  readonly kind: 'meter' | 'charger'
  readonly id: string
  readonly lineId: string
  readonly unit: number
  readonly periodMs: number
  readonly deadlineMs: number
  readonly profile: ReadableProfile & { readonly line: LineHabits }
  readonly mayPoll: () => boolean
}

/** Failed exchanges in a row after which a device is probed instead of polled. */
const silentAfter = 2
/**
 * Longest wait between probes of a silent device. A probe comes every second period, so that a device that is back is read
 * within three polls; on a shared line less often, so that dead devices take a third of its time at most.
 */
const longestProbeMs = 5000
/** A refused register is asked for again after this long: a firmware update or a setting may have brought it. */
const refusedPeriodMs = 600_000
const degradedForMs = 60_000

/** Exceptions that can mean "one of these registers is missing" (2, 3: Modbus Application Protocol V1.1b3, 7). */
const meansMissing = (code: number | null): boolean => code === 2 || code === 3

export const createPolledDevice = (
  options: DeviceOptions, line: ModbusLine, lineCounter: ExchangeCounter, reader: DeviceReader, clock: Clock,
) => {
  const { profile, unit, deadlineMs } = options
  const counter = createExchangeCounter()
  const lateness = createWorstOfMinute(clock.monotonicMs)
  const refused = new Set<string>()
  let items: ScheduledBlock[] = []
  let failures = 0
  let probeDueMs = 0
  let probeMs = 0
  let skipped = 0
  let lastFault: DeviceHealth['lastFault'] = null
  let lastGoodAtMs: number | null = null
  let firstStartMs: number | null = null
  let sweepMs: number | null = null
  const isSilent = () => failures >= silentAfter

  const schedule = (startMs: number): ScheduledBlock[] => planGroups({ profile, periodMs: options.periodMs, refused }).flatMap((group, rank) =>
    group.blocks.map((block, index) => ({
      block, periodMs: group.periodMs, refusals: 0, isForward: false, isPart: false,
      // Slower blocks start apart from each other and keep that distance, so that they never come all at once.
      dueMs: startMs + (rank === 0 ? 0 : (index + 1) * Math.min(250, group.periodMs / (group.blocks.length + 1))),
    })))

  const transact = async (request: ModbusRequest, priority: 'read' | 'write'): Promise<ExchangeOutcome> => {
    const { quietMs, maxRegisters } = profile.line
    const outcome = await line.transact(request, { deadlineMs, priority, quietMs, maxRegisters })
    counter.note(outcome)
    lineCounter.note(outcome)
    if (outcome.ok) lastGoodAtMs = outcome.atMs
    else lastFault = { atMs: outcome.atMs, kind: outcome.fault.kind, message: outcome.fault.message }
    if (outcome.ok || outcome.fault.kind === 'exception') revive()
    return outcome
  }

  const bringAllForward = (): void => {
    for (const item of items) if (item.periodMs !== refusedPeriodMs) bringForward(item, clock.monotonicMs())
  }

  const revive = (): void => {
    if (isSilent()) bringAllForward()
    failures = 0
  }

  const missAll = (quality: Exclude<Quality, 'good'>, atMs: number): void => {
    const keys = items.flatMap((item) => item.block.keys).filter((key) => !refused.has(key))
    for (const key of keys) reader.miss(key, quality, atMs)
    reader.done(keys, atMs)
  }

  /** Halves the block until the refused register stands alone, then plans anew around it. */
  const split = (item: ScheduledBlock): void => {
    const { keys } = item.block
    const [only] = keys
    if (keys.length === 1 && only !== undefined) {
      refused.add(only)
      const phaseMs = items[0]?.dueMs ?? clock.monotonicMs()
      const known = items.filter(({ block }) => block.keys.every((key) => refused.has(key)) && block !== item.block)
      items = [...schedule(phaseMs), ...known, { ...item, periodMs: refusedPeriodMs, dueMs: clock.monotonicMs() + refusedPeriodMs }]
      return
    }
    const ordered = keys.toSorted((left, right) => registersOf(profile, left).first - registersOf(profile, right).first)
    const middle = Math.ceil(ordered.length / 2)
    const parts = [ordered.slice(0, middle), ordered.slice(middle)].flatMap((half) =>
      planKeys(profile, new Set(half)))
    const dueMs = clock.monotonicMs()
    items = items.flatMap((other) => other === item
      ? parts.map((block): ScheduledBlock => ({ block, periodMs: item.periodMs, dueMs, refusals: 0, isForward: false, isPart: true }))
      : [other])
  }

  const deliver = (block: ReadBlock, words: readonly number[], atMs: number, periodMs: number): void => {
    for (const key of block.keys) {
      const { first, width } = registersOf(profile, key)
      reader.accept(key, words.slice(first - block.address, first - block.address + width), atMs, periodMs)
    }
    reader.done(block.keys, atMs)
  }

  const read = async (item: ScheduledBlock): Promise<void> => {
    const { block } = item
    const outcome = await transact({ unit, functionCode: block.functionCode, address: block.address, count: block.count }, 'read')
    if (outcome.ok) {
      item.refusals = 0
      if (item.periodMs === refusedPeriodMs) {
        for (const key of block.keys) refused.delete(key)
        items = schedule(clock.monotonicMs())
      }
      deliver(block, outcome.words, outcome.atMs, item.periodMs)
      return
    }
    const { fault, atMs } = outcome
    if (fault.kind === 'closed') return
    for (const key of block.keys) reader.miss(key, qualityOfFault(fault.kind), atMs)
    reader.done(block.keys, atMs)
    if (fault.kind === 'exception') {
      item.refusals += 1
      if (meansMissing(fault.code) && item.periodMs !== refusedPeriodMs && (item.isPart || item.refusals >= 2)) split(item)
      return
    }
    failures += 1
    if (!isSilent()) return
    missAll(qualityOfFault(fault.kind), atMs)
    probeDueMs = clock.monotonicMs() + probeMs
  }

  const first = (): ScheduledBlock | undefined => items[0]

  return {
    id: options.id, kind: options.kind, unit,
    isSilent,
    mayPoll: options.mayPoll,
    transact,
    counter,
    deadlineMs,
    start(startMs: number): void { items = schedule(startMs) },
    /** The block to read next with its deadline and when it is due; null while nothing may be read. */
    next(): { readonly item: ScheduledBlock; readonly dueMs: number; readonly deadlineMs: number } | null {
      if (!options.mayPoll()) return null
      const head = first()
      if (head === undefined) return null
      if (isSilent()) return { item: head, dueMs: probeDueMs, deadlineMs: probeDueMs + probeMs }
      const nowMs = clock.monotonicMs()
      let best = head
      for (const item of items) {
        const isDue = item.dueMs <= nowMs
        const isBestDue = best.dueMs <= nowMs
        if (isDue !== isBestDue ? isDue : isDue ? deadlineOf(item) < deadlineOf(best) : item.dueMs < best.dueMs) best = item
      }
      return { item: best, dueMs: best.dueMs, deadlineMs: deadlineOf(best) }
    },
    /** Reads one block now. `silentOnLine`: how many devices of the line are silent, so that their probes leave it free. */
    async poll(item: ScheduledBlock, silentOnLine: number, isAlone: boolean): Promise<void> {
      const nowMs = clock.monotonicMs()
      probeMs = Math.max(Math.min(longestProbeMs, 2 * options.periodMs), isAlone ? 0 : 3 * deadlineMs * Math.max(1, silentOnLine))
      if (!isSilent()) {
        const missed = skipMissed(item, nowMs)
        if (item === first()) skipped += missed
        if (!item.isForward) lateness.note(nowMs - item.dueMs)
        if (item === first()) {
          if (firstStartMs !== null) sweepMs = sweepMs === null ? nowMs - firstStartMs : sweepMs + 0.2 * (nowMs - firstStartMs - sweepMs)
          firstStartMs = nowMs
        }
      } else skipMissed(item, nowMs)
      item.isForward = false
      item.dueMs += item.periodMs
      await read(item)
    },
    /** All fast blocks at once, outside the schedule. */
    async readNow(): Promise<void> {
      const fastest = Math.min(...items.map((item) => item.periodMs))
      for (const item of items.filter(({ periodMs }) => periodMs === fastest)) await read(item)
    },
    lineDown(problem: string): void {
      const atMs = clock.nowMs()
      lastFault = { atMs, kind: 'offline', message: problem }
      missAll('offline', atMs)
    },
    /** The line is back: whatever was silent may answer again, and is asked at once. */
    lineUp(): void {
      failures = 0
      bringAllForward()
    },
    health(isLineDown: boolean): DeviceHealth {
      const hadFault = lastFault !== null && clock.nowMs() - lastFault.atMs < degradedForMs
      const state = isSilent() || isLineDown ? 'silent' : lastGoodAtMs === null && lastFault === null ? 'waiting' : hadFault || refused.size > 0 ? 'degraded' : 'ok'
      return {
        ...counter.read(), kind: options.kind, lineId: options.lineId, unit, state, lastFault, lastGoodAtMs, skippedSweeps: skipped,
        latenessMs: lateness.read(), periodMs: options.periodMs, achievedPeriodMs: sweepMs,
        requestsPerSweep: items.filter((item) => item.periodMs === items[0]?.periodMs).length,
      }
    },
  }
}
export type PolledDevice = ReturnType<typeof createPolledDevice>

import type { DeviceHealth } from '../../../shared/model/health.ts'
import type { Quality } from '../../../shared/model/sample.ts'
import type { ReadableProfile, ReadBlock } from '../../../shared/profile/read-plan.ts'
import type { LineHabits } from '../../../shared/profile/register.ts'
import type { Clock, ExchangeFault, ExchangeOutcome, ModbusLine, ModbusRequest } from '../ports.ts'
import { planGroups, planKeys, registersOf, wordsOf } from './block-plan.ts'
import { createAdaptiveDeadline } from './adaptive-deadline.ts'
import { createExchangeCounter, type ExchangeCounter } from './exchange-counts.ts'
import type { LinkHabits } from './link-habits.ts'
import { bringForward, createWorstOfMinute, deadlineOf, skipMissed, type ScheduledBlock } from './poll-schedule.ts'
import { gatewaySays, qualityOfFault } from './sample-age.ts'

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
  /** Periods of single quantities, ms, instead of their cadence's. */
  readonly periods?: Readonly<Partial<Record<string, number>>>
  readonly link: LinkHabits
  /** Shared by the devices of a line: until when it may be busy with a request that was given up. */
  readonly heldUp: { untilMs: number }
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
/**
 * Waits before a refused register is asked for again: soon, because a starting gateway refuses what it has a moment later; then
 * seldom, because only a firmware update or a setting brings a register that is truly missing.
 */
const retryMs = [2000, 10_000, 60_000, 600_000] as const
const degradedForMs = 60_000

/** Exceptions that can mean "one of these registers is missing" (2, 3: Modbus Application Protocol V1.1b3, 7). */
const meansMissing = (code: number | null): boolean => code === 2 || code === 3

/** Requests of one kind take about the same time: the same block, read again. */
const kindOf = (request: ModbusRequest): string =>
  `${String(request.functionCode)}:${String(request.address)}:${String('count' in request ? request.count : request.words.length)}`

const faultName = (fault: ExchangeFault): string => {
  const said = gatewaySays(fault)
  return said === null
    ? fault.kind
    : said === 'silent'
      ? 'gateway: no reply from the device'
      : 'gateway: no path to this unit'
}

export const createPolledDevice = (
  options: DeviceOptions,
  line: ModbusLine,
  lineCounter: ExchangeCounter,
  reader: DeviceReader,
  clock: Clock,
) => {
  const { unit, link, heldUp } = options
  let { profile } = options
  const deadlines = createAdaptiveDeadline(link)
  const counter = createExchangeCounter()
  const lateness = createWorstOfMinute(clock.monotonicMs)
  const refused = new Set<string>()
  /** Reads this device has answered with values. */
  let answers = 0
  let soundings = 0
  let items: ScheduledBlock[] = []
  let failures = 0
  let probeDueMs = 0
  let probeMs = 0
  /** Silent devices of the line beside this one; null where it has the line to itself. */
  let othersSilent: number | null = null
  let skipped = 0
  let lastFault: DeviceHealth['lastFault'] = null
  let lastGoodAtMs: number | null = null
  let firstStartMs: number | null = null
  let sweepMs: number | null = null
  let isUnrouted = false
  let flying = 0
  let lastFailureMs = -Infinity
  const isSilent = () => failures >= silentAfter

  const schedule = (startMs: number): ScheduledBlock[] =>
    planGroups({
      profile,
      periodMs: options.periodMs,
      refused,
      ...(options.periods === undefined ? {} : { periods: options.periods }),
    }).flatMap((group, rank) =>
      group.blocks.map((block, index) => ({
        block,
        periodMs: group.periodMs,
        refusals: 0,
        answersAtRefusal: null,
        isForward: false,
        isFlying: false,
        isRetry: false,
        // Slower blocks start apart from each other and keep that distance, so that they never come all at once.
        dueMs: startMs + (rank === 0 ? 0 : (index + 1) * Math.min(250, group.periodMs / (group.blocks.length + 1))),
      })),
    )

  const exchange = async (
    request: ModbusRequest,
    priority: 'read' | 'write',
    isRefusalKnown: boolean,
  ): Promise<ExchangeOutcome> => {
    const { quietMs, maxRegisters } = profile.line
    const kind = kindOf(request)
    const sentMs = clock.monotonicMs()
    const heldMs = Math.max(0, heldUp.untilMs - sentMs)
    // A write that is lost is never repeated blindly, so it gets all the time there is.
    const ownMs = priority === 'write' ? link.ceilingMs : deadlines.next(kind, isSilent())
    const outcome = await line.transact(request, { deadlineMs: ownMs + heldMs, priority, quietMs, maxRegisters })
    counter.note(outcome)
    lineCounter.note(outcome)
    if (outcome.ok) {
      lastGoodAtMs = outcome.atMs
      // A reply that may have waited behind a lost request says nothing about this device.
      if (heldMs === 0) deadlines.replied(kind, outcome.turnaroundMs)
      heldUp.untilMs = 0
    } else {
      if (!(isRefusalKnown && outcome.fault.kind === 'exception'))
        lastFault = { atMs: outcome.atMs, kind: faultName(outcome.fault), message: outcome.fault.message }
      if (outcome.fault.kind === 'timeout') {
        deadlines.timedOut()
        heldUp.untilMs = Math.max(heldUp.untilMs, sentMs + link.holdMs)
      } else if (outcome.fault.kind === 'exception') heldUp.untilMs = 0
    }
    isUnrouted = !outcome.ok && gatewaySays(outcome.fault) === 'no-path'
    if (outcome.ok || (outcome.fault.kind === 'exception' && gatewaySays(outcome.fault) === null)) revive()
    return outcome
  }

  const transact = (
    request: ModbusRequest,
    priority: 'read' | 'write',
    isRefusalKnown = false,
  ): Promise<ExchangeOutcome> => exchange(request, priority, isRefusalKnown)

  const bringAllForward = (): void => {
    for (const item of items) if (!item.isRetry) bringForward(item, clock.monotonicMs())
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

  /** Plans anew around the refused keys, and goes on asking for each of those now and then. */
  const replan = (): void => {
    const phaseMs = items[0]?.dueMs ?? clock.monotonicMs()
    const retries = items.filter(({ isRetry, block }) => isRetry && block.keys.every((key) => refused.has(key)))
    items = [...schedule(phaseMs), ...retries]
  }

  /** Halves the block until the refused register stands alone, then plans around it. */
  const split = (item: ScheduledBlock): void => {
    const { keys } = item.block
    const [only] = keys
    if (keys.length === 1 && only !== undefined) {
      refused.add(only)
      items.push({
        ...item,
        periodMs: retryMs[0],
        dueMs: clock.monotonicMs() + retryMs[0],
        refusals: 0,
        isFlying: false,
        isRetry: true,
      })
      replan()
      return
    }
    const ordered = keys.toSorted((left, right) => registersOf(profile, left).first - registersOf(profile, right).first)
    const middle = Math.ceil(ordered.length / 2)
    const parts = [ordered.slice(0, middle), ordered.slice(middle)].flatMap((half) => planKeys(profile, new Set(half)))
    const dueMs = clock.monotonicMs()
    items = items.flatMap((other) =>
      other === item
        ? parts.map((block): ScheduledBlock => ({ ...item, block, dueMs, isForward: false, isFlying: false }))
        : [other],
    )
  }

  const isAllRefused = (): boolean => items.every((item) => item.isRetry || item.refusals > 0)

  /** While every block is refused, one quantity at a time is asked for alone: an answer tells a missing register from a device that is not ready. */
  const sound = async (): Promise<void> => {
    const keys = items.flatMap((item) => (item.isRetry ? [] : item.block.keys))
    const key = keys[soundings % keys.length]
    soundings += 1
    const [block] = key === undefined || keys.length === 1 ? [] : planKeys(profile, new Set([key]))
    if (block === undefined) return
    const outcome = await transact(
      { unit, functionCode: block.functionCode, address: block.address, count: block.count },
      'read',
    )
    if (!outcome.ok) return
    answers += 1
    deliver(block, outcome.words, outcome.atMs, options.periodMs)
  }

  /**
   * A refusal. It is held against the block only if the device answered something since the block's last refusal (or its parent's):
   * a device or gateway that is starting refuses everything for a while, and must not lose its registers over it.
   */
  const noteRefusal = async (item: ScheduledBlock, isMissing: boolean): Promise<void> => {
    item.refusals += 1
    if (item.isRetry) {
      item.periodMs = retryMs[Math.min(item.refusals, retryMs.length - 1)] ?? retryMs[3]
      item.dueMs = clock.monotonicMs() + item.periodMs
      return
    }
    if (!isMissing) return
    const isAlone = item.answersAtRefusal !== null && answers > item.answersAtRefusal
    item.answersAtRefusal = answers
    if (isAlone) split(item)
    else if (item === items[0] && item.refusals >= 2 && isAllRefused()) await sound()
  }

  const noteAnswer = (item: ScheduledBlock): void => {
    const nowMs = clock.monotonicMs()
    if (!item.isRetry && items.length > 1 && isAllRefused()) bringAllForward()
    answers += 1
    item.refusals = 0
    item.answersAtRefusal = null
    if (!item.isRetry) return
    for (const key of item.block.keys) refused.delete(key)
    // What brought this register back may have brought the others: they are asked for once, now.
    for (const other of items) if (other.isRetry) other.dueMs = Math.min(other.dueMs, nowMs)
    replan()
  }

  const deliver = (block: ReadBlock, words: readonly number[], atMs: number, periodMs: number): void => {
    for (const key of block.keys) reader.accept(key, wordsOf(profile, key, block, words), atMs, periodMs)
    reader.done(block.keys, atMs)
  }

  const read = async (item: ScheduledBlock): Promise<void> => {
    const { block } = item
    const sentMs = clock.monotonicMs()
    const outcome = await exchange(
      { unit, functionCode: block.functionCode, address: block.address, count: block.count },
      'read',
      item.isRetry,
    )
    if (outcome.ok) {
      noteAnswer(item)
      const planned = items.find((other) => !other.isRetry && block.keys.some((key) => other.block.keys.includes(key)))
      deliver(block, outcome.words, outcome.atMs, planned?.periodMs ?? item.periodMs)
      return
    }
    const { fault, atMs } = outcome
    if (fault.kind === 'closed') return
    const quality = qualityOfFault(fault)
    for (const key of block.keys) reader.miss(key, quality, atMs)
    reader.done(block.keys, atMs)
    if (fault.kind === 'exception' && gatewaySays(fault) === null) {
      await noteRefusal(item, meansMissing(fault.code))
      return
    }
    // Of several reads that were under way together only the first to fail counts: they had one cause.
    if (sentMs >= lastFailureMs) failures += 1
    lastFailureMs = clock.monotonicMs()
    if (!isSilent()) return
    missAll(quality, atMs)
    // A gateway that refuses at once costs the line nothing; a silence costs its whole deadline.
    const costMs = clock.monotonicMs() - sentMs
    probeMs = Math.max(
      Math.min(longestProbeMs, 2 * options.periodMs),
      othersSilent === null ? 0 : 3 * costMs * (1 + othersSilent),
    )
    probeDueMs = clock.monotonicMs() + probeMs
  }

  const first = (): ScheduledBlock | undefined => items[0]
  const deadlineMs = (): number => {
    const head = first()?.block
    return head === undefined
      ? link.ceilingMs
      : deadlines.next(
          kindOf({ unit, functionCode: head.functionCode, address: head.address, count: head.count }),
          isSilent(),
        )
  }

  return {
    id: options.id,
    kind: options.kind,
    unit,
    periodMs: options.periodMs,
    isSilent,
    mayPoll: options.mayPoll,
    transact,
    counter,
    /** A reply of this unit that came after its deadline. */
    noteLateReply(afterMs: number | undefined): void {
      counter.noteLateReply()
      if (afterMs !== undefined) deadlines.cameLate(afterMs)
    },
    start(startMs: number): void {
      items = schedule(startMs)
    },
    /** Reads these registers from now on. Only while no read is under way: its words would be cut by the wrong profile. */
    adopt(next: DeviceOptions['profile']): void {
      profile = next
      refused.clear()
      items = schedule(clock.monotonicMs())
    },
    /** The block to read next with its deadline and when it is due; null while nothing may be read. */
    next(): { readonly item: ScheduledBlock; readonly dueMs: number; readonly deadlineMs: number } | null {
      if (!options.mayPoll()) return null
      const head = first()
      if (head === undefined) return null
      // Ahead of a reply only the next block of a device that is well: whatever is amiss is looked into one request at a time.
      if (flying > 0 && (failures > 0 || items.some((item) => !item.isRetry && item.refusals > 0))) return null
      if (isSilent()) return { item: head, dueMs: probeDueMs, deadlineMs: probeDueMs + probeMs }
      const nowMs = clock.monotonicMs()
      let best: ScheduledBlock | null = null
      for (const item of items) {
        if (item.isFlying) continue
        if (best === null) {
          best = item
          continue
        }
        const isDue = item.dueMs <= nowMs
        const isBestDue = best.dueMs <= nowMs
        if (isDue !== isBestDue ? isDue : isDue ? deadlineOf(item) < deadlineOf(best) : item.dueMs < best.dueMs)
          best = item
      }
      return best === null ? null : { item: best, dueMs: best.dueMs, deadlineMs: deadlineOf(best) }
    },
    /** Reads one block now. `silentOnLine`: how many devices of the line are silent, so that their probes leave it free. */
    async poll(item: ScheduledBlock, silentOnLine: number, isAlone: boolean): Promise<void> {
      const nowMs = clock.monotonicMs()
      othersSilent = isAlone ? null : Math.max(0, silentOnLine - (isSilent() ? 1 : 0))
      if (!isSilent()) {
        const missed = skipMissed(item, nowMs)
        if (item === first()) skipped += missed
        if (!item.isForward) lateness.note(nowMs - item.dueMs)
        if (item === first()) {
          if (firstStartMs !== null)
            sweepMs = sweepMs === null ? nowMs - firstStartMs : sweepMs + 0.2 * (nowMs - firstStartMs - sweepMs)
          firstStartMs = nowMs
        }
      } else skipMissed(item, nowMs)
      item.isForward = false
      item.dueMs += item.periodMs
      item.isFlying = true
      flying += 1
      try {
        await read(item)
      } finally {
        item.isFlying = false
        flying -= 1
      }
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
      // A register this device refuses is said per quantity; it does not make the device a bad one.
      const state =
        isUnrouted && !isLineDown
          ? 'unrouted'
          : isSilent() || isLineDown
            ? 'silent'
            : lastGoodAtMs === null && lastFault === null
              ? 'waiting'
              : hadFault
                ? 'degraded'
                : 'ok'
      return {
        ...counter.read(),
        kind: options.kind,
        lineId: options.lineId,
        unit,
        address: `unit ${String(unit)}`,
        state,
        lastFault,
        lastGoodAtMs,
        notes: [],
        skippedSweeps: skipped,
        latenessMs: lateness.read(),
        periodMs: options.periodMs,
        achievedPeriodMs: sweepMs,
        requestsPerSweep: items.filter((item) => !item.isRetry && item.periodMs === items[0]?.periodMs).length,
        deadlineMs: deadlineMs(),
        longestDeadlineMs: link.ceilingMs,
      }
    },
  }
}
export type PolledDevice = ReturnType<typeof createPolledDevice>

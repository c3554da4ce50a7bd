import type { DeviceHealth } from '../../../shared/model/health.ts'
import type { Quality } from '../../../shared/model/sample.ts'
import type { ReadableProfile, ReadBlock } from '../../../shared/profile/read-plan.ts'
import type { LineHabits } from '../../../shared/profile/register.ts'
import type { Clock, ExchangeFault, ExchangeOutcome, ModbusLine, ModbusRequest } from '../ports.ts'
import {
  adopted,
  allForward,
  answeredBlock,
  answeredElse,
  begun,
  isAllRefused,
  landed,
  nextBlock,
  openBook,
  periodOfBlock,
  refusedBlock,
  sent,
  soundingBlock,
  type BlockBook,
} from './block-book.ts'
import { wordsOf } from './block-plan.ts'
import { createDeviceExchange } from './device-exchange.ts'
import { deviceHealth } from './device-health.ts'
import { failed, isSilent, newLife, probedLater, revived, type DeviceLife } from './device-life.ts'
import type { ExchangeCounter } from './exchange-counts.ts'
import type { LinkHabits } from './link-habits.ts'
import { newPace, sweepBegan, type PollPace } from './poll-pace.ts'
import { createWorstOfMinute, deadlineOf, missedPeriods, type ScheduledBlock } from './poll-schedule.ts'
import { createRooms } from './read-room.ts'
import { gatewaySays, periodForAge, qualityOfFault } from './sample-age.ts'

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

/** Exceptions that can mean "one of these registers is missing" (2, 3: Modbus Application Protocol V1.1b3, 7). */
const meansMissing = (code: number | null): boolean => code === 2 || code === 3

/** What a polled device remembers; its steps are in block-book, device-life and poll-pace. */
interface Memory {
  profile: DeviceOptions['profile']
  book: BlockBook
  life: DeviceLife
  pace: PollPace
  soundings: number
  /** Silent devices of the line beside this one; null where it has the line to itself. */
  othersSilent: number | null
  /** Reads under way. */
  flying: number
}

/** One Modbus device: a shell that asks, and hands each outcome to the steps and to the reader. */
export const createPolledDevice = (
  options: DeviceOptions,
  line: ModbusLine,
  lineCounter: ExchangeCounter,
  reader: DeviceReader,
  clock: Clock,
) => {
  const { unit, link } = options
  const exchange = createDeviceExchange(line, link, options.heldUp, lineCounter, clock)
  const roomFor = createRooms()
  const lateness = createWorstOfMinute(clock.monotonicMs)
  const memory: Memory = {
    profile: options.profile,
    book: openBook(options.profile, options),
    life: newLife,
    pace: newPace,
    soundings: 0,
    othersSilent: null,
    flying: 0,
  }

  const requestOf = ({ functionCode, address, count }: ReadBlock): ModbusRequest => ({
    unit,
    functionCode,
    address,
    count,
  })
  const first = (): ScheduledBlock | undefined => memory.book.items[0]
  const bringAllForward = (): void => {
    memory.book = allForward(memory.book, clock.monotonicMs())
  }

  const transact = async (
    request: ModbusRequest,
    priority: 'read' | 'write',
    isRefusalKnown = false,
  ): Promise<ExchangeOutcome> => {
    const room = roomFor(memory.profile, memory.book.refused, request)
    const wish = { priority, isRefusalKnown, isSilent: isSilent(memory.life), room }
    const asked = await exchange.run(request, memory.profile.line, wish)
    // A read that only lost its place in the stream is asked once more; a write is not repeated blindly.
    const isRepeated = !asked.ok && asked.fault.isOutOfStep === true && 'count' in request
    const outcome = isRepeated ? await exchange.run(request, memory.profile.line, wish) : asked
    const isAlive = outcome.ok || (outcome.fault.kind === 'exception' && gatewaySays(outcome.fault) === null)
    if (isAlive) {
      if (isSilent(memory.life)) bringAllForward()
      memory.life = revived(memory.life)
    }
    return outcome
  }

  const miss = (keys: readonly string[], quality: Exclude<Quality, 'good'>, atMs: number): void => {
    for (const key of keys) reader.miss(key, quality, atMs)
    reader.done(keys, atMs)
  }
  const missAll = (quality: Exclude<Quality, 'good'>, atMs: number): void => {
    const { items, refused } = memory.book
    miss(
      items.flatMap((item) => item.block.keys).filter((key) => !refused.has(key)),
      quality,
      atMs,
    )
  }
  const deliver = (block: ReadBlock, words: readonly number[], atMs: number, periodMs: number): void => {
    for (const key of block.keys) reader.accept(key, wordsOf(memory.profile, key, block, words), atMs, periodMs)
    reader.done(block.keys, atMs)
  }

  const sound = async (): Promise<void> => {
    const block = soundingBlock(memory.book, memory.soundings)
    memory.soundings += 1
    if (block === null) return
    const outcome = await transact(requestOf(block), 'read')
    if (!outcome.ok) return
    memory.book = answeredElse(memory.book)
    deliver(block, outcome.words, outcome.atMs, options.periodMs)
  }

  const noteRefusal = async (item: ScheduledBlock, isMissing: boolean): Promise<void> => {
    const before = memory.book
    memory.book = refusedBlock(before, item.id, isMissing, clock.monotonicMs())
    const head = first()
    const isHead = head?.id === item.id && before.items[0]?.id === item.id
    if (isMissing && isHead && head.refusals >= 2 && isAllRefused(memory.book)) await sound()
  }

  const noteFailure = (fault: ExchangeFault, sentMs: number, atMs: number): void => {
    const nowMs = clock.monotonicMs()
    memory.life = failed(memory.life, sentMs, nowMs)
    if (!isSilent(memory.life)) return
    missAll(qualityOfFault(fault), atMs)
    const cost = { periodMs: options.periodMs, costMs: nowMs - sentMs, othersSilent: memory.othersSilent }
    memory.life = probedLater(memory.life, cost, nowMs)
  }

  const read = async (item: ScheduledBlock): Promise<void> => {
    const { block } = item
    const sentMs = clock.monotonicMs()
    const outcome = await transact(requestOf(block), 'read', item.isRetry)
    if (outcome.ok) {
      memory.book = answeredBlock(memory.book, item.id, clock.monotonicMs())
      const periodMs = periodOfBlock(memory.book, block, item.periodMs)
      deliver(block, outcome.words, outcome.atMs, periodForAge(periodMs, memory.pace.sweepMs))
      return
    }
    const { fault, atMs } = outcome
    if (fault.kind === 'closed') return
    miss(block.keys, qualityOfFault(fault), atMs)
    if (fault.kind === 'exception' && gatewaySays(fault) === null) await noteRefusal(item, meansMissing(fault.code))
    // What can't be told apart is no sign of silence: the device is asked again on its beat.
    else if (fault.kind !== 'doubtful' || isSilent(memory.life)) noteFailure(fault, sentMs, atMs)
  }

  const noteStart = (item: ScheduledBlock, nowMs: number): void => {
    if (isSilent(memory.life)) return
    if (!item.isForward) lateness.note(nowMs - item.dueMs - missedPeriods(item, nowMs) * item.periodMs)
    if (item.id === first()?.id) memory.pace = sweepBegan(memory.pace, missedPeriods(item, nowMs), nowMs)
  }

  return {
    id: options.id,
    kind: options.kind,
    unit,
    periodMs: options.periodMs,
    isSilent: () => isSilent(memory.life),
    mayPoll: options.mayPoll,
    transact,
    counter: exchange.counter,
    noteLateReply: exchange.noteLateReply,
    start(startMs: number): void {
      memory.book = begun(memory.book, startMs)
    },
    /** Reads these registers from now on. Only while no read is under way: its words would be cut by the wrong profile. */
    adopt(next: DeviceOptions['profile']): void {
      memory.profile = next
      memory.book = adopted(memory.book, next, clock.monotonicMs())
    },
    /** The block to read next with its deadline and when it is due; null while nothing may be read. */
    next(): { readonly item: ScheduledBlock; readonly dueMs: number; readonly deadlineMs: number } | null {
      const { book, life, flying } = memory
      const head = first()
      if (!options.mayPoll() || head === undefined) return null
      // Ahead of a reply only the next block of a device that is well: whatever is amiss is looked into one request at a time.
      if (flying > 0 && (life.failures > 0 || book.items.some((item) => !item.isRetry && item.refusals > 0)))
        return null
      if (isSilent(life)) return { item: head, dueMs: life.probeDueMs, deadlineMs: life.probeDueMs + life.probeMs }
      const best = nextBlock(book, clock.monotonicMs())
      return best === null ? null : { item: best, dueMs: best.dueMs, deadlineMs: deadlineOf(best) }
    },
    /** Reads one block now. `silentOnLine`: how many devices of the line are silent, so that their probes leave it free. */
    async poll(item: ScheduledBlock, silentOnLine: number, isAlone: boolean): Promise<void> {
      const nowMs = clock.monotonicMs()
      memory.othersSilent = isAlone ? null : Math.max(0, silentOnLine - (isSilent(memory.life) ? 1 : 0))
      noteStart(item, nowMs)
      memory.book = sent(memory.book, item.id, nowMs)
      memory.flying += 1
      try {
        await read(item)
      } finally {
        memory.book = landed(memory.book, item.id)
        memory.flying -= 1
      }
    },
    lineDown(problem: string): void {
      const atMs = clock.nowMs()
      exchange.noteFault(atMs, 'offline', problem)
      missAll('offline', atMs)
    },
    /** The line is back: whatever was silent may answer again, and is asked at once. */
    lineUp(): void {
      memory.life = revived(memory.life)
      bringAllForward()
    },
    health(isLineDown: boolean): DeviceHealth {
      const head = first()?.block
      return deviceHealth(options, {
        ...exchange.known(),
        counts: exchange.counter.read(),
        isSilent: isSilent(memory.life),
        isLineDown,
        pace: memory.pace,
        latenessMs: lateness.read(),
        items: memory.book.items,
        longestDeadlineMs: exchange.longestDeadlineMs(),
        beyondReach: exchange.beyondReach(),
        deadlineMs:
          head === undefined
            ? exchange.longestDeadlineMs()
            : exchange.deadlineMs(requestOf(head), isSilent(memory.life)),
        nowMs: clock.nowMs(),
      })
    },
  }
}
export type PolledDevice = ReturnType<typeof createPolledDevice>

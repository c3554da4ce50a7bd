import type { DeviceHealth } from '../../../shared/model/health.ts'
import type { Quality } from '../../../shared/model/sample.ts'
import type { ReadableProfile, ReadBlock } from '../../../shared/profile/read-plan.ts'
import type { LineHabits } from '../../../shared/profile/register.ts'
import type { Clock, ExchangeFault, ExchangeOutcome, FactShelf, ModbusLine, ModbusRequest } from '../ports.ts'
import {
  allForward,
  answeredElse,
  bearable,
  isAllRefused,
  keysInForce,
  landed,
  nextBlock,
  openBook,
  periodOfBlock,
  probeBlock,
  sent,
  soundingBlock,
  type BlockBook,
} from './block-book.ts'
import { answeredBlock, delayedBlock, missedBlock } from './block-learning.ts'
import { factsOf, isSameLearned, recalled } from './block-memory.ts'
import { wordsOf } from './block-plan.ts'
import { createDeviceExchange } from './device-exchange.ts'
import { deviceHealth } from './device-health.ts'
import { failed, isSilent, newLife, probedLater, revived, type DeviceLife } from './device-life.ts'
import { doubted, noDoubt, type DoubtWait } from './doubt-wait.ts'
import type { ExchangeCounter } from './exchange-counts.ts'
import type { LinkHabits } from './link-habits.ts'
import { newPace, sweepBegan, type PollPace } from './poll-pace.ts'
import { createWorstOfMinute, deadlineOf, isInForce, missedPeriods, type ScheduledBlock } from './poll-schedule.ts'
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
  readonly mayAsk: () => boolean
  /** Where what was learned of the device is kept for the next start. */
  readonly facts?: FactShelf
}

/**
 * Exceptions that keep to a block: makers answer a missing register or a block that is too long with 1, 2, 3, 4 and others. Not the ones
 * that say "later" (5 acknowledge, 6 busy: Modbus Application Protocol V1.1b3, 7); a gateway's own (10, 11) are no answer of the device.
 */
const keepsToBlock = (code: number | null): boolean => code !== 5 && code !== 6
/**
 * Faults by which a device may answer a block that is too long for it or for a gateway on the way, or a register it does not have; some
 * reset the connection over it (evcc-io/evcc#17712).
 */
const mayBeTheBlock = ({ kind, code }: ExchangeFault): boolean =>
  ['timeout', 'crc', 'malformed', 'offline'].includes(kind) || (kind === 'exception' && code === 0x0b)

/** What a polled device remembers; its steps are in block-book, device-life and poll-pace. */
interface Memory {
  profile: DeviceOptions['profile']
  book: BlockBook
  life: DeviceLife
  pace: PollPace
  doubt: DoubtWait
  soundings: number
  probes: number
  /** Silent devices of the line beside this one; null where it has the line to itself. */
  othersSilent: number | null
  /** Reads under way. */
  flying: number
  /** The book when facts were made of it last: they are only made anew where something was learned since. */
  kept: BlockBook | null
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
    doubt: noDoubt,
    soundings: 0,
    probes: 0,
    othersSilent: null,
    flying: 0,
    kept: null,
  }
  const place = `${options.lineId} ${String(unit)}`
  const recall = (startMs: number): void => {
    memory.book = recalled(memory.book, options.facts?.recall(options.id), place, startMs)
  }
  const keepFacts = (): void => {
    if (options.facts === undefined || (memory.kept !== null && isSameLearned(memory.kept, memory.book))) return
    memory.kept = memory.book
    const facts = factsOf(memory.book, place)
    if (facts !== null) options.facts.keep(options.id, facts)
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
    const room = () => roomFor(memory.profile, bearable(memory.book), memory.book.refused, request)
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
  const missAll = (quality: Exclude<Quality, 'good'>, atMs: number): void =>
    miss(keysInForce(memory.book), quality, atMs)
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
    memory.book = isMissing
      ? missedBlock(before, item.id, 'refused', clock.monotonicMs())
      : delayedBlock(before, item.id)
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

  /** No answer at all. What is only tried says nothing of the device while others are in force. */
  const noteSilence = (item: ScheduledBlock, fault: ExchangeFault, sentMs: number, atMs: number): void => {
    if (mayBeTheBlock(fault)) memory.book = missedBlock(memory.book, item.id, 'unanswered', clock.monotonicMs())
    if (isInForce(item)) noteFailure(fault, sentMs, atMs)
  }

  const read = async (item: ScheduledBlock): Promise<void> => {
    const { block } = item
    const sentMs = clock.monotonicMs()
    const outcome = await transact(requestOf(block), 'read', !isInForce(item))
    const isUnasked = !outcome.ok && outcome.fault.isUnasked === true
    memory.doubt = isUnasked ? doubted(memory.doubt, clock.monotonicMs()) : noDoubt
    if (outcome.ok) {
      memory.book = answeredBlock(memory.book, item.id, clock.monotonicMs())
      const periodMs = periodOfBlock(memory.book, block, item.periodMs)
      deliver(block, outcome.words, outcome.atMs, periodForAge(periodMs, memory.pace.sweepMs))
      return
    }
    const { fault, atMs } = outcome
    if (fault.kind === 'closed') return
    // What a trial asks for is read by others too.
    if (item.role !== 'trial') miss(block.keys, qualityOfFault(fault), atMs)
    if (fault.kind === 'exception' && gatewaySays(fault) === null) await noteRefusal(item, keepsToBlock(fault.code))
    // What can't be told apart is no sign of silence: the device is asked again on its beat.
    else if (fault.kind !== 'doubtful' || isSilent(memory.life)) noteSilence(item, fault, sentMs, atMs)
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
    mayAsk: options.mayAsk,
    transact,
    counter: exchange.counter,
    noteLateReply: exchange.noteLateReply,
    start(startMs: number): void {
      recall(startMs)
    },
    /** Reads these registers from now on. Only while no read is under way: its words would be cut by the wrong profile. */
    adopt(next: DeviceOptions['profile']): void {
      memory.profile = next
      memory.book = { ...memory.book, profile: next }
      recall(clock.monotonicMs())
    },
    /** The block to read next with its deadline and when it is due; null while nothing may be read. */
    next(): { readonly item: ScheduledBlock; readonly dueMs: number; readonly deadlineMs: number } | null {
      const { book, life, flying } = memory
      const head = first()
      if (!options.mayAsk() || head === undefined) return null
      // Ahead of a reply only the next block of a device that is well: whatever is amiss is looked into one request at a time.
      if (flying > 0 && (life.failures > 0 || book.items.some((item) => isInForce(item) && item.refusals > 0)))
        return null
      if (isSilent(life)) {
        const item = probeBlock(book, memory.probes) ?? head
        return { item, dueMs: life.probeDueMs, deadlineMs: life.probeDueMs + life.probeMs }
      }
      const best = nextBlock(book, clock.monotonicMs())
      if (best === null) return null
      return { item: best, dueMs: Math.max(best.dueMs, memory.doubt.untilMs), deadlineMs: deadlineOf(best) }
    },
    /** Reads one block now. `silentOnLine`: how many devices of the line are silent, so that their probes leave it free. */
    async poll(item: ScheduledBlock, silentOnLine: number, isAlone: boolean): Promise<void> {
      const nowMs = clock.monotonicMs()
      memory.othersSilent = isAlone ? null : Math.max(0, silentOnLine - (isSilent(memory.life) ? 1 : 0))
      if (isSilent(memory.life)) memory.probes += 1
      noteStart(item, nowMs)
      memory.book = sent(memory.book, item.id, nowMs)
      memory.flying += 1
      try {
        await read(item)
      } finally {
        memory.book = landed(memory.book, item.id)
        memory.flying -= 1
        keepFacts()
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

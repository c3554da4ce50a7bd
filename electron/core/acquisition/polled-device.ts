import type { DeviceHealth } from '../../../shared/model/health.ts'
import type { Quality } from '../../../shared/model/sample.ts'
import type { ReadBlock } from '../../../shared/profile/read-plan.ts'
import type { Clock } from '../ports.ts'
import type { ExchangeFault } from '../lines/field-line.ts'
import type { ExchangeOutcome, ModbusLine, ModbusRequest } from '../lines/modbus-line.ts'
import type { FactShelf } from '../field/fact-shelf.ts'
import {
  answeredElse,
  bearable,
  keysInForce,
  landed,
  openBook,
  sent,
  soundingBlock,
  type BlockBook,
} from './block-book.ts'
import { factsOf, isSameLearned, recalled } from './block-memory.ts'
import { wordsOf } from './block-plan.ts'
import { createDeviceExchange } from './device-exchange.ts'
import { deviceHealth } from './device-health.ts'
import { isSilent, newLife } from './device-life.ts'
import { noDoubt } from './doubt-wait.ts'
import type { ExchangeCounter } from './exchange-counts.ts'
import type { LinkHabits } from './link-habits.ts'
import { newPace, sweepBegan } from './poll-pace.ts'
import { createWorstOfMinute, isInForce, missedPeriods, type ScheduledBlock } from './poll-schedule.ts'
import {
  answeredAtAll,
  isAlive,
  lineBack,
  nextRead,
  stepRead,
  type NextRead,
  type PolledMemory,
  type PolledProfile,
  type ReadEffect,
} from './polled-step.ts'
import { createRooms } from './read-room.ts'

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
  readonly profile: PolledProfile
  readonly mayAsk: () => boolean
  /** Where what was learned of the device is kept for the next start. */
  readonly facts?: FactShelf
}

const newMemory = (options: DeviceOptions): PolledMemory => ({
  profile: options.profile,
  book: openBook(options.profile, options),
  life: newLife,
  pace: newPace,
  doubt: noDoubt,
  soundings: 0,
  probes: 0,
  othersSilent: null,
  flying: 0,
})

/** What was learned of a device, kept for the next start: facts are only made anew where something was learned since. */
const createLearned = ({ facts: shelf, id, lineId, unit }: DeviceOptions) => {
  const place = `${lineId} ${String(unit)}`
  let kept: BlockBook | null = null
  return {
    recall: (book: BlockBook, startMs: number): BlockBook => recalled(book, shelf?.recall(id), place, startMs),
    keep: (book: BlockBook): void => {
      if (shelf === undefined || (kept !== null && isSameLearned(kept, book))) return
      kept = book
      const facts = factsOf(book, place)
      if (facts !== null) shelf.keep(id, facts)
    },
  }
}

const requestOf = (unit: number, { functionCode, address, count }: ReadBlock): ModbusRequest => ({
  unit,
  functionCode,
  address,
  count,
})

/** Acknowledge and busy: the device has it in hand, or something else (Modbus Application Protocol V1.1b3, 7). */
const saysLater = ({ kind, code }: ExchangeFault): boolean => kind === 'exception' && (code === 5 || code === 6)

/** Asks one device, and hands each outcome to the steps and to the reader. */
const createReads = (
  options: DeviceOptions,
  line: ModbusLine,
  lineCounter: ExchangeCounter,
  reader: DeviceReader,
  clock: Clock,
) => {
  const exchange = createDeviceExchange(line, options.link, options.heldUp, lineCounter, clock)
  const roomFor = createRooms()
  let memory = newMemory(options)

  const transact = async (
    request: ModbusRequest,
    priority: 'read' | 'write',
    isRefusalKnown = false,
  ): Promise<ExchangeOutcome> => {
    const room = () => roomFor(memory.profile, bearable(memory.book), memory.book.refused, request)
    const wish = { priority, isRefusalKnown, isSilent: isSilent(memory.life), room }
    const asked = await exchange.run(request, memory.profile.line, wish)
    // A read that only lost its place in the stream, or that is put off, is asked once more; a write is not repeated blindly.
    const isRepeated = !asked.ok && 'count' in request && (asked.fault.isOutOfStep === true || saysLater(asked.fault))
    const outcome = isRepeated ? await exchange.run(request, memory.profile.line, wish) : asked
    if (isAlive(outcome)) memory = answeredAtAll(memory, clock.monotonicMs())
    return outcome
  }

  const miss = (keys: readonly string[], quality: Exclude<Quality, 'good'>, atMs: number): void => {
    for (const key of keys) reader.miss(key, quality, atMs)
    reader.done(keys, atMs)
  }
  const deliver = (block: ReadBlock, words: readonly number[], atMs: number, periodMs: number): void => {
    for (const key of block.keys) reader.accept(key, wordsOf(memory.profile, key, block, words), atMs, periodMs)
    reader.done(block.keys, atMs)
  }
  const sound = async (): Promise<void> => {
    const block = soundingBlock(memory.book, memory.soundings)
    memory = { ...memory, soundings: memory.soundings + 1 }
    if (block === null) return
    const outcome = await transact(requestOf(options.unit, block), 'read')
    if (!outcome.ok) return
    memory = { ...memory, book: answeredElse(memory.book) }
    deliver(block, outcome.words, outcome.atMs, options.periodMs)
  }
  const hand = (effect: Exclude<ReadEffect, { readonly kind: 'sound' }>): void => {
    if (effect.kind === 'deliver') deliver(effect.block, effect.words, effect.atMs, effect.periodMs)
    else miss(effect.keys, effect.quality, effect.atMs)
  }

  return {
    exchange,
    transact,
    memory: (): PolledMemory => memory,
    change: (next: Partial<PolledMemory>): void => {
      memory = { ...memory, ...next }
    },
    missAll: (quality: Exclude<Quality, 'good'>, atMs: number): void => miss(keysInForce(memory.book), quality, atMs),
    /** Reads one block now, and learns from it. */
    read: async (item: ScheduledBlock): Promise<void> => {
      const sentMs = clock.monotonicMs()
      const outcome = await transact(requestOf(options.unit, item.block), 'read', !isInForce(item))
      const ended = { item, outcome, sentMs, nowMs: clock.monotonicMs(), periodMs: options.periodMs }
      const step = stepRead(memory, ended)
      memory = step.memory
      for (const effect of step.effects) {
        if (effect.kind === 'sound') await sound()
        else hand(effect)
      }
    },
  }
}

/** One Modbus device: a shell that polls what is due; what it learns is in polled-step.ts. */
export const createPolledDevice = (
  options: DeviceOptions,
  line: ModbusLine,
  lineCounter: ExchangeCounter,
  reader: DeviceReader,
  clock: Clock,
) => {
  const reads = createReads(options, line, lineCounter, reader, clock)
  const { exchange, memory, change } = reads
  const learned = createLearned(options)
  const lateness = createWorstOfMinute(clock.monotonicMs)
  const recall = (startMs: number): void => change({ book: learned.recall(memory().book, startMs) })

  const noteStart = (item: ScheduledBlock, nowMs: number): void => {
    const { life, book, pace } = memory()
    if (isSilent(life)) return
    if (!item.isForward) lateness.note(nowMs - item.dueMs - missedPeriods(item, nowMs) * item.periodMs)
    if (item.id === book.items[0]?.id) change({ pace: sweepBegan(pace, missedPeriods(item, nowMs), nowMs) })
  }

  return {
    id: options.id,
    kind: options.kind,
    unit: options.unit,
    periodMs: options.periodMs,
    isSilent: () => isSilent(memory().life),
    mayAsk: options.mayAsk,
    transact: reads.transact,
    counter: exchange.counter,
    noteLateReply: exchange.noteLateReply,
    start: recall,
    /** Reads these registers from now on. Only while no read is under way: its words would be cut by the wrong profile. */
    adopt(next: PolledProfile): void {
      change({ profile: next, book: { ...memory().book, profile: next } })
      recall(clock.monotonicMs())
    },
    /** The block to read next with its deadline and when it is due; null while nothing may be read. */
    next: (): NextRead | null => (options.mayAsk() ? nextRead(memory(), clock.monotonicMs()) : null),
    /** Reads one block now. `silentOnLine`: how many devices of the line are silent, so that their probes leave it free. */
    async poll(item: ScheduledBlock, silentOnLine: number, isAlone: boolean): Promise<void> {
      const nowMs = clock.monotonicMs()
      const { life, probes } = memory()
      const isSilentNow = isSilent(life)
      change({
        othersSilent: isAlone ? null : Math.max(0, silentOnLine - (isSilentNow ? 1 : 0)),
        probes: probes + (isSilentNow ? 1 : 0),
      })
      noteStart(item, nowMs)
      change({ book: sent(memory().book, item.id, nowMs), flying: memory().flying + 1 })
      try {
        await reads.read(item)
      } finally {
        change({ book: landed(memory().book, item.id), flying: memory().flying - 1 })
        learned.keep(memory().book)
      }
    },
    lineDown(problem: string): void {
      const atMs = clock.nowMs()
      exchange.noteFault(atMs, 'offline', problem)
      reads.missAll('offline', atMs)
    },
    lineUp: (): void => change(lineBack(memory(), clock.monotonicMs())),
    health(isLineDown: boolean): DeviceHealth {
      const { life, pace, book } = memory()
      const head = book.items[0]?.block
      return deviceHealth(options, {
        ...exchange.known(),
        counts: exchange.counter.read(),
        isSilent: isSilent(life),
        isLineDown,
        pace,
        latenessMs: lateness.read(),
        items: book.items,
        longestDeadlineMs: exchange.longestDeadlineMs(),
        beyondReach: exchange.beyondReach(),
        deadlineMs:
          head === undefined
            ? exchange.longestDeadlineMs()
            : exchange.deadlineMs(requestOf(options.unit, head), isSilent(life)),
        nowMs: clock.nowMs(),
      })
    },
  }
}
export type PolledDevice = ReturnType<typeof createPolledDevice>

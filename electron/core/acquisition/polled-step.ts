import type { Quality } from '../../../shared/model/sample.ts'
import type { ReadableProfile, ReadBlock } from '../../../shared/profile/read-plan.ts'
import type { LineHabits } from '../../../shared/profile/register.ts'
import type { ExchangeFault } from '../lines/field-line.ts'
import type { ExchangeOutcome } from '../lines/modbus-line.ts'
import {
  allForward,
  isAllRefused,
  keysInForce,
  nextBlock,
  periodOfBlock,
  probeBlock,
  type BlockBook,
} from './block-book.ts'
import { answeredBlock, delayedBlock, missedBlock } from './block-learning.ts'
import { failed, isSilent, probedLater, revived, type DeviceLife } from './device-life.ts'
import { doubted, noDoubt, type DoubtWait } from './doubt-wait.ts'
import type { PollPace } from './poll-pace.ts'
import { deadlineOf, isInForce, type ScheduledBlock } from './poll-schedule.ts'
import { gatewaySays, periodForAge, qualityOfFault } from './sample-age.ts'

export type PolledProfile = ReadableProfile & { readonly line: LineHabits }

/** What a polled device remembers; plain data, made anew by each step. */
export interface PolledMemory {
  readonly profile: PolledProfile
  readonly book: BlockBook
  readonly life: DeviceLife
  readonly pace: PollPace
  readonly doubt: DoubtWait
  readonly soundings: number
  readonly probes: number
  /** Silent devices of the line beside this one; null where it has the line to itself. */
  readonly othersSilent: number | null
  /** Reads under way. */
  readonly flying: number
}

/** What is to be done after a read, in this order. */
export type ReadEffect =
  | {
      readonly kind: 'deliver'
      readonly block: ReadBlock
      readonly words: readonly number[]
      readonly atMs: number
      readonly periodMs: number
    }
  | {
      readonly kind: 'miss'
      readonly keys: readonly string[]
      readonly quality: Exclude<Quality, 'good'>
      readonly atMs: number
    }
  /** Everything was refused: one read elsewhere tells whether the device answers anything. */
  | { readonly kind: 'sound' }

export interface ReadStep {
  readonly memory: PolledMemory
  readonly effects: readonly ReadEffect[]
}

/** One read that is over. Times are monotonic ms; `periodMs`: the device's. */
export interface ReadEnded {
  readonly item: ScheduledBlock
  readonly outcome: ExchangeOutcome
  readonly sentMs: number
  readonly nowMs: number
  readonly periodMs: number
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

/** Whether the device itself answered, be it with a refusal. */
export const isAlive = (outcome: ExchangeOutcome): boolean =>
  outcome.ok || (outcome.fault.kind === 'exception' && gatewaySays(outcome.fault) === null)

/** The device answered; what was put off while it was silent is asked for now. */
export const answeredAtAll = (memory: PolledMemory, nowMs: number): PolledMemory => ({
  ...memory,
  book: isSilent(memory.life) ? allForward(memory.book, nowMs) : memory.book,
  life: revived(memory.life),
})

/** The line is back: whatever was silent may answer again, and is asked at once. */
export const lineBack = (memory: PolledMemory, nowMs: number): PolledMemory => ({
  ...memory,
  life: revived(memory.life),
  book: allForward(memory.book, nowMs),
})

const refused = (before: PolledMemory, { item, nowMs }: ReadEnded, isMissing: boolean): ReadStep => {
  const book = isMissing ? missedBlock(before.book, item.id, 'refused', nowMs) : delayedBlock(before.book, item.id)
  const memory = { ...before, book }
  const head = book.items[0]
  const isHead = head?.id === item.id && before.book.items[0]?.id === item.id
  const isAll = isMissing && isHead && head.refusals >= 2 && isAllRefused(book)
  return { memory, effects: isAll ? [{ kind: 'sound' }] : [] }
}

/** No answer at all. What is only tried says nothing of the device while others are in force. */
const unanswered = (before: PolledMemory, ended: ReadEnded, fault: ExchangeFault, atMs: number): ReadStep => {
  const { item, nowMs, sentMs, periodMs } = ended
  const book = mayBeTheBlock(fault) ? missedBlock(before.book, item.id, 'unanswered', nowMs) : before.book
  if (!isInForce(item)) return { memory: { ...before, book }, effects: [] }
  const life = failed(before.life, sentMs, nowMs)
  if (!isSilent(life)) return { memory: { ...before, book, life }, effects: [] }
  const cost = { periodMs, costMs: nowMs - sentMs, othersSilent: before.othersSilent }
  return {
    memory: { ...before, book, life: probedLater(life, cost, nowMs) },
    effects: [{ kind: 'miss', keys: keysInForce(book), quality: qualityOfFault(fault), atMs }],
  }
}

const answered = (
  before: PolledMemory,
  { item, nowMs }: ReadEnded,
  { words, atMs }: Extract<ExchangeOutcome, { readonly ok: true }>,
): ReadStep => {
  const { block } = item
  const memory = { ...before, book: answeredBlock(before.book, item.id, nowMs) }
  const periodMs = periodForAge(periodOfBlock(memory.book, block, item.periodMs), memory.pace.sweepMs)
  return { memory, effects: [{ kind: 'deliver', block, words, atMs, periodMs }] }
}

/** What one read has taught, and what becomes of its registers. */
export const stepRead = (before: PolledMemory, ended: ReadEnded): ReadStep => {
  const { item, outcome, nowMs } = ended
  const isUnasked = !outcome.ok && outcome.fault.isUnasked === true
  const memory = { ...before, doubt: isUnasked ? doubted(before.doubt, nowMs) : noDoubt }
  if (outcome.ok) return answered(memory, ended, outcome)
  const { fault, atMs } = outcome
  if (fault.kind === 'closed') return { memory, effects: [] }
  // What a trial asks for is read by others too.
  const own: ReadEffect[] =
    item.role === 'trial' ? [] : [{ kind: 'miss', keys: item.block.keys, quality: qualityOfFault(fault), atMs }]
  if (isAlive(outcome)) {
    const next = refused(memory, ended, keepsToBlock(fault.code))
    return { memory: next.memory, effects: [...own, ...next.effects] }
  }
  // What can't be told apart is no sign of silence: the device is asked again on its beat.
  if (fault.kind === 'doubtful' && !isSilent(memory.life)) return { memory, effects: own }
  const next = unanswered(memory, ended, fault, atMs)
  return { memory: next.memory, effects: [...own, ...next.effects] }
}

export interface NextRead {
  readonly item: ScheduledBlock
  readonly dueMs: number
  readonly deadlineMs: number
}

/** The block to read next with its deadline and when it is due; null while nothing may be read. */
export const nextRead = ({ book, life, flying, probes, doubt }: PolledMemory, nowMs: number): NextRead | null => {
  const head = book.items[0]
  if (head === undefined) return null
  // Ahead of a reply only the next block of a device that is well: whatever is amiss is looked into one request at a time.
  if (flying > 0 && (life.failures > 0 || book.items.some((item) => isInForce(item) && item.refusals > 0))) return null
  if (isSilent(life)) {
    const item = probeBlock(book, probes) ?? head
    return { item, dueMs: life.probeDueMs, deadlineMs: life.probeDueMs + life.probeMs }
  }
  const best = nextBlock(book, nowMs)
  if (best === null) return null
  return { item: best, dueMs: Math.max(best.dueMs, doubt.untilMs), deadlineMs: deadlineOf(best) }
}
